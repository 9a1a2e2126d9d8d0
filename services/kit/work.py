"""The pieces of a stage's turn: deliveries come in, jobs are done, ends go out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from schemas import ArticleMessage, Message, Outcome, Skipped, StageRow, Unprocessable, derive_id
from services.kit.computing import contain
from services.kit.wire import entry_moment
from services.store.articles import lock_current
from services.store.texts import find_changed

In = TypeVar("In", bound=Message)
Out = TypeVar("Out", bound=ArticleMessage)
Ref = tuple[UUID, str]
"""An article and its revision."""


# Named tuples, not frozen dataclasses as elsewhere: each entry makes three of them, at a third of the cost.
class Delivery(NamedTuple):
    """An entry of the stream, given to this worker for the `attempt`-th time (from 1)."""

    entry_id: str
    fields: dict[bytes, bytes]
    attempt: int = 1
    fetched: "Fetched | None" = None
    """What was fetched for it; its turn is taken with that."""


class Job(NamedTuple, Generic[In]):
    """A delivery whose message is valid."""

    message: In
    entry_id: str
    attempt: int
    now: datetime
    """When this turn began."""
    recalled: Any = None
    """What the handler recalled from the store for the turn's jobs together."""

    @property
    def queued_at(self) -> datetime:
        """When Redis took the entry; an id that a publisher chose from the future counts as queued now."""
        return datetime.fromtimestamp(min(entry_moment(self.entry_id), self.now.timestamp()), UTC)


Fetched = Job[Any] | Skipped | Exception
"""A job completed by what lies outside the house, or why it could not be."""


class NotYet(Exception):
    """What is to be fetched may be had only later: the entry waits, and this delivery does not count."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not before {seconds:.1f} s from now")
        self.seconds = seconds


class End(NamedTuple):
    """How the work on one delivery ended."""

    delivery: Delivery
    outcome: Outcome
    job: Job[Any] | None = None
    reason: str | None = None
    message: ArticleMessage | None = None
    """The result that is handed on, for DONE."""
    exception: str | None = None


Results = Sequence[Out | Skipped | Exception]
Process = Callable[[Sequence[Job[In]]], Results[Out]]
Settle = Callable[[Connection, Sequence[tuple[Job[In], Out]]], Sequence[Outcome | Skipped]]


def refer(message: Message) -> Ref | None:
    """The article and revision that a message is about, where it says so."""
    return (message.article_id, message.revision) if isinstance(message, ArticleMessage) else None


@dataclass(frozen=True)
class Handler(Generic[In, Out]):
    """What makes a stage: one row of the topology, one pure computation, one way to store.

    load: called once in a thread before the first turn; loads models and returns the computation.
    settle: stores results in the given transaction and says how each ends; only DONE is handed on, and
        Skipped is an end with a reason that only the store could tell.
    refer: the article a message is about; None where it cannot be told.
    recall: what the computation needs to know from the store, read before each turn; none where it needs
        nothing.
    fetch: what a job needs from outside the house, got before its turn and beside the turns of others; None
    for a job that has all it needs. What it raises counts as a failed attempt, but for NotYet.
    close: gives up what `fetch` holds open, when the worker stops.
    most_fetches: how many of them a worker does at once; when they are as many, it reads no more.
    """

    row: StageRow
    load: Callable[[], Process[In, Out]]
    settle: Settle[In, Out]
    refer: Callable[[In], Ref | None] = refer
    recall: Callable[[Connection, Sequence[Job[In]]], object] | None = None
    fetch: Callable[[Job[In]], Awaitable[Job[In] | Skipped] | None] | None = None
    close: Callable[[], Awaitable[None]] | None = None
    most_fetches: int = 32


def each(compute: Callable[[Job[In]], Out | Skipped]) -> Process[In, Out]:
    """A computation over a batch from one over a single job; what it raises is that job's result alone."""
    return lambda jobs: [attempt(partial(compute, job)) for job in jobs]


def attempt(compute: Callable[[], Out | Skipped]) -> Out | Skipped | Exception:
    """The result, or what was raised."""
    try:
        return compute()
    except BaseException as error:
        return contain(error)


def while_current(save: Callable[[Connection, Sequence[Out]], None]) -> Settle[In, Out]:
    """Store the results of revisions that still count; those of replaced ones are superseded.

    A result from a text that was cleaned anew since is a duplicate: the one from the new text counts.
    """

    def settle(tx: Connection, done: Sequence[tuple[Job[In], Out]]) -> list[Outcome]:
        current = lock_current(tx, [_ref(message) for _, message in done])
        read = {_ref(message): job.message.text for job, message in done if hasattr(job.message, "text")}
        changed = find_changed(tx, read) if read else set()
        outcomes = [_judge_age(_ref(message), current, changed) for _, message in done]
        kept = {
            message.message_id: message
            for (_, message), outcome in zip(done, outcomes, strict=True)
            if outcome is Outcome.DONE
        }
        save(tx, list(kept.values()))
        return outcomes

    return settle


def _judge_age(ref: Ref, current: set[Ref], changed: set[Ref]) -> Outcome:
    """Whether a result still counts, by its revision and by the text that it was found in."""
    if ref not in current:
        return Outcome.SUPERSEDED
    return Outcome.DUPLICATE if ref in changed else Outcome.DONE


def _ref(message: ArticleMessage) -> Ref:
    return message.article_id, message.revision


def carry(job: Job[Any], row: StageRow, ref: Ref, submitted_at: datetime) -> dict[str, Any]:
    """The fields that each message after ingest takes from its job."""
    article_id, revision = ref
    return {
        "message_id": derive_id("message", article_id, revision, row.stage),
        "article_id": article_id,
        "revision": revision,
        "submitted_at": submitted_at,
        "produced_at": job.now,
        "attempt": job.attempt,
        "traceparent": job.message.traceparent,
    }


def carry_on(job: Job[Any], row: StageRow) -> dict[str, Any]:
    """`carry` for a job that is already about an identified article."""
    message = job.message
    return carry(job, row, (message.article_id, message.revision), message.submitted_at)


def judge(delivery: Delivery, job: Job[Any], result: Message | Skipped | Exception, limit: int) -> End | None:
    """The end that a result means; None where the delivery is to be tried again.

    `limit` is the number of deliveries after which a failure is final.
    """
    if isinstance(result, ArticleMessage):
        return End(delivery, Outcome.DONE, job, message=result)
    if isinstance(result, Skipped):
        return End(delivery, Outcome.SKIPPED, job, reason=result.reason)
    if isinstance(result, Unprocessable):
        return End(delivery, Outcome.DEAD, job, reason=result.reason)
    if isinstance(result, Exception) and delivery.attempt < limit:
        return None
    said = describe(result)
    return End(delivery, Outcome.DEAD, job, reason=f"failed {delivery.attempt} times: {said}", exception=said)


def describe(error: object) -> str:
    """Class and first line of an exception, without NUL (which no store takes)."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no message'}".replace("\0", "")[:500]

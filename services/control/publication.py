"""Handing articles in, and following them to their end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError
from sqlalchemy import Connection, Engine

from schemas import TOPOLOGY, ArticleSubmitted
from services.kit.threads import Run, run_in_thread
from services.kit.tracing import trace_step
from services.kit.wire import FIELD, encode
from services.store.articles import find_known
from services.store.dead_letters import find_by_entries
from services.store.ledger import find_ends
from services.store.pages import find_brought, find_fetched, find_known_addresses

Ref = tuple[UUID, str]
ENTRANCE, LAST = TOPOLOGY[0].source, TOPOLOGY[-1].stage


@dataclass(frozen=True)
class Candidate:
    """A submission with what it will be known by; no ref where it has no identity."""

    origin: str
    submission: ArticleSubmitted
    ref: Ref | None


@dataclass(frozen=True)
class Published:
    """What became of a candidate at the entrance."""

    candidate: Candidate
    entry_id: str | None
    """Its entry on the first stream; None where the same was published before."""
    submission_id: UUID | None = None
    """The id that it was handed in with."""


class HouseFull(Exception):
    """Redis ran out of memory: some candidates are accepted, the others must come again."""

    def __init__(self, accepted: list[Published], left: list[Candidate]) -> None:
        super().__init__(f"Redis is out of memory: {len(accepted)} accepted, {len(left)} not")
        self.accepted = accepted
        self.left = left


async def publish(
    redis: "Redis",
    engine: Engine,
    candidates: Sequence[Candidate],
    again: bool = False,
    run: Run = run_in_thread,
) -> list[Published]:
    """Put the candidates on the first stream, those that are known already left out.

    An address alone is known when it was fetched once; with `again` it is fetched again.
    What this returns for is accepted: it is in Redis, or was before. Raises HouseFull, which says what was
    accepted, where Redis is out of memory. `run` asks the store.
    """
    known = await run(lambda: find_known_candidates(engine, candidates, again))
    fresh: list[Candidate] = []
    for candidate in candidates:
        if candidate.ref is None or candidate.ref not in known:
            fresh.append(candidate)
            known |= {candidate.ref} if candidate.ref else set()
    stamped = [_stamp(candidate.submission) for candidate in fresh]
    ids = {id(one): submission.message_id for one, submission in zip(fresh, stamped, strict=True)}
    async with redis.pipeline(transaction=False) as pipe:
        for submission in stamped:
            pipe.xadd(ENTRANCE, {FIELD: encode(submission)})
        answers = await pipe.execute(raise_on_error=False)
    taken, refused = _sort_answers(fresh, answers)
    # What has the same content as something refused is not accepted either.
    refs = {one.ref for one in refused if one.ref}
    left = [one for one in candidates if one in refused or one.ref in refs]
    accepted = [Published(one, taken.get(id(one)), ids.get(id(one))) for one in candidates if one not in left]
    if left:
        raise HouseFull(accepted, left)
    return accepted


def _sort_answers(
    fresh: Sequence[Candidate], answers: Sequence[object]
) -> tuple[dict[int, str], list[Candidate]]:
    taken: dict[int, str] = {}
    refused: list[Candidate] = []
    for one, answer in zip(fresh, answers, strict=True):
        if isinstance(answer, bytes):
            taken[id(one)] = answer.decode()
        elif isinstance(answer, OutOfMemoryError):
            refused.append(one)
        else:
            raise answer if isinstance(answer, Exception) else TypeError(f"XADD answered {answer!r}")
    return taken, refused


def find_known_candidates(engine: Engine, candidates: Sequence[Candidate], again: bool = False) -> set[Ref]:
    """What of them was ingested before; with `again` an address alone is never known."""
    whole = [one.ref for one in candidates if one.ref and not one.submission.address_only]
    addresses = [one.ref for one in candidates if one.ref and one.submission.address_only and not again]
    with engine.connect() as connection:
        return find_known(connection, whole) | find_known_addresses(connection, addresses)


def _stamp(submission: ArticleSubmitted) -> ArticleSubmitted:
    """The submission with an id, a time and a trace of its own."""
    return submission.model_copy(
        update={
            "message_id": submission.message_id or uuid4(),
            "submitted_at": submission.submitted_at or datetime.now(UTC),
            "traceparent": trace_step("copydesk.publish", submission.traceparent),
        }
    )


class Ending(StrEnum):
    """How an article's way ended."""

    DONE = "done"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"
    DEAD = "dead"


@dataclass(frozen=True)
class Ended:
    """An article at its end."""

    candidate: Candidate
    ending: Ending
    stage: str
    reason: str | None
    entry_id: str | None = None
    """The entry on the first stream, where the article is known by nothing else."""

    @property
    def key(self) -> Ref | str | None:
        """What tells it from other articles."""
        return self.candidate.ref or self.entry_id


ASKED_AT_ONCE = 5_000


def find_ended(engine: Engine, waiting: Sequence[Published]) -> list[Ended]:
    """Those of the published articles that have come to their end, each once."""
    found: dict[Ref | str | None, Ended] = {}
    with engine.connect() as connection:
        for first in range(0, len(waiting), ASKED_AT_ONCE):
            for one in _find_ended(connection, waiting[first : first + ASKED_AT_ONCE]):
                found[one.key] = one
    return list(found.values())


def _find_ended(connection: Connection, waiting: Sequence[Published]) -> Iterator[Ended]:
    entries = {one.entry_id: one.candidate for one in waiting if one.entry_id}
    # Of several with the same content the first counts: it is the one that has an entry.
    refs = {one.candidate.ref: one.candidate for one in reversed(waiting) if one.candidate.ref}
    for entry_id, row in find_by_entries(connection, ENTRANCE, entries).items():
        yield Ended(entries[entry_id], Ending.DEAD, row.stage, row.reason, entry_id)
    led = _find_led_to(connection, [one for one in waiting if one.candidate.submission.address_only])
    ends = find_ends(connection, {*refs, *(ref for ref, _ in led)}, LAST)
    for ref, candidate in [*refs.items(), *led]:
        if ref in ends:
            end = ends[ref]
            yield Ended(candidate, Ending(end.outcome), end.stage, end.reason)


def _find_led_to(connection: Connection, waiting: Sequence[Published]) -> list[tuple[Ref, Candidate]]:
    """The articles that addresses led to, as far as they have been fetched; several may lead to one."""
    brought = find_brought(connection, [one.submission_id for one in waiting if one.submission_id])
    known = [one.candidate.ref[0] for one in waiting if one.candidate.ref and one.submission_id is None]
    fetched = find_fetched(connection, known)
    found = []
    for one in waiting:
        own = one.candidate.ref[0] if one.candidate.ref else None
        ref = brought.get(one.submission_id) if one.submission_id else fetched.get(own) if own else None
        if ref is not None:
            found.append((ref, one.candidate))
    return found

"""The one transaction of a turn: results, ledger and dead letters stand together or not at all."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from schemas import Outcome, Skipped
from services.kit.wire import FIELD
from services.kit.work import End, Handler, Job, Ref
from services.store.dead_letters import DeadLetter, add_dead_letters
from services.store.ledger import Entry, record_entries


def commit(engine: Engine, handler: Handler[Any, Any], ends: Sequence[End], worker: str) -> list[End]:
    """Store the ends of a turn; those that the store finds duplicate or superseded come back as such."""
    with engine.begin() as tx:
        settled = _settle(tx, handler, ends)
        entries = [_entry(handler, end, worker) for end in settled]
        record_entries(tx, [entry for entry in entries if entry is not None])
        dead = [end for end in settled if end.outcome is Outcome.DEAD]
        add_dead_letters(tx, [_letter(handler, end, worker) for end in dead])
    return settled


def recall(engine: Engine, handler: Handler[Any, Any], jobs: Sequence[Job[Any]]) -> list[Job[Any]]:
    """The jobs with what the handler needs to know for them from the store."""
    if handler.recall is None or not jobs:
        return list(jobs)
    with engine.begin() as tx:
        recalled = handler.recall(tx, jobs)
    return [job._replace(recalled=recalled) for job in jobs]


def _settle(tx: Connection, handler: Handler[Any, Any], ends: Sequence[End]) -> list[End]:
    done: list[Any] = [(end.job, end.message) for end in ends if end.outcome is Outcome.DONE]
    outcomes = iter(handler.settle(tx, done) if done else ())
    return [_end_as(end, next(outcomes)) if end.outcome is Outcome.DONE else end for end in ends]


def _end_as(end: End, outcome: Outcome | Skipped) -> End:
    if isinstance(outcome, Skipped):
        return end._replace(outcome=Outcome.SKIPPED, reason=outcome.reason)
    return end._replace(outcome=outcome)


def _refer(handler: Handler[Any, Any], end: End) -> Ref | None:
    if end.message is not None:
        return end.message.article_id, end.message.revision
    return handler.refer(end.job.message) if end.job else None


def _entry(handler: Handler[Any, Any], end: End, worker: str) -> Entry | None:
    """The ledger's entry; none where the article is not known, and none for a duplicate: the first counts."""
    ref = _refer(handler, end)
    if end.job is None or ref is None or end.outcome is Outcome.DUPLICATE:
        return None
    return Entry(
        article_id=ref[0],
        revision=_plain(ref[1]) or "",
        stage=handler.row.stage,
        outcome=end.outcome,
        reason=_plain(end.reason),
        attempts=end.delivery.attempt,
        entry_id=end.delivery.entry_id,
        worker=worker,
        traceparent=_plain(end.job.message.traceparent),
        queued_at=end.job.queued_at,
        started_at=end.job.now,
        finished_at=datetime.now(UTC),
    )


def _letter(handler: Handler[Any, Any], end: End, worker: str) -> DeadLetter:
    article_id, revision = _refer(handler, end) or (None, None)
    message = end.job.message if end.job else None
    metadata = getattr(message, "metadata", message)
    return DeadLetter(
        stage=handler.row.stage,
        stream=handler.row.source,
        entry_id=end.delivery.entry_id,
        article_id=article_id,
        revision=_plain(revision),
        source=_plain(getattr(metadata, "source", None)),
        reason=_plain(end.reason) or "no reason",
        exception=end.exception,
        attempts=end.delivery.attempt,
        worker=worker,
        traceparent=_plain(message.traceparent) if message else None,
        payload=_payload(end),
    )


def _plain(text: str | None) -> str | None:
    """What the store takes as text, whatever a publisher or an exception put into it."""
    return text and text.replace("\0", "").encode(errors="replace").decode()


def _payload(end: End) -> bytes:
    """The bytes as they came; of an entry without our field, all its fields."""
    fields = end.delivery.fields
    return fields.get(FIELD) or b"\n".join(name + b"\t" + value for name, value in fields.items())

"""The ledger of work: which stage ended how, for each article and revision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Uuid, and_, any_, func, literal, or_, select

from schemas import Outcome, StageName
from services.store.tables import ledger, revisions
from services.store.upsert import upsert_at_once


@dataclass(frozen=True)
class Entry:
    """One stage's end of work on one revision."""

    article_id: UUID
    revision: str
    stage: StageName
    outcome: Outcome
    reason: str | None
    attempts: int
    entry_id: str
    worker: str
    traceparent: str | None
    queued_at: datetime
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Ended:
    """How much ended in one way at one stage."""

    stage: str
    outcome: str
    entries: int
    extra_deliveries: int
    """Deliveries beyond the first that this took."""


def record_entries(tx: Connection, entries: Iterable[Entry]) -> None:
    """Write the entries; work done again replaces its own entry."""
    newest = {(entry.article_id, entry.revision, entry.stage): vars(entry) for entry in entries}
    upsert_at_once(tx, ledger, list(newest.values()))


def read_trace(tx: Connection, article_id: UUID) -> Sequence[Row[Any]]:
    """All entries of an article, in the order in which they ended."""
    return tx.execute(
        select(ledger).where(ledger.c.article_id == article_id).order_by(ledger.c.finished_at)
    ).all()


def find_ends(
    tx: Connection, refs: Iterable[tuple[UUID, str]], last: StageName
) -> dict[tuple[UUID, str], Row[Any]]:
    """The entry that ended each (article, revision): one that is not done, or done at the `last` stage.

    Revisions that are still on their way are not in the result.
    """
    wanted = set(refs)
    # One parameter however many articles there are: a statement takes 65,535 at most.
    article_ids = literal([article_id for article_id, _ in wanted], ARRAY(Uuid))
    ended = or_(ledger.c.outcome != Outcome.DONE, ledger.c.stage == last)
    rows = tx.execute(select(ledger).where(ledger.c.article_id == any_(article_ids), ended))
    return {ref: row for row in rows if (ref := (row.article_id, row.revision)) in wanted}


def count_outcomes(tx: Connection) -> dict[tuple[str, str], int]:
    """How many entries there are for each stage and outcome."""
    rows = tx.execute(
        select(ledger.c.stage, ledger.c.outcome, func.count()).group_by(ledger.c.stage, ledger.c.outcome)
    )
    return {(stage, outcome): count for stage, outcome, count in rows}


def count_ended(tx: Connection, after: datetime, until: datetime) -> list[Ended]:
    """What ended at each stage in the time after `after` and up to `until`."""
    extra = func.sum(ledger.c.attempts - 1)
    rows = tx.execute(
        select(ledger.c.stage, ledger.c.outcome, func.count(), extra)
        .where(ledger.c.finished_at > after, ledger.c.finished_at <= until)
        .group_by(ledger.c.stage, ledger.c.outcome)
    )
    return [Ended(stage, outcome, entries, int(extra)) for stage, outcome, entries, extra in rows]


def read_ages(
    tx: Connection, after: datetime, until: datetime, last: StageName
) -> Sequence[tuple[str, float]]:
    """Outcome, and seconds since its submission, of each revision that came to its end in that time."""
    seconds = func.extract("epoch", ledger.c.finished_at - revisions.c.submitted_at)
    same = and_(
        ledger.c.article_id == revisions.c.article_id,
        ledger.c.revision == revisions.c.revision,
    )
    rows = tx.execute(
        select(ledger.c.outcome, seconds)
        .join(revisions, same)
        .where(ledger.c.finished_at > after, ledger.c.finished_at <= until)
        .where(or_(ledger.c.outcome != Outcome.DONE, ledger.c.stage == last))
    )
    return [(outcome, float(age)) for outcome, age in rows]


def forget_dead(tx: Connection, article_id: UUID, revision: str, stage: str) -> None:
    """The stage's dead end is open again: its letter was replayed."""
    _forget(tx, article_id, revision, stage, Outcome.DEAD)


def forget_skipped(tx: Connection, article_id: UUID, revision: str, stage: str) -> None:
    """The stage is to look at the article once more."""
    _forget(tx, article_id, revision, stage, Outcome.SKIPPED)


def _forget(tx: Connection, article_id: UUID, revision: str, stage: str, outcome: Outcome) -> None:
    tx.execute(
        ledger.delete()
        .where(ledger.c.article_id == article_id, ledger.c.revision == revision)
        .where(ledger.c.stage == stage, ledger.c.outcome == outcome)
    )


def forget_after(tx: Connection, article_id: UUID, revision: str, stage: StageName) -> None:
    """What the stages behind `stage` ended is owed again: it was done on what is no longer there."""
    names = list(StageName)
    later = names[names.index(stage) + 1 :]
    tx.execute(
        ledger.delete()
        .where(ledger.c.article_id == article_id, ledger.c.revision == revision)
        .where(ledger.c.stage.in_(later))
    )

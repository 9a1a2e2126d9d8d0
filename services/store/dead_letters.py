"""Dead letters: what could not be processed, with its bytes, until somebody mends or drops it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Select, Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from schemas import StageName
from services.store.tables import dead_letters


@dataclass(frozen=True)
class DeadLetter:
    """An entry of a stream that ended here, with everything needed to understand and replay it."""

    stage: StageName
    stream: str
    entry_id: str
    article_id: UUID | None
    revision: str | None
    source: str | None
    reason: str
    exception: str | None
    """Class and first line of what was raised."""
    attempts: int
    worker: str
    traceparent: str | None
    payload: bytes


@dataclass(frozen=True)
class DeadFilter:
    """Which dead letters; what is None does not narrow."""

    dead_ids: tuple[int, ...] | None = None
    stage: str | None = None
    reason: str | None = None
    """Part of the reason, in any case."""
    source: str | None = None
    replayed: bool | None = False
    """True for those replayed before, False for those that wait, None for both."""
    after: int | None = None
    """Only those with a higher number."""


@dataclass(frozen=True)
class Waiting:
    """The dead letters of a stage that nobody has replayed or dropped."""

    letters: int = 0
    oldest_seconds: float = 0.0
    """Since the oldest of them died."""


def add_dead_letters(tx: Connection, letters: Iterable[DeadLetter]) -> None:
    """Store the letters; one that is there already stays as it is."""
    rows = [asdict(letter) for letter in letters]
    if rows:
        tx.execute(
            insert(dead_letters).values(rows).on_conflict_do_nothing(index_elements=["stream", "entry_id"])
        )


def find_dead_letters(tx: Connection, wanted: DeadFilter, lock: bool = False) -> Sequence[Row[Any]]:
    """Whole rows with their bytes, oldest first: ask for some hundreds at most.

    With `lock` they are kept from others until the transaction ends.
    """
    query = select(dead_letters).where(*_conditions(wanted)).order_by(dead_letters.c.dead_id)
    return tx.execute(query.with_for_update(skip_locked=True) if lock else query).all()


def list_dead_letters(tx: Connection, wanted: DeadFilter, limit: int | None = None) -> Sequence[Row[Any]]:
    """Rows without the bytes, but with their number as `bytes`, oldest first; thousands are no matter."""
    known = [column for column in dead_letters.c if column is not dead_letters.c.payload]
    query: Select[Any] = select(*known, func.octet_length(dead_letters.c.payload).label("bytes"))
    ordered = query.where(*_conditions(wanted)).order_by(dead_letters.c.dead_id)
    return tx.execute(ordered.limit(limit)).all()


def page_dead_letters(
    tx: Connection, wanted: DeadFilter, before: int | None = None, limit: int = 50
) -> Sequence[Row[Any]]:
    """As `list_dead_letters`, newest first, from those with a smaller number than `before` on."""
    known = [column for column in dead_letters.c if column is not dead_letters.c.payload]
    query: Select[Any] = select(*known, func.octet_length(dead_letters.c.payload).label("bytes"))
    if before is not None:
        query = query.where(dead_letters.c.dead_id < before)
    return tx.execute(
        query.where(*_conditions(wanted)).order_by(dead_letters.c.dead_id.desc()).limit(limit)
    ).all()


def summarize_dead_letters(tx: Connection, wanted: DeadFilter) -> Sequence[Row[Any]]:
    """One row for each stage, source and reason: `letters`, `oldest`, `newest`; the most frequent first."""
    same = (dead_letters.c.stage, dead_letters.c.source, dead_letters.c.reason)
    letters = func.count().label("letters")
    died = dead_letters.c.died_at
    query: Select[Any] = select(
        *same, letters, func.min(died).label("oldest"), func.max(died).label("newest")
    )
    return tx.execute(query.where(*_conditions(wanted)).group_by(*same).order_by(letters.desc(), *same)).all()


def _conditions(wanted: DeadFilter) -> list[Any]:
    columns = dead_letters.c
    conditions: list[Any] = []
    if wanted.dead_ids is not None:
        conditions.append(columns.dead_id.in_(wanted.dead_ids))
    if wanted.stage is not None:
        conditions.append(columns.stage == wanted.stage)
    if wanted.reason is not None:
        conditions.append(columns.reason.icontains(wanted.reason, autoescape=True))
    if wanted.source is not None:
        conditions.append(columns.source == wanted.source)
    if wanted.after is not None:
        conditions.append(columns.dead_id > wanted.after)
    if wanted.replayed is not None:
        conditions.append(
            columns.replayed_at.is_not(None) if wanted.replayed else columns.replayed_at.is_(None)
        )
    return conditions


def mark_replayed(tx: Connection, dead_id: int, entry_id: str, moment: datetime) -> None:
    """Note that the letter went back to its stream as `entry_id`."""
    tx.execute(
        dead_letters.update()
        .where(dead_letters.c.dead_id == dead_id)
        .values(replayed_at=moment, replayed_as=entry_id)
    )


def drop_dead_letters(tx: Connection, dead_ids: Iterable[int]) -> int:
    """Delete the letters for good; returns how many there were."""
    return tx.execute(dead_letters.delete().where(dead_letters.c.dead_id.in_(list(dead_ids)))).rowcount


def find_by_entries(tx: Connection, stream: str, entry_ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Dead letters by the stream entry they come from."""
    rows = tx.execute(
        select(dead_letters)
        .where(dead_letters.c.stream == stream)
        .where(dead_letters.c.entry_id == any_(literal(list(entry_ids), ARRAY(Text))))
    )
    return {row.entry_id: row for row in rows}


def count_waiting(tx: Connection) -> dict[str, Waiting]:
    """The dead letters that wait at each stage; a stage without any is not in the result."""
    age = func.extract("epoch", func.now() - func.min(dead_letters.c.died_at))
    rows = tx.execute(
        select(dead_letters.c.stage, func.count(), age)
        .where(dead_letters.c.replayed_at.is_(None))
        .group_by(dead_letters.c.stage)
    )
    return {stage: Waiting(letters, max(0.0, float(seconds))) for stage, letters, seconds in rows}

"""The pipeline as an operator sees it: each stage now, its last hour, and what became of what came in."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from schemas import TOPOLOGY, Outcome, StageRow
from services.control.history import Point, read_history
from services.control.lag import read_lag
from services.control.status import Status, Word
from services.desk.house import House
from services.store.funnel import count_unidentified, read_funnel

FUNNEL_HOURS = 24
SOURCES = 12
"""Outlets of the funnel, those that published most; the others are one row."""
HELD = "held"
LAST = TOPOLOGY[-1].stage


@dataclass(frozen=True)
class StageView:
    """A stage with its row of the topology and its last hour."""

    row: StageRow
    status: Status
    history: Sequence[Point]

    @property
    def word(self) -> str:
        """What is said of it first: that it is held, else its status."""
        return HELD if self.status.held else self.status.status.value


@dataclass
class Drop:
    """What became of what one outlet published."""

    source: str | None
    published: int = 0
    done: int = 0
    underway: int = 0
    superseded: int = 0
    skipped: int = 0
    dead: int = 0
    others: int = 0
    """How many outlets the row stands for, where it is not one."""
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)
    """How many were skipped at a stage for a reason, the most frequent first."""


async def read_stages(house: House) -> list[StageView]:
    """Each stage as it is now, in the order of the flow."""
    statuses = {status.stage: status for status in await read_lag(house.redis, house.engine, house.run)}
    history = await read_history(house.redis, time.time())
    return [
        StageView(row, statuses[row.stage.value], history[row.stage.value])
        for row in TOPOLOGY
        if row.stage.value in statuses
    ]


def say_whole(stages: Sequence[StageView]) -> str:
    """A sentence for each word that is not ok, the worst first; one over all where all are."""
    worst_first = sorted((word for word in Word if word is not Word.OK), key=list(Word).index, reverse=True)
    said = [sentence for word in (*worst_first, HELD) if (sentence := _say(word, stages))]
    if said:
        return " ".join(said)
    waiting = sum(view.status.backlog or 0 for view in stages)
    return f"All stages are ok; {waiting:,} entries wait." if waiting else "All stages are ok; nothing waits."


def _say(word: str, stages: Sequence[StageView]) -> str | None:
    named = [view.row.stage.value for view in stages if view.word == word]
    if not named:
        return None
    return f"{' and '.join(named).capitalize()} {'is' if len(named) == 1 else 'are'} {word}."


async def read_drops(house: House, now: datetime | None = None) -> list[Drop]:
    """What became of what each outlet published in the last day, those that published most first."""
    after = (now or datetime.now(UTC)) - timedelta(hours=FUNNEL_HOURS)

    def find(tx: Connection) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
        return read_funnel(tx, after, LAST), count_unidentified(tx, after)

    ends, unidentified = await house.read(find)
    return fold(sum_up(ends, unidentified))


def sum_up(ends: Iterable[Row[Any]], unidentified: Iterable[Row[Any]]) -> list[Drop]:
    """One row for each outlet."""
    drops: dict[str | None, Drop] = defaultdict(lambda: Drop(None))
    for row in ends:
        drop = drops[row.source]
        drop.source = row.source
        drop.published += row.entries
        _count(drop, row)
    for row in unidentified:
        drop = drops[row.source]
        drop.source = row.source
        drop.published += row.entries
        drop.dead += row.entries
    return sorted(drops.values(), key=lambda one: (-one.published, one.source or ""))


def _count(drop: Drop, row: Row[Any]) -> None:
    match row.outcome:
        case Outcome.DONE:
            drop.done += row.entries
        case Outcome.DEAD:
            drop.dead += row.entries
        case Outcome.SUPERSEDED | Outcome.DUPLICATE:
            drop.superseded += row.entries
        case Outcome.SKIPPED:
            drop.skipped += row.entries
            why = (str(row.stage), str(row.reason or "no reason given"))
            drop.reasons[why] = drop.reasons.get(why, 0) + row.entries
        case _:
            drop.underway += row.entries


def fold(drops: Sequence[Drop], most: int = SOURCES) -> list[Drop]:
    """The first of them, and one row that holds the rest."""
    if len(drops) <= most:
        return list(drops)
    rest = Drop(None, others=len(drops) - most)
    for drop in drops[most:]:
        for name in ("published", "done", "underway", "superseded", "skipped", "dead"):
            setattr(rest, name, getattr(rest, name) + getattr(drop, name))
    return [*drops[:most], rest]


def rank_reasons(drop: Drop, most: int = 5) -> Mapping[tuple[str, str], int]:
    """Why articles of an outlet were skipped, the most frequent first."""
    ranked = sorted(drop.reasons.items(), key=lambda item: (-item[1], item[0]))
    return dict(ranked[:most])

"""Facets: by what the claims that are wanted could be narrowed further, with counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    Text,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from services.store.claim_filter import ClaimFilter
from services.store.claim_gathering import by_index, gather
from services.store.names import name_entities

COUNTED = 10_000
"""Claims that facets are counted over; of more, any so many."""


class Facet(StrEnum):
    """By what claims are narrowed."""

    SPEAKER = "speaker"
    ENTITY = "entity"
    SOURCE = "source"
    MONTH = "month"
    DAY = "day"
    KIND = "kind"
    QUOTE_TYPE = "quote_type"
    MODALITY = "modality"
    POLARITY = "polarity"
    SCORE = "score"


@dataclass(frozen=True)
class Value:
    """One of a facet's values, and how many of the claims have it.

    A speaker's value is the id of the entity where it is one, else the name; an entity's is its id; a month
    is 2026-11, a day 2026-11-23 (both UTC); a score is the lower end of its tenth: 0.9.
    """

    value: str
    label: str
    """What to show: for a speaker or an entity its name."""
    count: int
    entity_id: UUID | None = None
    """The speaker's, where it is one, and the entity's."""


@dataclass(frozen=True)
class Counts:
    """The values of a facet, those of most claims first; months and days newest first, scores highest."""

    facet: Facet
    values: tuple[Value, ...]
    complete: bool
    """Whether all claims were counted; else COUNTED of them."""


_READ = (
    "claimant",
    "claimant_entity_id",
    "about",
    "source",
    "said_at",
    "kind",
    "quote_type",
    "modality",
    "polarity",
    "check_worthiness",
)
# What a facet itself asks for: left out when its values are counted, so that another can be chosen.
_OWN: Mapping[Facet, tuple[str, ...]] = {
    Facet.SPEAKER: ("speaker", "speaker_is", "speaker_id"),
    Facet.ENTITY: ("entity", "entity_id"),
    Facet.SOURCE: ("source", "source_is"),
    Facet.MONTH: ("since", "until"),
    Facet.DAY: ("since", "until"),
    Facet.KIND: ("kind",),
    Facet.QUOTE_TYPE: ("quote_type",),
    Facet.MODALITY: ("modality",),
    Facet.POLARITY: ("polarity",),
    Facet.SCORE: ("min_score", "max_score"),
}
_ORDERED = (Facet.MONTH, Facet.DAY, Facet.SCORE)
"""Facets whose values have an order of their own."""


def read_facets(
    tx: Connection, wanted: ClaimFilter, facets: Iterable[Facet] = tuple(Facet), limit: int = 10
) -> dict[Facet, Counts]:
    """The first `limit` values of each facet, its own filter left out.

    Facets that have no filter of their own set are counted in one reading of at most COUNTED claims; each
    that has is counted in one more.
    """
    asked: dict[ClaimFilter, list[Facet]] = {}
    for facet in facets:
        asked.setdefault(_leave_out(wanted, facet), []).append(facet)
    counted = [_count(tx, others, together, limit) for others, together in asked.items()]
    found = {facet: counts for some in counted for facet, counts in some.items()}
    return {facet: _name_entities(tx, found[facet]) for facet in facets}


def _leave_out(wanted: ClaimFilter, facet: Facet) -> ClaimFilter:
    nothing: dict[str, Any] = dict.fromkeys((*_OWN[facet], "after", "limit"))
    return replace(wanted, **nothing)


def _count(tx: Connection, wanted: ClaimFilter, facets: Sequence[Facet], limit: int) -> dict[Facet, Counts]:
    some = select(gather(tx, wanted, _READ)).limit(COUNTED).cte("some")
    whole = select(literal(""), literal(""), literal(""), func.count()).select_from(some)
    parts = [_group(facet, some, limit) for facet in facets]
    with by_index(tx, wanted):
        rows: Sequence[Any] = tx.execute(union_all(whole, *parts)).all()
    number = next(number for facet, _, _, number in rows if not facet)
    return {facet: Counts(facet, _list_values(facet, rows), complete=number < COUNTED) for facet in facets}


def _group(facet: Facet, some: CTE, limit: int) -> Select[Any]:
    value, label = _express(facet, some.c)
    one = select(value.label("value"), label.label("label")).select_from(some).subquery()
    number = func.count().label("number")
    first = one.c.value.desc() if facet in _ORDERED else number.desc()
    few = (
        select(one.c.value, func.min(one.c.label).label("label"), number)
        .where(one.c.value.is_not(None))
        .group_by(one.c.value)
        .order_by(first, one.c.value)
        .limit(limit)
        .subquery()
    )
    return select(literal(facet.value), few.c.value, few.c.label, few.c.number)


def _express(
    facet: Facet, c: ReadOnlyColumnCollection[str, Any]
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The value of a claim, or its values, and what to show for it."""
    match facet:
        case Facet.SPEAKER:
            return func.coalesce(cast(c.claimant_entity_id, Text), c.claimant), c.claimant
        case Facet.ENTITY:
            named_twice = or_(c.claimant_entity_id.is_(None), c.claimant_entity_id == any_(c.about))
            both = func.array_append(c.about, c.claimant_entity_id)
            return cast(func.unnest(case((named_twice, c.about), else_=both)), Text), literal("")
        case Facet.MONTH | Facet.DAY:
            form = "YYYY-MM" if facet is Facet.MONTH else "YYYY-MM-DD"
            value = func.to_char(func.timezone("UTC", c.said_at), form)
        case Facet.SCORE:
            tenth = func.least(func.floor(c.check_worthiness * 10), 9) / 10
            value = func.to_char(tenth, "FM0.0")
        case _:
            value = c[facet.value]
    return value, value


def _list_values(facet: Facet, rows: Iterable[tuple[str, str, str, int]]) -> tuple[Value, ...]:
    is_entity = facet in (Facet.SPEAKER, Facet.ENTITY)
    return tuple(
        Value(value, label, number, _read_id(value) if is_entity else None)
        for of, value, label, number in rows
        if of == facet
    )


def _read_id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _name_entities(tx: Connection, counts: Counts) -> Counts:
    """With a name for each entity: the one that an article prints."""
    if counts.facet is not Facet.ENTITY:
        return counts
    called = name_entities(tx, [value.entity_id for value in counts.values if value.entity_id])
    values = [replace(one, label=called.get(UUID(one.value), one.value)) for one in counts.values]
    return replace(counts, values=tuple(values))

"""Facets: by what the claims that are wanted could be narrowed further, with counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, TextClause, column, select, text

from services.store.claim_filter import ClaimFilter
from services.store.claim_gathering import Search, by_index, gather, prepare
from services.store.claim_search import count_claims
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


@dataclass(frozen=True)
class _Parting:
    """How claims are parted by a facet, and what is said of each part, in SQL.

    Postgres parts by an id, a date or a number many times as quickly as by the text of it: that text is
    written of the few values that are shown.
    """

    columns: str
    source: str
    by: str = "1"
    value: str = "id"
    """What the parameter takes."""
    label: str = "id"
    order: str = "number desc, id"

    def write(self, facet: Facet, limit: int) -> str:
        """The first `limit` values of the facet."""
        # Of the constants below and a number: no word of a question comes in here.
        parted = f"select {self.columns}, count(*) as number from {self.source} group by {self.by}"  # noqa: S608
        few = f"select * from ({parted}) as parted order by {self.order} limit {limit}"  # noqa: S608
        return f"select '{facet.value}', {self.value}, {self.label}, number from ({few}) as few"  # noqa: S608


_ABOUT_OR_BY = """(
    select unnest(about) as id from counted
    union all select claimant_entity_id from counted where claimant_entity_id <> all (about)
) as named where id is not null"""
_PARTINGS: Mapping[Facet, _Parting] = {
    Facet.SPEAKER: _Parting(
        "claimant_entity_id as id, case when claimant_entity_id is null then claimant end as name,"
        " min(claimant) as label",
        "counted where claimant is not null",
        by="1, 2",
        value="coalesce(id::text, name)",
        label="label",
        order="number desc, id, name",
    ),
    Facet.ENTITY: _Parting("id", _ABOUT_OR_BY, value="id::text", label="''"),
    Facet.MONTH: _Parting(
        "date_trunc('month', said_at at time zone 'UTC') as since",
        "counted",
        value="to_char(since, 'YYYY-MM')",
        label="to_char(since, 'YYYY-MM')",
        order="since desc",
    ),
    Facet.DAY: _Parting(
        "(said_at at time zone 'UTC')::date as since",
        "counted",
        value="to_char(since, 'YYYY-MM-DD')",
        label="to_char(since, 'YYYY-MM-DD')",
        order="since desc",
    ),
    Facet.SCORE: _Parting(
        "least(floor(check_worthiness * 10), 9)::int as tenth",
        "counted",
        value="'0.' || tenth",
        label="'0.' || tenth",
        order="tenth desc",
    ),
    **{
        facet: _Parting(f"{facet.value} as id", f"counted where {facet.value} is not null")
        for facet in (Facet.SOURCE, Facet.KIND, Facet.QUOTE_TYPE, Facet.MODALITY, Facet.POLARITY)
    },
}


@dataclass(frozen=True)
class Narrowing:
    """How many claims are wanted, and by what they could be narrowed."""

    total: int
    """No more than COUNTED: that number means as many or more."""
    facets: Mapping[Facet, Counts]

    @property
    def is_sample(self) -> bool:
        """Whether there are so many claims that only some were counted."""
        return self.total >= COUNTED


def read_facets(
    tx: Connection, wanted: ClaimFilter, facets: Iterable[Facet] = tuple(Facet), limit: int = 10
) -> Mapping[Facet, Counts]:
    """The first `limit` values of each facet, its own filter left out."""
    return read_narrowing(tx, wanted, facets, limit).facets


def read_narrowing(
    tx: Connection,
    wanted: ClaimFilter,
    facets: Iterable[Facet] = tuple(Facet),
    limit: int = 10,
    search: Search | None = None,
) -> Narrowing:
    """The first `limit` values of each facet, its own filter left out, and the number of all that is wanted.

    What has no filter of its own set is counted in one reading of at most COUNTED claims; each facet that has
    is counted in one more. `search` is the filter as it was prepared, where that is known.
    """
    asked: dict[ClaimFilter, list[Facet]] = {}
    for facet in facets:
        asked.setdefault(_leave_out(wanted, facet), []).append(facet)
    whole = replace(wanted, after=None, limit=None)
    total: int | None = None
    found: dict[Facet, Counts] = {}
    for others, together in asked.items():
        known = search if search is not None and others == whole else prepare(tx, others)
        rows = _count(tx, known, tuple(together), limit)
        number = next(row.number for row in rows if not row.facet)
        total = number if others == whole else total
        found |= {one: Counts(one, _list_values(one, rows), complete=number < COUNTED) for one in together}
    if total is None:
        total = count_claims(tx, whole, COUNTED)
    return Narrowing(total, {facet: _name_entities(tx, found[facet]) for facet in facets})


def _leave_out(wanted: ClaimFilter, facet: Facet) -> ClaimFilter:
    nothing: dict[str, Any] = dict.fromkeys((*_OWN[facet], "after", "limit"))
    return replace(wanted, **nothing)


def _count(tx: Connection, search: Search, facets: tuple[Facet, ...], limit: int) -> Sequence[Row[Any]]:
    some = select(gather(search, _READ)).limit(COUNTED).cte("counted")
    names: list[ColumnElement[Any]] = [column(name) for name in ("facet", "value", "label")]
    parts = select(*names, column("number", BigInteger)).select_from(_write_parts(facets, limit))
    query: Select[Any] = parts.add_cte(some)
    with by_index(tx, search):
        return tx.execute(query).all()


@cache
def _write_parts(facets: tuple[Facet, ...], limit: int) -> TextClause:
    """All facets of `counted` as one table, written once: to build it for each answer costs as much as it."""
    whole = "select '' as facet, '' as value, '' as label, count(*) as number from counted"
    parts = [whole, *(f"({_PARTINGS[facet].write(facet, limit)})" for facet in facets)]
    return text(f"({' union all '.join(parts)}) as parts")


def _list_values(facet: Facet, rows: Iterable[Row[Any]]) -> tuple[Value, ...]:
    is_entity = facet in (Facet.SPEAKER, Facet.ENTITY)
    return tuple(
        Value(row.value, row.label, row.number, _read_id(row.value) if is_entity else None)
        for row in rows
        if row.facet == facet
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

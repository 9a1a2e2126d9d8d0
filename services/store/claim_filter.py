"""Which claims are wanted, in which order, and from where on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    UnaryExpression,
    Uuid,
    and_,
    any_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from schemas import ClaimKind, Modality, Polarity, QuoteType
from services.store.names import match_entities, match_names
from services.store.search_tables import ENGLISH
from services.store.spellings import LONGEST, cut
from services.store.tables import claims, entities
from services.store.triage import TriageFilter, is_judged

MOST_WORDS = 1_000
"""Characters of a search that count: Postgres refuses what is very long."""
speaker: ColumnElement[str] = func.left(claims.c.claimant, literal_column(str(LONGEST)))
"""The claimant's name as it is indexed."""


class Order(StrEnum):
    """What comes first."""

    WORTH = "worth"
    """Most check-worthy; of those the newest."""
    NEWEST = "newest"
    RELEVANCE = "relevance"
    """What fits the words best; without words as WORTH."""
    REPETITION = "repetition"
    """Said again most often; of those the most check-worthy."""


@dataclass(frozen=True)
class Position:
    """Where a claim stands in any of the orders."""

    check_worthiness: float
    said_at: datetime
    article_id: UUID
    position: int
    claim_id: UUID
    relevance: float | None = None
    repetitions: int = 0


@dataclass(frozen=True)
class ClaimFilter:
    """Which claims to read; what is None does not narrow."""

    words: str | None = None
    """As typed into a search box: all words, "a phrase", or, -without. Whatever is typed is no error."""
    speaker: str | None = None
    """Part of the claimant's name, whatever its case and accents."""
    speaker_is: str | None = None
    """The claimant's whole name as it is stored."""
    speaker_id: UUID | None = None
    """The entity that claims it."""
    entity: str | None = None
    """Part of a name or alias of an entity that the content is about or that claims it."""
    entity_id: UUID | None = None
    """The entity that the content is about or that claims it."""
    about_id: UUID | None = None
    """The entity that the content is about."""
    source: str | None = None
    """Part of the outlet's name, in any case."""
    source_is: str | None = None
    """The outlet's whole name as it is stored."""
    since: datetime | None = None
    """Published at or after; articles without a date count from when they were submitted."""
    until: datetime | None = None
    """Published before."""
    kind: ClaimKind | None = None
    quote_type: QuoteType | None = None
    modality: Modality | None = None
    polarity: Polarity | None = None
    min_score: float | None = None
    max_score: float | None = None
    """Check-worthiness at most."""
    nested: bool | None = None
    """Whether it is reported within another claim."""
    triage: TriageFilter | None = None
    """What was judged of it."""
    article_ids: tuple[UUID, ...] | None = None
    order: Order = Order.WORTH
    after: Position | None = None
    """Only what comes later in the order: the position of the last claim of the page before."""
    limit: int | None = None


def parse_words(words: str) -> ColumnElement[Any]:
    """The words as Postgres searches for them."""
    return func.websearch_to_tsquery(ENGLISH, words.replace("\0", " ")[:MOST_WORDS])


@dataclass(frozen=True)
class Conditions:
    """What a claim has to fulfil, but for its place in the order."""

    narrow: list[ColumnElement[bool]]
    """Those that an index of their own answers."""
    wide: list[ColumnElement[bool]]
    """Those that too many claims fulfil for that."""

    def __iter__(self) -> Iterator[ColumnElement[bool]]:
        """All of them."""
        return iter([*self.narrow, *self.wide])


def list_conditions(tx: Connection, wanted: ClaimFilter) -> Conditions:
    """The conditions as Postgres takes them.

    Parts of names are looked up first, so that the claims are found by whole names and ids.
    """
    return Conditions([*_list_narrow(wanted), *_list_named(tx, wanted)], _list_wide(wanted))


def _list_wide(wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    c = claims.c
    equal = {
        c.kind: wanted.kind,
        c.quote_type: wanted.quote_type,
        c.modality: wanted.modality,
        c.polarity: wanted.polarity,
        c.nested_in.is_not(None): wanted.nested,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if wanted.min_score is not None:
        conditions.append(c.check_worthiness >= wanted.min_score)
    if wanted.max_score is not None:
        conditions.append(c.check_worthiness <= wanted.max_score)
    if wanted.triage is TriageFilter.OPEN:
        conditions.append(is_judged(wanted.triage))
    return conditions


def _list_narrow(wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    c = claims.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.speaker_id is not None:
        conditions.append(c.claimant_entity_id == wanted.speaker_id)
    if wanted.about_id is not None:
        conditions.append(c.about.contains([wanted.about_id]))
    if wanted.source_is is not None:
        conditions.append(c.source == wanted.source_is)
    if wanted.since is not None:
        conditions.append(c.said_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(c.said_at < wanted.until)
    if wanted.words is not None:
        conditions.append(c.search.op("@@", is_comparison=True)(parse_words(wanted.words)))
    if wanted.article_ids is not None:
        conditions.append(c.article_id == any_(literal(list(wanted.article_ids), ARRAY(Uuid))))
    if wanted.triage not in (None, TriageFilter.ANY, TriageFilter.OPEN):
        conditions.append(is_judged(wanted.triage))
    return conditions


def _list_named(tx: Connection, wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.speaker_is is not None:
        # The second for names that are longer than the index goes.
        conditions += [speaker == cut(wanted.speaker_is), claims.c.claimant == wanted.speaker_is]
    if wanted.speaker:
        conditions.append(speaker == any_(literal(match_names(tx, wanted.speaker), ARRAY(Text))))
    if wanted.entity:
        conditions += _named(match_entities(tx, wanted.entity))
    if wanted.entity_id is not None:
        conditions.append(_by_or_about([wanted.entity_id]))
    if wanted.source:
        conditions.append(claims.c.source == any_(literal(_match_sources(tx, wanted.source), ARRAY(Text))))
    return conditions


def _by_or_about(entity_ids: Sequence[UUID]) -> ColumnElement[bool]:
    ids = literal(list(entity_ids), ARRAY(Uuid))
    return or_(claims.c.about.overlap(ids), claims.c.claimant_entity_id == any_(ids))


def _named(matched: Sequence[Row[Any]]) -> list[ColumnElement[bool]]:
    """By or about such an entity, in an article that calls it so: "the mayor" is many people."""
    entity_ids = list({row.entity_id for row in matched})
    printed = literal(list({row.name for row in matched}), ARRAY(Text))
    own = func.left(entities.c.name, literal_column(str(LONGEST))) == any_(printed)
    refers = or_(
        entities.c.entity_id == claims.c.claimant_entity_id, entities.c.entity_id == any_(claims.c.about)
    )
    here = exists().where(
        entities.c.article_id == claims.c.article_id,
        entities.c.entity_id == any_(literal(entity_ids, ARRAY(Uuid))),
        or_(own, entities.c.aliases.has_any(printed)),
        refers,
    )
    return [_by_or_about(entity_ids), here]


# From one outlet to the next in the index: there are few of them, and many claims of each.
_SOURCES = text("""
with recursive sources as (
    (select source from claims order by source limit 1)
    union all
    select (select source from claims where source > sources.source order by source limit 1)
    from sources where sources.source is not null
)
select source from sources where source is not null
""").columns(claims.c.source)


def _match_sources(tx: Connection, part: str) -> list[str]:
    sources = _SOURCES.subquery()
    query = select(sources.c.source).where(sources.c.source.icontains(part, autoescape=True))
    return list(tx.execute(query).scalars())


@dataclass(frozen=True)
class Key:
    """One of the columns that an order goes by."""

    name: str
    column: ColumnElement[Any]
    descending: bool = False

    def order(self) -> UnaryExpression[Any]:
        """As it stands in ORDER BY."""
        return self.column.desc() if self.descending else self.column.asc()

    def follows(self, value: object, or_equals: bool = False) -> ColumnElement[bool]:
        """Whether a claim comes later than this value."""
        if self.descending:
            return self.column <= value if or_equals else self.column < value
        return self.column >= value if or_equals else self.column > value


_PLACE = ("article_id", "position", "claim_id")
# An order by another column is a row here, a field of Position, and an index that begins with it.
# Repetitions stand in another table: claim_repetition.py says how claims are found in their order.
_ORDERS = {
    Order.WORTH: ("check_worthiness", "said_at", *_PLACE),
    Order.NEWEST: ("said_at", *_PLACE),
    Order.RELEVANCE: ("relevance", "check_worthiness", "said_at", *_PLACE),
    Order.REPETITION: ("repetitions", "check_worthiness", "said_at", *_PLACE),
}
ORDERED_BY = tuple(sorted({name for keys in _ORDERS.values() for name in keys} & set(claims.c.keys())))
"""The columns of claims that any order goes by."""


Columns = Mapping[str, ColumnElement[Any]] | ReadOnlyColumnCollection[str, Any]


def list_keys(wanted: ClaimFilter, columns: Columns = claims.c) -> list[Key]:
    """The columns that the order goes by: no two claims are equal in all of them."""
    order = Order.WORTH if wanted.order is Order.RELEVANCE and wanted.words is None else wanted.order
    return [Key(name, columns[name], descending=name not in _PLACE) for name in _ORDERS[order]]


def stand_after(keys: Sequence[Key], position: Position) -> ColumnElement[bool]:
    """Whether a claim comes later than the position.

    The bound on the first column is what an index is entered by; the rest decides between equals.
    """
    later: ColumnElement[bool] | None = None
    for key in reversed(keys):
        value = getattr(position, key.name)
        further = key.follows(value)
        later = further if later is None else or_(further, and_(key.column == value, later))
    first = keys[0]
    bound = first.follows(getattr(position, first.name), or_equals=True)
    return and_(bound, later if later is not None else true())


def read_position(row: Row[Any]) -> Position:
    """Where a row of `find_claims` stands, so that the next page goes on behind it."""
    return Position(
        check_worthiness=row.check_worthiness,
        said_at=row.said_at,
        article_id=row.article_id,
        position=row.position,
        claim_id=row.claim_id,
        relevance=row.relevance,
        repetitions=row.repetitions,
    )

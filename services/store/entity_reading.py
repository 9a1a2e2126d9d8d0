"""One entity over all articles: its names, what it claims over time, and about whom."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Date, FromClause, and_, cast, func, select, union

from services.store.names import name_entities
from services.store.tables import claims, entities, mentions


class Step(StrEnum):
    """How long a stretch of a plot is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class EntityRecord:
    """An entity as all articles together have it."""

    entity_id: UUID
    name: str
    """What most articles call it."""
    kinds: tuple[str, ...]
    """What it is taken for, most often first."""
    wikidata: str | None
    names: tuple[tuple[str, int], ...]
    """Its names and aliases, each with the number of articles that have it, most common first."""
    articles: int
    mentions: int
    claims: int
    """How many it makes."""
    spoken_of: int
    """How many are about it."""


def read_entity(tx: Connection, entity_id: UUID) -> EntityRecord | None:
    """All that is known of an entity; None where no article names it."""
    e = entities.c
    own = e.entity_id == entity_id
    number = func.count()
    kinds = tx.execute(
        select(e.kind, number).where(own).group_by(e.kind).order_by(number.desc(), e.kind)
    ).all()
    if not kinds:
        return None
    return EntityRecord(
        entity_id=entity_id,
        name=name_entities(tx, [entity_id])[entity_id],
        kinds=tuple(row.kind for row in kinds),
        wikidata=tx.execute(select(func.max(e.wikidata)).where(own)).scalar(),
        names=_list_names(tx, entity_id),
        articles=sum(row[1] for row in kinds),
        mentions=_count(tx, _MENTIONED, own),
        claims=_count(tx, claims, claims.c.claimant_entity_id == entity_id),
        spoken_of=_count(tx, claims, claims.c.about.contains([entity_id])),
    )


_MENTIONED = entities.join(
    mentions,
    and_(mentions.c.article_id == entities.c.article_id, mentions.c.entity_id == entities.c.entity_id),
)


def _count(tx: Connection, rows: FromClause, condition: ColumnElement[bool]) -> int:
    return int(tx.execute(select(func.count()).select_from(rows).where(condition)).scalar_one())


def _list_names(tx: Connection, entity_id: UUID) -> tuple[tuple[str, int], ...]:
    e = entities.c
    own = select(e.article_id, e.name).where(e.entity_id == entity_id)
    alias = func.jsonb_array_elements_text(e.aliases).label("name")
    also = select(e.article_id, alias).where(e.entity_id == entity_id)
    printed = union(own, also).subquery()
    number = func.count()
    query = select(printed.c.name, number).group_by(printed.c.name).order_by(number.desc(), printed.c.name)
    return tuple((name, count) for name, count in tx.execute(query))


def count_over_time(
    tx: Connection,
    entity_id: UUID,
    step: Step = Step.WEEK,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[tuple[date, int]]:
    """How many claims the entity makes in each day, week or month (UTC) that has one, oldest first."""
    c = claims.c
    began = cast(func.date_trunc(step.value, func.timezone("UTC", c.said_at)), Date).label("began")
    query = select(began, func.count()).where(c.claimant_entity_id == entity_id)
    bounds = [(since, c.said_at.__ge__), (until, c.said_at.__lt__)]
    query = query.where(*(compare(moment) for moment, compare in bounds if moment is not None))
    return [(day, number) for day, number in tx.execute(query.group_by(began).order_by(began))]


@dataclass(frozen=True)
class SpokenOf:
    """An entity that somebody speaks about."""

    entity_id: UUID
    name: str
    claims: int


def list_spoken_of(tx: Connection, entity_id: UUID, limit: int = 10) -> list[SpokenOf]:
    """About whom and what the entity's claims are, most often first; itself is left out."""
    own = select(func.unnest(claims.c.about).label("about")).where(claims.c.claimant_entity_id == entity_id)
    return _rank(tx, own.subquery().c.about, entity_id, limit)


def list_speakers_about(tx: Connection, entity_id: UUID, limit: int = 10) -> list[SpokenOf]:
    """Whose claims are about the entity, most often first; itself is left out."""
    of = select(claims.c.claimant_entity_id).where(claims.c.about.contains([entity_id]))
    return _rank(tx, of.subquery().c.claimant_entity_id, entity_id, limit)


def _rank(tx: Connection, other: ColumnElement[Any], entity_id: UUID, limit: int) -> list[SpokenOf]:
    number = func.count()
    most = select(other, number).where(other != entity_id).group_by(other).order_by(number.desc(), other)
    rows = tx.execute(most.limit(limit)).all()
    called = name_entities(tx, [one for one, _ in rows])
    return [SpokenOf(one, called.get(one, str(one)), count) for one, count in rows]


def list_titles(tx: Connection, entity_id: UUID) -> list[tuple[str, int]]:
    """Titles and roles that stand with its names, each with the number of articles, most common first."""
    e = entities.c
    title = func.jsonb_array_elements_text(e.titles).label("title")
    own = select(e.article_id, title).where(e.entity_id == entity_id).subquery()
    number = func.count(own.c.article_id.distinct())
    query = select(own.c.title, number).group_by(own.c.title).order_by(number.desc(), own.c.title)
    return [(printed, count) for printed, count in tx.execute(query)]

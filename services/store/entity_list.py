"""Entities over all articles, page by page."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, true

from schemas import EntityKind
from services.store.tables import entities

ASKED = 100
"""Articles that are asked what an entity is called and what it is; more would say the same."""


class EntityPosition(NamedTuple):
    """Where an entity stands in the list."""

    articles: int
    entity_id: UUID


def list_entity_page(
    tx: Connection, kind: EntityKind | None, after: EntityPosition | None, limit: int
) -> Sequence[Row[Any]]:
    """Entities by the name that most articles print, those that most articles name first."""
    page = _count(kind, after).limit(limit).cte("page").prefix_with("materialized")
    e = entities.c
    own = select(e.name, e.kind, e.wikidata).where(e.entity_id == page.c.entity_id)
    if kind is not None:
        own = own.where(e.kind == kind)
    some = own.limit(ASKED).lateral("some")
    query: Select[Any] = select(
        page.c.entity_id,
        func.mode().within_group(some.c.name).label("name"),
        func.mode().within_group(some.c.kind).label("kind"),
        func.max(some.c.wikidata).label("wikidata"),
        page.c.articles,
    ).join(some, true())
    named = query.group_by(page.c.entity_id, page.c.articles)
    return tx.execute(named.order_by(page.c.articles.desc(), page.c.entity_id)).all()


def _count(kind: EntityKind | None, after: EntityPosition | None) -> Select[Any]:
    """In how many articles each is named: read from the index alone. No article has an entity twice."""
    e = entities.c
    number = func.count()
    query: Select[Any] = select(e.entity_id, number.label("articles")).group_by(e.entity_id)
    if kind is not None:
        query = query.where(e.kind == kind)
    if after is not None:
        same = and_(number == after.articles, e.entity_id > after.entity_id)
        query = query.having(or_(number < after.articles, same))
    return query.order_by(number.desc(), e.entity_id)

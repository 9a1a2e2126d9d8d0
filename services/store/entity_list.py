"""Entities over all articles, page by page."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from schemas import EntityKind
from services.store.tables import entities


class EntityPosition(NamedTuple):
    """Where an entity stands in the list."""

    articles: int
    entity_id: UUID


def list_entity_page(
    tx: Connection, kind: EntityKind | None, after: EntityPosition | None, limit: int
) -> Sequence[Row[Any]]:
    """Entities by the name that most articles print, those that most articles name first."""
    e = entities.c
    number = func.count(e.article_id.distinct())
    query: Select[Any] = select(
        e.entity_id,
        func.mode().within_group(e.name).label("name"),
        func.mode().within_group(e.kind).label("kind"),
        func.max(e.wikidata).label("wikidata"),
        number.label("articles"),
    ).group_by(e.entity_id)
    if kind is not None:
        query = query.where(e.kind == kind)
    if after is not None:
        same = and_(number == after.articles, e.entity_id > after.entity_id)
        query = query.having(or_(number < after.articles, same))
    return tx.execute(query.order_by(number.desc(), e.entity_id).limit(limit)).all()

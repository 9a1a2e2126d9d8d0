"""Claims with what is known of their articles, in the order in which they were found or as they are named."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Select, Uuid, and_, any_, literal, select, tuple_

from schemas import Entity
from services.store.tables import articles, claims, entities, texts


def find_detected(
    tx: Connection, after: tuple[datetime, UUID], until: datetime | None, limit: int
) -> Sequence[Row[Any]]:
    """The next claims that were found after a moment, or at it with a greater id; at most until a moment."""
    c = claims.c
    query = _select().where(tuple_(c.detected_at, c.claim_id) > after)
    if until is not None:
        query = query.where(c.detected_at <= until)
    return tx.execute(query.order_by(c.detected_at, c.claim_id).limit(limit)).all()


def find_sightings(tx: Connection, claim_ids: Sequence[UUID]) -> list[Row[Any]]:
    """These claims, in this order; those that are there no more are left out."""
    wanted = literal(list(claim_ids), ARRAY(Uuid))
    found = {row.claim_id: row for row in tx.execute(_select().where(claims.c.claim_id == any_(wanted)))}
    return [found[one] for one in claim_ids if one in found]


def find_of_article(tx: Connection, article_id: UUID) -> Sequence[Row[Any]]:
    """The claims of an article, in their order."""
    query = _select().where(claims.c.article_id == article_id)
    return tx.execute(query.order_by(claims.c.position, claims.c.claim_id)).all()


def find_entities(tx: Connection, article_ids: Collection[UUID]) -> Mapping[UUID, Mapping[UUID, Entity]]:
    """The entities of articles, by the article and their id."""
    wanted = literal(sorted(article_ids), ARRAY(Uuid))
    found: dict[UUID, dict[UUID, Entity]] = {}
    for row in tx.execute(select(entities).where(entities.c.article_id == any_(wanted))):
        entity = Entity(
            entity_id=row.entity_id,
            name=row.name,
            kind=row.kind,
            aliases=row.aliases,
            titles=row.titles,
            wikidata=row.wikidata,
        )
        found.setdefault(row.article_id, {})[row.entity_id] = entity
    return found


def _select() -> Select[Any]:
    return (
        select(
            claims.c.claim_id,
            claims.c.article_id,
            claims.c.revision,
            claims.c.record,
            claims.c.detected_at,
            articles.c.submitted_at,
            articles.c.title,
            articles.c.url,
            articles.c.source,
            articles.c.published_at,
            texts.c.metadata,
        )
        .join(articles, articles.c.article_id == claims.c.article_id)
        .outerjoin(
            texts,
            and_(texts.c.article_id == claims.c.article_id, texts.c.revision == claims.c.revision),
        )
    )

"""Entities and their mentions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Text, cast, func, or_, select

from schemas import EntitiesExtracted, EntityKind, Mention
from services.store.names import save_names
from services.store.tables import entities, mentions
from services.store.upsert import upsert

LONGEST_NAME = 500
"""Characters of a name that are stored: a row of the index on names holds some 2,700 bytes."""


def save_entities(tx: Connection, extracted: Sequence[EntitiesExtracted]) -> None:
    """Replace what is stored for these articles."""
    ids = [message.article_id for message in extracted]
    tx.execute(mentions.delete().where(mentions.c.article_id.in_(ids)))
    tx.execute(entities.delete().where(entities.c.article_id.in_(ids)))
    upsert(
        tx,
        entities,
        [
            {
                "entity_id": entity.entity_id,
                "article_id": message.article_id,
                "revision": message.revision,
                "name": entity.name[:LONGEST_NAME],
                "kind": entity.kind,
                "aliases": list(entity.aliases),
                "titles": list(entity.titles),
                "wikidata": entity.wikidata,
            }
            for message in extracted
            for entity in message.entities
        ],
    )
    upsert(
        tx,
        mentions,
        [_mention_row(message, mention) for message in extracted for mention in message.mentions],
    )
    named = [entity for message in extracted for entity in message.entities]
    save_names(tx, ((name, entity.entity_id) for entity in named for name in (entity.name, *entity.aliases)))


def _mention_row(message: EntitiesExtracted, mention: Mention) -> dict[str, object]:
    return {
        "mention_id": mention.mention_id,
        "entity_id": mention.entity_id,
        "article_id": message.article_id,
        "revision": message.revision,
        "label": mention.label,
        "start": mention.span.start,
        "end": mention.span.end,
        "exact": mention.span.exact,
    }


@dataclass(frozen=True)
class EntityFilter:
    """Which entities to list; what is None does not narrow."""

    name: str | None = None
    """Part of a name or alias in some article, in any case."""
    kind: EntityKind | None = None
    limit: int | None = None


def list_entities(tx: Connection, wanted: EntityFilter) -> Sequence[Row[Any]]:
    """Entities over all articles, by the name that most articles print, most named ones first."""
    name = func.mode().within_group(entities.c.name)
    number, mentioned = func.count(entities.c.article_id.distinct()), func.count(mentions.c.mention_id)
    of_article = (mentions.c.article_id == entities.c.article_id) & (
        mentions.c.entity_id == entities.c.entity_id
    )
    query = (
        select(
            entities.c.entity_id,
            name.label("name"),
            entities.c.kind,
            func.max(entities.c.wikidata).label("wikidata"),
            number.label("articles"),
            mentioned.label("mentions"),
        )
        .outerjoin(mentions, of_article)
        .group_by(entities.c.entity_id, entities.c.kind)
        .order_by(number.desc(), mentioned.desc(), name, entities.c.entity_id)
        .limit(wanted.limit)
    )
    if wanted.kind is not None:
        query = query.where(entities.c.kind == wanted.kind)
    if wanted.name:
        named = or_(
            entities.c.name.icontains(wanted.name, autoescape=True),
            cast(entities.c.aliases, Text).icontains(wanted.name, autoescape=True),
        )
        query = query.where(entities.c.entity_id.in_(select(entities.c.entity_id).where(named)))
    return tx.execute(query).all()

"""Entities and their mentions."""

from collections.abc import Sequence

from sqlalchemy import Connection

from schemas import EntitiesExtracted, Mention
from services.store.tables import entities, mentions
from services.store.upsert import upsert


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
                "name": entity.name,
                "kind": entity.kind,
                "aliases": list(entity.aliases),
                "titles": list(entity.titles),
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

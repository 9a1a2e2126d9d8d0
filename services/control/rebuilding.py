"""Messages made again from the store, for a stage that is owed its input."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from schemas import (
    TOPOLOGY,
    ArticleCleaned,
    ArticleSubmitted,
    EntitiesExtracted,
    Entity,
    Mention,
    Message,
    Span,
    StageName,
    StageRow,
    derive_id,
)
from services.store.owed import Owed, read_entities, read_submissions, read_texts


def rebuild(engine: Engine, owed: StageRow, part: Sequence[Owed]) -> list[tuple[str, Message]]:
    """The messages that the stage is owed, each with the stream it belongs on.

    What ingest made is not stored, but what it made it from is: its submission goes in again, and ingest
    recognises it by its id.
    """
    with engine.connect() as connection:
        match owed.stage:
            case StageName.CLEAN:
                rows = read_submissions(connection, [one.ref for one in part])
                return [(TOPOLOGY[0].source, rebuild_submission(row)) for row in rows]
            case StageName.ENTITIES:
                return [(owed.source, message) for message in _rebuild_texts(connection, part)]
            case StageName.CLAIMS:
                return [(owed.source, message) for message in _rebuild_entities(connection, part)]
    raise LookupError(f"nothing is stored from which {owed.stage} could be given its input again")


def rebuild_submission(row: Row[Any]) -> ArticleSubmitted:
    """A revision as it was handed in, from its row."""
    content = b64encode(row.raw) if row.given == "raw" else row.raw.decode()
    return ArticleSubmitted.model_validate(
        {
            **row.submission,
            row.given: content,
            "message_id": row.submission_id,
            "submitted_at": row.submitted_at,
        }
    )


def _rebuild_texts(connection: Connection, part: Sequence[Owed]) -> list[ArticleCleaned]:
    traces = {one.ref: one.traceparent for one in part}
    return [
        ArticleCleaned(**_carry(row, traces, StageName.CLEAN), text=row.text, removed=row.removed)
        for row in read_texts(connection, traces)
    ]


def _rebuild_entities(connection: Connection, part: Sequence[Owed]) -> list[EntitiesExtracted]:
    traces = {one.ref: one.traceparent for one in part}
    rows = read_texts(connection, traces)
    found, named = read_entities(connection, [one.article_id for one in part])
    entities = _group(found)
    mentions = _group(named)
    return [
        EntitiesExtracted(
            **_carry(row, traces, StageName.ENTITIES),
            text=row.text,
            mentions=tuple(_rebuild_mention(one, row.text) for one in mentions[row.article_id]),
            entities=_in_order(entities[row.article_id], mentions[row.article_id]),
        )
        for row in rows
    ]


def _carry(row: Row[Any], traces: dict[tuple[UUID, str], str | None], stage: StageName) -> dict[str, Any]:
    return {
        "message_id": derive_id("message", row.article_id, row.revision, stage),
        "article_id": row.article_id,
        "revision": row.revision,
        "submitted_at": row.submitted_at,
        "produced_at": datetime.now(UTC),
        "traceparent": traces[row.article_id, row.revision],
        "metadata": row.metadata,
    }


def _group(rows: Iterable[Row[Any]]) -> dict[UUID, list[Row[Any]]]:
    grouped: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.article_id].append(row)
    return grouped


def _rebuild_mention(row: Row[Any], text: str) -> Mention:
    span = Span.cut(text, row.start, row.end)
    return Mention(mention_id=row.mention_id, entity_id=row.entity_id, span=span, label=row.label)


def _in_order(found: list[Row[Any]], named: list[Row[Any]]) -> tuple[Entity, ...]:
    """Entities in order of their first mention, as the entities stage hands them on."""
    by_id = {row.entity_id: row for row in found}
    order = dict.fromkeys([row.entity_id for row in named if row.entity_id in by_id] + list(by_id))
    return tuple(
        Entity(
            entity_id=entity_id,
            name=by_id[entity_id].name,
            kind=by_id[entity_id].kind,
            aliases=by_id[entity_id].aliases,
            titles=by_id[entity_id].titles,
            wikidata=by_id[entity_id].wikidata,
        )
        for entity_id in order
    )

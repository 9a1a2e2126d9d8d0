"""What stands in an article: its clean text with spans, the entities that it names, its revisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, Row

from schemas import Claim, EntityKind
from schemas.articles import Metadata, Removed
from schemas.record import Record
from services.desk.answers import answer_model
from services.desk.api.articles import check_article, lacking
from services.desk.api.claims import Mark
from services.desk.callers import READING
from services.desk.documentation import cached
from services.desk.house import InHouse
from services.desk.problems import Problem
from services.store.article_reading import read_article, read_mentions, read_text
from services.store.claims import ClaimFilter, find_claims
from services.store.owed import read_entities as read_named
from services.store.pages import find_fetched

router = APIRouter(tags=["articles"], dependencies=[READING])


class MentionRecord(Record):
    """Words that name an entity."""

    mention_id: UUID
    entity_id: UUID
    label: str
    """The model's own."""
    span: Mark
    """Where they stand in the text."""
    name: str
    """The entity, as this article calls it most fully."""
    kind: EntityKind
    wikidata: str | None


class TextRecord(Record):
    """A clean text. For every span `text[start:end] == exact`; offsets count code points."""

    article_id: UUID
    revision: str
    counts: bool
    """Whether it is the revision that counts; of another, claims and mentions are not kept."""
    text: str
    """Paragraphs are parted by an empty line."""
    metadata: Metadata
    removed: tuple[Removed, ...]
    """What is not part of the article, and why; its offsets are those of the given text."""
    claims: tuple[Claim, ...]
    """In their order in the text; contents, claimants and cues are spans of it."""
    mentions: tuple[MentionRecord, ...]
    """In their order in the text."""


class EntityOfArticle(Record):
    """An entity as one article names it."""

    entity_id: UUID
    name: str
    kind: EntityKind
    aliases: tuple[str, ...]
    titles: tuple[str, ...]
    wikidata: str | None
    mentions: tuple[Mark, ...]


class EntitiesOfArticle(Record):
    """What an article names, in the order in which it is named first."""

    items: tuple[EntityOfArticle, ...]


class RevisionRecord(Record):
    """A content that was handed in for an article."""

    revision: str
    counts: bool
    """Whether it is the one that counts."""
    submission_id: UUID
    submitted_at: datetime
    media_type: str
    given: str
    """The field that held the content."""
    bytes: int
    has_text: bool
    """Whether there is a clean text of it."""


class Revisions(Record):
    """What was ever handed in for an article, newest first."""

    items: tuple[RevisionRecord, ...]


@router.get("/articles/{article_id:uuid}/text", response_model=TextRecord, responses=cached(404))
async def get_text(
    request: Request,
    house: InHouse,
    article_id: UUID,
    revision: Annotated[
        str | None, Query(pattern="^[0-9a-f]{1,64}$", description="By default the one that counts.")
    ] = None,
) -> Response:
    """The clean text with its spans: claims with their claimants and cues, mentions, and what was removed."""
    found = await house.read(lambda tx: find_text(tx, article_id, revision))
    if found is None:
        raise Problem(404, f"there is no clean text of article {article_id}, or not yet")
    return answer_model(request, found)


def find_text(tx: Connection, article_id: UUID, revision: str | None = None) -> TextRecord | None:
    """The text of a revision with its spans; None where there is none."""
    row = read_text(tx, article_id, revision)
    if row is None:
        return None
    counts = find_fetched(tx, [article_id])[article_id] == (article_id, row.revision)
    claims = find_claims(tx, ClaimFilter(article_ids=(article_id,))) if counts else ()
    return TextRecord(
        article_id=article_id,
        revision=row.revision,
        counts=counts,
        text=row.text,
        metadata=Metadata.model_validate(row.metadata),
        removed=tuple(Removed.model_validate(one) for one in row.removed),
        claims=_order(claims),
        mentions=tuple(map(_describe, read_mentions(tx, article_id))) if counts else (),
    )


def _order(rows: Sequence[Row[Any]]) -> tuple[Claim, ...]:
    in_order = sorted(rows, key=lambda row: (row.position, str(row.claim_id)))
    return tuple(Claim.model_validate(row.record) for row in in_order)


def _describe(row: Row[Any]) -> MentionRecord:
    return MentionRecord.model_validate({**row._mapping, "span": _mark(row)})


def _mark(row: Row[Any]) -> Mark:
    return Mark(start=row.start, end=row.end, exact=row.exact)


@router.get("/articles/{article_id:uuid}/entities", response_model=EntitiesOfArticle, responses=cached(404))
async def get_entities_of_article(request: Request, house: InHouse, article_id: UUID) -> Response:
    """What an article names, and where."""
    await check_article(house, article_id)
    items = await house.read(lambda tx: find_entities(tx, article_id))
    return answer_model(request, EntitiesOfArticle(items=tuple(items)))


def find_entities(tx: Connection, article_id: UUID) -> list[EntityOfArticle]:
    """The entities of an article with their mentions, in the order in which they are named first."""
    entities, mentions = read_named(tx, [article_id])
    marks: dict[UUID, list[Mark]] = {}
    for row in mentions:
        marks.setdefault(row.entity_id, []).append(_mark(row))
    items = [
        EntityOfArticle.model_validate({**row._mapping, "mentions": marks.get(row.entity_id, [])})
        for row in entities
    ]
    return sorted(items, key=lambda one: (one.mentions[0].start if one.mentions else 0, one.name))


@router.get("/articles/{article_id:uuid}/revisions", response_model=Revisions, responses=cached(404))
async def get_revisions(request: Request, house: InHouse, article_id: UUID) -> Response:
    """What was ever handed in for an article, newest first, and which of it counts."""
    known = await house.read(lambda tx: read_article(tx, article_id))
    if known is None:
        raise lacking(article_id)
    items = tuple(
        RevisionRecord(**row._mapping, counts=row.revision == known.article.revision)
        for row in known.revisions
    )
    return answer_model(request, Revisions(items=items))

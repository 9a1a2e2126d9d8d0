"""Articles as they are looked at: a list, and one with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal, or_, select

from services.store.ledger import read_trace
from services.store.tables import articles, claims, entities, mentions, revisions, texts


class ArticlePosition(NamedTuple):
    """Where an article stands in the list."""

    moment: datetime
    article_id: UUID


@dataclass(frozen=True)
class ArticleFilter:
    """Which articles to list; what is None does not narrow."""

    source: str | None = None
    """Part of the outlet's name, in any case."""
    source_is: str | None = None
    """The outlet's whole name as it is stored."""
    title: str | None = None
    """Part of the title, in any case."""
    since: datetime | None = None
    """First handed in at or after."""
    until: datetime | None = None
    """First handed in before."""
    entity_id: UUID | None = None
    """An entity that the article names."""
    after: ArticlePosition | None = None
    """Only what comes later in the list: `first_seen_at` and `article_id` of the last row before."""
    limit: int | None = None


@dataclass(frozen=True)
class ArticleRecord:
    """An article with its revisions and its way through the stages."""

    article: Row[Any]
    """Its row, with the `number` of its claims."""
    revisions: Sequence[Row[Any]]
    """Without their bytes, newest first: revision, submitted_at, media_type, given, bytes, has_text."""
    stages: Sequence[Row[Any]]
    """The ledger's entries of all revisions, in the order in which they ended."""


def list_articles(tx: Connection, wanted: ArticleFilter) -> Sequence[Row[Any]]:
    """Rows of articles with the number of their `claims`, those first seen last first."""
    a = articles.c
    number = select(func.count()).where(claims.c.article_id == a.article_id).scalar_subquery()
    query: Select[Any] = select(articles, number.label("claims"))
    given = [
        wanted.source is not None and a.source.icontains(wanted.source, autoescape=True),
        wanted.source_is is not None and a.source == wanted.source_is,
        wanted.title is not None and a.title.icontains(wanted.title, autoescape=True),
        wanted.since is not None and a.first_seen_at >= wanted.since,
        wanted.until is not None and a.first_seen_at < wanted.until,
        wanted.entity_id is not None
        and a.article_id.in_(select(entities.c.article_id).where(entities.c.entity_id == wanted.entity_id)),
        wanted.after is not None and _come_after(wanted.after),
    ]
    query = query.where(*(condition for condition in given if not isinstance(condition, bool)))
    return tx.execute(query.order_by(a.first_seen_at.desc(), a.article_id).limit(wanted.limit)).all()


def _come_after(position: ArticlePosition) -> ColumnElement[bool]:
    seen, article_id = articles.c.first_seen_at, articles.c.article_id
    same = and_(seen == position.moment, article_id > position.article_id)
    return and_(seen <= position.moment, or_(seen < position.moment, same))


def read_article(tx: Connection, article_id: UUID) -> ArticleRecord | None:
    """All that is known of an article but its text; None where there is none."""
    number = select(func.count()).where(claims.c.article_id == articles.c.article_id).scalar_subquery()
    row = tx.execute(
        select(articles, number.label("claims")).where(articles.c.article_id == article_id)
    ).first()
    if row is None:
        return None
    return ArticleRecord(row, _read_revisions(tx, article_id), read_trace(tx, article_id))


def _read_revisions(tx: Connection, article_id: UUID) -> Sequence[Row[Any]]:
    r = revisions.c
    cleaned = and_(texts.c.article_id == r.article_id, texts.c.revision == r.revision)
    query: Select[Any] = (
        select(
            r.revision,
            r.submission_id,
            r.submitted_at,
            r.media_type,
            r.given,
            func.octet_length(r.raw).label("bytes"),
            texts.c.article_id.is_not(None).label("has_text"),
        )
        .outerjoin(texts, cleaned)
        .where(r.article_id == article_id)
        .order_by(r.submitted_at.desc(), r.revision)
    )
    return tx.execute(query).all()


def read_text(tx: Connection, article_id: UUID, revision: str | None = None) -> Row[Any] | None:
    """The clean text, metadata and removed pieces of a revision, by default of the one that counts.

    None where there is no such revision or it is not clean yet.
    """
    counts = select(articles.c.revision).where(articles.c.article_id == article_id).scalar_subquery()
    chosen = counts if revision is None else literal(revision)
    query = select(texts).where(texts.c.article_id == article_id, texts.c.revision == chosen)
    return tx.execute(query).first()


def read_mentions(tx: Connection, article_id: UUID) -> Sequence[Row[Any]]:
    """Every mention in the article with the `name`, `kind` and `wikidata` of its entity, in their order."""
    m = mentions.c
    of_entity = and_(entities.c.article_id == m.article_id, entities.c.entity_id == m.entity_id)
    query: Select[Any] = (
        select(*m, entities.c.name, entities.c.kind, entities.c.wikidata)
        .join(entities, of_entity)
        .where(m.article_id == article_id)
        .order_by(m.start, m.end.desc(), m.mention_id)
    )
    return tx.execute(query).all()


def read_given(tx: Connection, article_id: UUID, revision: str) -> Row[Any] | None:
    """A revision's content as it was handed in: its `raw` bytes, and the field that it was `given` in."""
    r = revisions.c
    query: Select[Any] = select(r.raw, r.given, r.media_type).where(
        r.article_id == article_id, r.revision == revision
    )
    return tx.execute(query).first()

"""What articles still owe, and what is needed to hand them in again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, select, tuple_

from schemas import Outcome, StageName
from services.store.tables import articles, entities, ledger, mentions, revisions, texts

Ref = tuple[UUID, str]


@dataclass(frozen=True)
class Owed:
    """A revision that counts, whose last stage is done and whose next is not."""

    article_id: UUID
    revision: str
    traceparent: str | None

    @property
    def ref(self) -> Ref:
        """Article and revision."""
        return self.article_id, self.revision


def _owing(done: StageName, owed: StageName, before: datetime) -> Select[Any]:
    last, following = ledger.alias("last"), ledger.alias("following")
    of_article = and_(
        last.c.article_id == articles.c.article_id,
        last.c.revision == articles.c.revision,
        last.c.stage == done,
        last.c.outcome == Outcome.DONE,
        last.c.finished_at < before,
    )
    of_next = and_(
        following.c.article_id == articles.c.article_id,
        following.c.revision == articles.c.revision,
        following.c.stage == owed,
    )
    joined = articles.join(last, of_article).outerjoin(following, of_next)
    return (
        select(articles.c.article_id, articles.c.revision, last.c.traceparent)
        .select_from(joined)
        .where(following.c.stage.is_(None))
        .order_by(last.c.finished_at)
    )


def count_owed(tx: Connection, done: StageName, owed: StageName, before: datetime) -> int:
    """How many revisions were done at one stage before the moment, and not ended at the next."""
    query = _owing(done, owed, before).order_by(None).subquery()
    return int(tx.execute(select(func.count()).select_from(query)).scalar_one())


def find_owed(tx: Connection, done: StageName, owed: StageName, before: datetime, limit: int) -> list[Owed]:
    """Those revisions, longest waiting first."""
    rows = tx.execute(_owing(done, owed, before).limit(limit))
    return [Owed(row.article_id, row.revision, row.traceparent) for row in rows]


def read_submissions(tx: Connection, refs: Iterable[Ref]) -> Sequence[Row[Any]]:
    """The revisions as they were handed in."""
    return tx.execute(
        select(revisions).where(tuple_(revisions.c.article_id, revisions.c.revision).in_(list(refs)))
    ).all()


def read_texts(tx: Connection, refs: Iterable[Ref]) -> Sequence[Row[Any]]:
    """Clean texts with their metadata, what was removed, and when the revision was handed in."""
    same = and_(revisions.c.article_id == texts.c.article_id, revisions.c.revision == texts.c.revision)
    return tx.execute(
        select(texts, revisions.c.submitted_at)
        .join(revisions, same)
        .where(tuple_(texts.c.article_id, texts.c.revision).in_(list(refs)))
    ).all()


def read_entities(
    tx: Connection, article_ids: Iterable[UUID]
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Entities and mentions of the articles, mentions in order of appearance."""
    ids = list(article_ids)
    found = tx.execute(select(entities).where(entities.c.article_id.in_(ids))).all()
    named = tx.execute(
        select(mentions)
        .where(mentions.c.article_id.in_(ids))
        .order_by(mentions.c.article_id, mentions.c.start)
    ).all()
    return found, named


def list_cleaned(tx: Connection, source: str | None, after: UUID | None, limit: int) -> Sequence[Row[Any]]:
    """Articles that count and have a clean text, with it and the submission, in the order of their ids.

    `source` narrows to one outlet; `after` is the id that the page before ended with.
    """
    same_revision = and_(
        revisions.c.article_id == articles.c.article_id, revisions.c.revision == articles.c.revision
    )
    same_text = and_(texts.c.article_id == articles.c.article_id, texts.c.revision == articles.c.revision)
    query = (
        select(revisions, texts.c.text)
        .select_from(articles.join(revisions, same_revision).join(texts, same_text))
        .order_by(articles.c.article_id)
        .limit(limit)
    )
    if source is not None:
        query = query.where(func.lower(articles.c.source) == source.lower())
    return tx.execute(query if after is None else query.where(articles.c.article_id > after)).all()


def find_skipped(tx: Connection, reason: str, limit: int | None = None) -> Sequence[Row[Any]]:
    """What the ledger says of revisions that count and were skipped for a reason with these words in it."""
    same = and_(ledger.c.article_id == articles.c.article_id, ledger.c.revision == articles.c.revision)
    query = select(ledger).select_from(articles.join(ledger, same)).order_by(ledger.c.finished_at)
    said = ledger.c.reason.icontains(reason, autoescape=True)
    return tx.execute(query.where(ledger.c.outcome == Outcome.SKIPPED, said).limit(limit)).all()

"""Articles, their revisions, and which submission brought them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from schemas import ArticleIngested, Outcome
from services.store.claims import follow_articles
from services.store.sources import cut_source
from services.store.tables import articles, claims, entities, ledger, mentions, revisions, submissions
from services.store.upsert import upsert
from services.store.wordings import note_gone


@dataclass(frozen=True)
class Arrival:
    """A submission that became an identified article."""

    submission_id: UUID
    article: ArticleIngested
    given: str
    """The field of the submission that held the content."""
    raw: bytes
    """The content in bytes."""
    submission: dict[str, Any]
    """The rest of the submission, as JSON."""


def save_arrival(tx: Connection, arrival: Arrival) -> Outcome:
    """Store an article's revision and say how its submission ends.

    DONE: this submission brought a revision that now counts (also when it is delivered again).
    DUPLICATE: another submission brought the same revision before.
    SUPERSEDED: a newer revision is already known.
    """
    outcome = _decide(tx, arrival)
    if outcome is Outcome.DONE:
        _save_revision(tx, arrival)
    article = arrival.article
    upsert(
        tx,
        submissions,
        [
            {
                "submission_id": arrival.submission_id,
                "article_id": article.article_id,
                "revision": article.revision,
                "outcome": outcome,
                "submitted_at": article.submitted_at,
            }
        ],
    )
    return outcome


def _decide(tx: Connection, arrival: Arrival) -> Outcome:
    """Compare with what counts now; the article's row stays locked until the transaction ends."""
    article = arrival.article
    row = {"article_id": article.article_id, "revision": article.revision}
    first = insert(articles).values(**row, submitted_at=article.submitted_at).on_conflict_do_nothing()
    if tx.execute(first.returning(articles.c.article_id)).first() is not None:
        return Outcome.DONE
    known = tx.execute(
        select(articles.c.revision, articles.c.submitted_at, revisions.c.submission_id)
        .outerjoin(
            revisions,
            (revisions.c.article_id == articles.c.article_id) & (revisions.c.revision == articles.c.revision),
        )
        .where(articles.c.article_id == article.article_id)
        .with_for_update(of=articles)
    ).one()
    if known.revision == article.revision:
        return Outcome.DONE if known.submission_id == arrival.submission_id else Outcome.DUPLICATE
    if (article.submitted_at, article.revision) <= (known.submitted_at, known.revision):
        return Outcome.SUPERSEDED
    _owe_again(tx, article)
    return Outcome.DONE


def _owe_again(tx: Connection, article: ArticleIngested) -> None:
    """A revision that counts once more owes every stage's work anew: its results went with it."""
    tx.execute(
        ledger.delete()
        .where(ledger.c.article_id == article.article_id)
        .where(ledger.c.revision == article.revision)
    )


def _save_revision(tx: Connection, arrival: Arrival) -> None:
    article = arrival.article
    metadata = article.metadata
    upsert(
        tx,
        articles,
        [
            {
                "article_id": article.article_id,
                "revision": article.revision,
                "submitted_at": article.submitted_at,
                "url": metadata.url,
                "source": cut_source(metadata.source),
                "title": metadata.title,
                "published_at": metadata.published_at,
            }
        ],
    )
    upsert(
        tx,
        revisions,
        [
            {
                "article_id": article.article_id,
                "revision": article.revision,
                "submission_id": arrival.submission_id,
                "submitted_at": article.submitted_at,
                "media_type": article.media_type,
                "given": arrival.given,
                "raw": arrival.raw,
                "submission": arrival.submission,
            }
        ],
    )
    note_gone(tx, [article.article_id])
    for derived in (claims, mentions, entities):
        tx.execute(
            derived.delete()
            .where(derived.c.article_id == article.article_id)
            .where(derived.c.revision != article.revision)
        )
    follow_articles(tx, {article.article_id})


def lock_current(tx: Connection, refs: Iterable[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those of the (article, revision) pairs that count now; they cannot be replaced until `tx` ends."""
    wanted = set(refs)
    found = tx.execute(
        select(articles.c.article_id, articles.c.revision)
        .where(articles.c.article_id.in_({article_id for article_id, _ in wanted}))
        .order_by(articles.c.article_id)
        .with_for_update(read=True)
    )
    return {(row.article_id, row.revision) for row in found} & wanted


def find_known(tx: Connection, refs: Iterable[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those of the (article, revision) pairs that were already ingested and count now."""
    wanted = set(refs)
    rows = tx.execute(
        select(articles.c.article_id, articles.c.revision)
        .join(
            ledger,
            (ledger.c.article_id == articles.c.article_id) & (ledger.c.revision == articles.c.revision),
        )
        .where(articles.c.article_id.in_({article_id for article_id, _ in wanted}))
        .distinct()
    )
    return {(row.article_id, row.revision) for row in rows} & wanted

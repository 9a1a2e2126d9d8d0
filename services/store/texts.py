"""Clean texts with their metadata."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from schemas import ArticleCleaned, StageName
from services.store.ledger import forget_after
from services.store.tables import articles, texts
from services.store.upsert import upsert


def save_texts(tx: Connection, cleaned: Sequence[ArticleCleaned]) -> None:
    """Store the clean text of each revision and what cleaning found out about its article.

    A text that is not the one stored before owes the work of all later stages anew.
    """
    for message in cleaned:
        if is_other_text(tx, (message.article_id, message.revision), message.text):
            forget_after(tx, message.article_id, message.revision, StageName.CLEAN)
    upsert(tx, texts, [_row(message) for message in cleaned])
    if cleaned:
        tx.execute(
            articles.update().where(articles.c.article_id == bindparam("of")),
            [
                {
                    "of": message.article_id,
                    "title": message.metadata.title,
                    "published_at": message.metadata.published_at,
                    "source": message.metadata.source or message.metadata.site_name,
                }
                for message in cleaned
            ],
        )


def is_other_text(tx: Connection, ref: tuple[UUID, str], text: str) -> bool:
    """Whether the clean text that is stored of the revision is another; False where none is."""
    article_id, revision = ref
    other = select(texts.c.article_id).where(
        texts.c.article_id == article_id, texts.c.revision == revision, texts.c.text != text
    )
    return tx.execute(other).first() is not None


def _row(message: ArticleCleaned) -> dict[str, object]:
    return {
        "article_id": message.article_id,
        "revision": message.revision,
        "text": message.text,
        "metadata": message.metadata.model_dump(mode="json"),
        "removed": [removed.model_dump(mode="json") for removed in message.removed],
    }

"""Clean texts with their metadata."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam

from schemas import ArticleCleaned
from services.store.tables import articles, texts
from services.store.upsert import upsert


def save_texts(tx: Connection, cleaned: Sequence[ArticleCleaned]) -> None:
    """Store the clean text of each revision and what cleaning found out about its article."""
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


def _row(message: ArticleCleaned) -> dict[str, object]:
    return {
        "article_id": message.article_id,
        "revision": message.revision,
        "text": message.text,
        "metadata": message.metadata.model_dump(mode="json"),
        "removed": [removed.model_dump(mode="json") for removed in message.removed],
    }

"""Clean texts with their metadata."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, tuple_

from schemas import ArticleCleaned, StageName
from services.store.claims import follow_articles
from services.store.ledger import forget_after
from services.store.sources import cut_source
from services.store.tables import articles, texts
from services.store.upsert import upsert

Ref = tuple[UUID, str]
"""An article and its revision."""


def save_texts(tx: Connection, cleaned: Sequence[ArticleCleaned]) -> None:
    """Store the clean text of each revision and what cleaning found out about its article.

    A text that is not the one stored before owes the work of all later stages anew.
    """
    texts_of = {(message.article_id, message.revision): message.text for message in cleaned}
    for article_id, revision in find_changed(tx, texts_of) if cleaned else ():
        forget_after(tx, article_id, revision, StageName.CLEAN)
    upsert(tx, texts, [_row(message) for message in cleaned])
    if cleaned:
        tx.execute(
            articles.update().where(articles.c.article_id == bindparam("of")),
            [
                {
                    "of": message.article_id,
                    "title": message.metadata.title,
                    "published_at": message.metadata.published_at,
                    "source": cut_source(message.metadata.source or message.metadata.site_name),
                }
                for message in cleaned
            ],
        )
        follow_articles(tx, {message.article_id for message in cleaned})


def find_changed(tx: Connection, read: Mapping[Ref, str]) -> set[Ref]:
    """Those of the revisions whose stored clean text is another than the one that was `read`."""
    digest = func.encode(func.sha256(func.convert_to(texts.c.text, "UTF8")), "hex")
    stored = tx.execute(
        select(texts.c.article_id, texts.c.revision, digest.label("digest")).where(
            tuple_(texts.c.article_id, texts.c.revision).in_(list(read))
        )
    )
    digests = {ref: sha256(text.encode()).hexdigest() for ref, text in read.items()}
    return {ref for row in stored if row.digest != digests[ref := (row.article_id, row.revision)]}


def _row(message: ArticleCleaned) -> dict[str, object]:
    return {
        "article_id": message.article_id,
        "revision": message.revision,
        "text": message.text,
        "metadata": message.metadata.model_dump(mode="json"),
        "removed": [removed.model_dump(mode="json") for removed in message.removed],
    }

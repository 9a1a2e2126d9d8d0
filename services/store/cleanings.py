"""How much was known of an article's source when it was cleaned, and which sources have outgrown that."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Integer, Row, Select, and_, cast, func, select

from services.store.tables import articles, cleanings, revisions, source_pages, texts
from services.store.upsert import upsert

GROWN = 2
"""A source has outgrown a cleaning once it has so many times the pages that were known then."""


@dataclass(frozen=True)
class Cleaning:
    """An article, and how many pages of its source were known when it was cleaned, its own among them."""

    article_id: UUID
    source: str
    pages: int


def note_cleanings(tx: Connection, noted: Iterable[Cleaning]) -> None:
    """Store what was known at the last cleaning of each article."""
    # Always in the same order, so that two workers never wait in a ring.
    upsert(tx, cleanings, [asdict(one) for one in sorted(noted, key=lambda one: one.article_id)])


def find_outgrown(tx: Connection, limit: int) -> Sequence[Row[Any]]:
    """Articles whose source has at least doubled since they were cleaned, those that knew the least first.

    Each with its submission, its clean text, and the pages that were `known` and that there are (`pages`).
    """
    return tx.execute(_outgrown().limit(limit)).all()


def note_look(tx: Connection, article_id: UUID, pages: int, handed_in: bool) -> None:
    """What the article's text would be is known for so many pages; whether it was handed in for that."""
    # The clean stage may have been quicker, and have known more.
    known = func.greatest(cleanings.c.pages, pages)
    tx.execute(
        cleanings.update()
        .where(cleanings.c.article_id == article_id)
        .values(pages=known, again=cleanings.c.again + int(handed_in))
    )


def _outgrown() -> Select[Any]:
    number = cast(func.count(), Integer)
    sources = select(source_pages.c.source, number.label("pages")).group_by(source_pages.c.source).subquery()
    grown = and_(sources.c.source == cleanings.c.source, cleanings.c.pages <= sources.c.pages // GROWN)
    same = and_(revisions.c.article_id == articles.c.article_id, revisions.c.revision == articles.c.revision)
    cleaned = and_(texts.c.article_id == articles.c.article_id, texts.c.revision == articles.c.revision)
    joined = (
        sources.join(cleanings, grown)
        .join(articles, articles.c.article_id == cleanings.c.article_id)
        .join(revisions, same)
        .join(texts, cleaned)
    )
    columns = revisions, texts.c.text, cleanings.c.pages.label("known"), sources.c.pages
    return select(*columns).select_from(joined).order_by(cleanings.c.pages, cleanings.c.article_id)

"""What is remembered of a source's pages: the lines of its newest articles, as hashes."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from services.store.tables import source_pages
from services.store.upsert import upsert


@dataclass(frozen=True)
class SourcePage:
    """The lines of the page that shows an article."""

    source: str
    article_id: UUID
    seen_at: datetime
    around: tuple[int, ...]
    within: tuple[int, ...]
    told: tuple[int, ...]


def remember_pages(tx: Connection, pages: Iterable[SourcePage], most: int) -> None:
    """Store the pages, one an article; of each source the `most` newest are kept."""
    # Always in the same order, so that two workers never wait in a ring.
    ordered = sorted(pages, key=lambda page: (page.source, page.article_id))
    upsert(tx, source_pages, [asdict(page) for page in ordered])
    for source in sorted({page.source for page in ordered}):
        _forget_oldest(tx, source, most)


def recall_pages(tx: Connection, sources: Iterable[str]) -> Sequence[Row[Any]]:
    """All that is remembered of the sources, oldest first."""
    return tx.execute(
        select(source_pages)
        .where(source_pages.c.source.in_(sorted(set(sources))))
        .order_by(source_pages.c.seen_at, source_pages.c.article_id)
    ).all()


def _forget_oldest(tx: Connection, source: str, most: int) -> None:
    """Delete what is too old; rows that another worker holds are left to the next time."""
    own = source_pages.c.source == source
    number = tx.execute(select(func.count()).select_from(source_pages).where(own)).scalar_one()
    if number <= most:
        return
    oldest = (
        select(source_pages.c.article_id)
        .where(own)
        .order_by(source_pages.c.seen_at, source_pages.c.article_id)
        .limit(number - most)
        .with_for_update(skip_locked=True)
        # A CTE is run once. A subquery may be run anew for each row, and then finds further "oldest" ones.
        .cte()
    )
    tx.execute(source_pages.delete().where(own, source_pages.c.article_id.in_(select(oldest.c.article_id))))

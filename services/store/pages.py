"""Pages that were fetched: which article each address led to, and how to ask whether it has changed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, select, tuple_, union

from services.store.tables import articles, ledger, pages, submissions
from services.store.upsert import upsert

Ref = tuple[UUID, str]


@dataclass(frozen=True)
class FetchedPage:
    """What an address led to."""

    page_id: UUID
    """The id that an article at the address asked for would have."""
    url: str
    """The address asked for."""
    article_id: UUID
    """The article there; another than `page_id` where the address redirects."""
    revision: str
    etag: str | None
    last_modified: str | None
    fetched_at: datetime


def save_pages(tx: Connection, fetched: Sequence[FetchedPage]) -> None:
    """Remember the pages, in one order for all workers."""
    upsert(tx, pages, [asdict(page) for page in sorted(fetched, key=lambda page: page.page_id)])


def find_page(tx: Connection, page_id: UUID) -> Row[tuple[UUID, str]] | None:
    """What is remembered of an address."""
    return tx.execute(select(pages).where(pages.c.page_id == page_id)).first()


def find_fetched(tx: Connection, page_ids: Iterable[UUID]) -> dict[UUID, Ref]:
    """The articles, as they stand now, that these addresses led to or are of."""
    wanted = list(page_ids)
    led = select(pages.c.page_id, pages.c.article_id).where(pages.c.page_id.in_(wanted))
    own = select(articles.c.article_id, articles.c.article_id).where(articles.c.article_id.in_(wanted))
    found = union(led, own).subquery()
    of, to = found.c
    rows = tx.execute(
        select(of, articles.c.article_id, articles.c.revision).join(articles, articles.c.article_id == to)
    )
    return {row[0]: (row.article_id, row.revision) for row in rows}


def find_known_addresses(tx: Connection, refs: Iterable[Ref]) -> set[Ref]:
    """Those of the addresses that led to an article, or whose end the ledger tells."""
    wanted = set(refs)
    fetched = find_fetched(tx, {page_id for page_id, _ in wanted})
    ended = tx.execute(
        select(ledger.c.article_id, ledger.c.revision).where(
            tuple_(ledger.c.article_id, ledger.c.revision).in_(wanted)
        )
    )
    return {ref for ref in wanted if ref[0] in fetched} | {(row.article_id, row.revision) for row in ended}


def find_brought(tx: Connection, submission_ids: Iterable[UUID]) -> dict[UUID, Ref]:
    """The article and revision that each submission brought, for those that were identified."""
    rows = tx.execute(select(submissions).where(submissions.c.submission_id.in_(list(submission_ids))))
    return {row.submission_id: (row.article_id, row.revision) for row in rows}

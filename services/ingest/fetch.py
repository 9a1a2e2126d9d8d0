"""Fetches the pages of submissions that only say where they are: the network side of ingest."""

import asyncio
from collections.abc import Awaitable

from redis.asyncio import Redis
from sqlalchemy import Engine

from schemas import ArticleSubmitted, Skipped, derive_id
from services.fetching import Fetcher, FetchSettings, Known, TryLater, Unavailable
from services.fetching.network import Resolve, resolve
from services.fetching.pace import SharedPace
from services.ingest.addresses import canonical_url
from services.ingest.answers import FetchedArticle, complete, find_unfit
from services.kit.reach import open_redis
from services.kit.settings import Settings
from services.kit.work import Job, NotYet
from services.store.engine import connect
from services.store.pages import find_page

__all__ = ["Fetch", "FetchedArticle"]

Submitted = Job[ArticleSubmitted]


class Fetch:
    """What the ingest stage does before its turn; connections are made at the first address."""

    def __init__(self, settings: Settings, own: FetchSettings, resolve: Resolve = resolve) -> None:
        self.most = own.most
        self._settings = settings
        self._own = own
        self._resolve = resolve
        self._opened: tuple[Redis, Engine, Fetcher] | None = None

    def __call__(self, job: Submitted) -> Awaitable[Submitted | Skipped] | None:
        """The page of a submission that only says where it is; None for others."""
        return self._fetch(job) if job.message.address_only else None

    async def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            redis, engine, fetcher = self._opened
            self._opened = None
            await fetcher.close()
            await redis.aclose()
            engine.dispose()

    async def _fetch(self, job: Submitted) -> Submitted | Skipped:
        url = job.message.url or ""
        _, engine, fetcher = self._open()
        try:
            page = await fetcher.get(url, await asyncio.to_thread(_recall, engine, url))
        except TryLater as error:
            raise NotYet(error.seconds) from None
        except Unavailable as error:
            return Skipped(reason=f"not fetched: {error}")
        if unfit := find_unfit(url, page.url, page.status, page.headers):
            return Skipped(reason=f"not fetched: {unfit}")
        return job._replace(message=complete(job.message, page.url, page.body, page.headers))

    def _open(self) -> tuple[Redis, Engine, Fetcher]:
        if self._opened is None:
            redis = open_redis(self._settings.redis_url.get_secret_value())
            engine = connect(self._settings.database_url.get_secret_value())
            self._opened = redis, engine, Fetcher(self._own, SharedPace(redis), self._resolve)
        return self._opened


def _recall(engine: Engine, url: str) -> Known | None:
    """What the store remembers of the page. Raises Unprocessable for what is no address."""
    page_id = derive_id("article", "url", canonical_url(url))
    with engine.connect() as connection:
        row = find_page(connection, page_id)
    return Known(row.etag, row.last_modified) if row else None

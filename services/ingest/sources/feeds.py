"""Feeds: RSS, Atom and JSON Feed."""

from collections.abc import AsyncIterator

from services.fetching import Fetcher, Page
from services.ingest.feed_items import FeedDocument, parse_feed
from services.ingest.files import Read, Reader
from services.ingest.records import NO_DEFAULTS, Defaults, Found
from services.ingest.sources.asking import ask
from services.ingest.sources.source import Item, Place, Progress, Tell


class Feed:
    """The articles that a feed names now; known ones are left out where they are handed in.

    `page` is what is at the address, where it was fetched already.
    """

    name = None

    def __init__(
        self, fetcher: Fetcher, url: str, defaults: Defaults = NO_DEFAULTS, page: Page | None = None
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._defaults = defaults
        self._page = page

    async def items(self, after: Place, tell: Tell) -> AsyncIterator[Item]:
        """An item for each entry, in the order of the feed."""
        page = self._page or await ask(self._fetcher, self._url)
        feed = read_feed(page) if isinstance(page, Page) else None
        if feed is None:
            why = page if isinstance(page, str) else "there is no feed at the address"
            yield Item(Read(self._url, error=why), after)
            return
        tell(Progress(f"a feed of {len(feed.items)} items", parts=1))
        reader = Reader(self._defaults)
        for number, entry in enumerate(feed.items, start=1):
            yield Item(reader.read(Found(f"{self._url}#{number}", entry.fields)), Place(0, number))
        tell(Progress("a feed", 1, 1))


def read_feed(page: Page) -> FeedDocument | None:
    """The feed that an answer is; None where it is none, or so broken that reading it fails."""
    try:
        return parse_feed(page.body, page.url, page.headers.get("content-type", ""))
    except Exception:
        return None

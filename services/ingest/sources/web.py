"""An address given by hand: what is there decides whether it is an article, a feed or a sitemap."""

from collections.abc import AsyncIterator

from services.fetching import Fetcher, Page
from services.ingest.answers import PAGES
from services.ingest.charsets import read_charset
from services.ingest.files import Read, Reader
from services.ingest.records import NO_DEFAULTS, Defaults, Found
from services.ingest.sources.asking import ask
from services.ingest.sources.feeds import Feed, read_feed
from services.ingest.sources.sitemaps import Sitemap, read_sitemap
from services.ingest.sources.source import Item, Place, Progress, Source, Tell


class Web:
    """What is at an address; a page is handed in as it was just fetched."""

    def __init__(self, fetcher: Fetcher, url: str, defaults: Defaults = NO_DEFAULTS) -> None:
        self._fetcher = fetcher
        self._url = url
        self._defaults = defaults

    @property
    def name(self) -> str:
        """As a sitemap is called: nothing else has a place to go on from."""
        return f"sitemap {self._url}"

    async def items(self, after: Place, tell: Tell) -> AsyncIterator[Item]:
        """One item for a page, else those of the feed or sitemap."""
        page = await ask(self._fetcher, self._url)
        if isinstance(page, str):
            yield Item(Read(self._url, error=page), after)
        elif (source := self._recognise(page)) is not None:
            async for item in source.items(after, tell):
                yield item
        else:
            tell(Progress("an article", parts=1))
            yield Item(self._read(page), Place(0, 1))
            tell(Progress("an article", 1, 1))

    def _recognise(self, page: Page) -> Source | None:
        """The source that an answer is the beginning of; None for an article."""
        if page.media_type in PAGES:
            return None
        if read_sitemap(page) is not None:
            return Sitemap(self._fetcher, self._url, self._defaults, page)
        return Feed(self._fetcher, self._url, self._defaults, page) if read_feed(page) is not None else None

    def _read(self, page: Page) -> Read:
        kind = "text/html" if page.media_type in PAGES else None
        charset = read_charset(page.headers.get("content-type"))
        fields = {"url": page.url, "raw": page.body, "media_type": kind, "charset": charset}
        return Reader(self._defaults).read(Found(self._url, fields))

"""Sitemaps, with those that they name."""

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256

from schemas import Unprocessable
from services.fetching import Fetcher, Page
from services.ingest.charsets import read_charset
from services.ingest.files import Read, Reader
from services.ingest.records import NO_DEFAULTS, Defaults, Fields, Found
from services.ingest.sitemap_entries import SitemapDocument, parse_sitemap
from services.ingest.sources.asking import ask, unpack
from services.ingest.sources.source import START, Item, Place, Progress, Tell

DEEPEST = 3
"""Indexes within indexes that are followed; sitemaps.org knows one."""
MOST_SITEMAPS = 10_000


class Sitemap:
    """The addresses of a sitemap; each sitemap that the first one names is a part.

    `page` is what is at the address, where it was fetched already.
    """

    def __init__(
        self, fetcher: Fetcher, url: str, defaults: Defaults = NO_DEFAULTS, page: Page | None = None
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._defaults = defaults
        self._page = page
        self._read: set[str] = set()

    @property
    def name(self) -> str:
        """Its address."""
        return f"sitemap {self._url}"

    async def items(self, after: Place, tell: Tell) -> AsyncIterator[Item]:
        """The addresses behind a place; of all parts, where the first sitemap has changed meanwhile."""
        self._read.clear()
        first = await self._ask(self._url, self._page)
        if isinstance(first, str):
            yield Item(Read(self._url, error=first), after)
            return
        root = _digest(first)
        if after.mark.partition(":")[0] != root:
            after = START
        parts = first.sitemaps or (self._url,)
        for number, url in enumerate(parts[after.part :], start=after.part):
            tell(
                Progress(f"a sitemap of {len(parts)}" if first.sitemaps else "a sitemap", number, len(parts))
            )
            rest = after if number == after.part else START
            async for item in self._part(url, first if not first.sitemaps else None, number, root, rest):
                yield item
        tell(Progress("sitemaps", len(parts), len(parts)))

    async def _part(
        self, url: str, known: SitemapDocument | None, number: int, root: str, after: Place
    ) -> AsyncIterator[Item]:
        """The addresses of one part. Where it has changed meanwhile, all of them."""
        document = known or await self._gather(url, DEEPEST)
        if isinstance(document, str):
            yield Item(Read(url, error=document), Place(number + 1, 0, root))
            return
        mark = f"{root}:{_digest(document)}"
        read_before = after.item if after.mark == mark else 0
        for count, read in enumerate(self._read_pages(url, document.pages), start=1):
            if count > read_before:
                yield Item(read, Place(number, count, mark))

    def _read_pages(self, url: str, pages: tuple[Fields, ...]) -> Iterator[Read]:
        reader = Reader(self._defaults)
        for number, fields in enumerate(pages, start=1):
            yield reader.read(Found(f"{url}#{number}", fields))

    async def _gather(self, url: str, depth: int) -> SitemapDocument | str:
        """A sitemap with the pages of those below it."""
        document = await self._ask(url)
        if isinstance(document, str) or not document.sitemaps or not depth:
            return document
        below = [await self._gather(one, depth - 1) for one in document.sitemaps]
        return SitemapDocument(
            pages=tuple(page for one in below if not isinstance(one, str) for page in one.pages)
        )

    async def _ask(self, url: str, given: Page | None = None) -> SitemapDocument | str:
        if url in self._read or len(self._read) >= MOST_SITEMAPS:
            return "was read before, or too many sitemaps name each other"
        self._read.add(url)
        page = given or await ask(self._fetcher, url)
        if isinstance(page, str):
            return page
        return read_sitemap(page) or "there is no sitemap at the address"


def read_sitemap(page: Page) -> SitemapDocument | None:
    """The sitemap that an answer is; None where it is none, or is a bomb."""
    try:
        return parse_sitemap(unpack(page), read_charset(page.headers.get("content-type")))
    except Unprocessable:
        return None


def _digest(document: SitemapDocument) -> str:
    said = "\n".join([*document.sitemaps, *(str(page["url"]) for page in document.pages)])
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:32]

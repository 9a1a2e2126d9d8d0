"""What is known of the pages of many sources, and grows with each article."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from schemas import LONGEST_SOURCE, Metadata, Removed
from services.clean.template import NOTHING_KNOWN, Page, Template, observe


class Memory:
    """The templates of sources, by their names."""

    def __init__(self, templates: Mapping[str, Template] | None = None) -> None:
        self._templates = dict(templates or {})
        self._articles: dict[str, set[str]] = {}
        self._known: dict[str, int] = {}

    @classmethod
    def recall(cls, pages: Iterable[tuple[str, Page]]) -> "Memory":
        """The memory of these pages of sources, in their order."""
        memory = cls()
        for source, page in pages:
            memory.add(source, page)
        return memory

    def find(self, source: str | None, article: str) -> Template:
        """What other articles of the source have in common; nothing where the source is not known."""
        if source is None:
            return NOTHING_KNOWN
        return self._templates.get(source, NOTHING_KNOWN).without(article)

    def add(self, source: str | None, page: Page) -> None:
        """Remember a page; one of the same article is replaced."""
        if source is not None:
            self._templates[source] = self._templates.get(source, NOTHING_KNOWN).add(page)
            self._articles.setdefault(source, set()).add(page.article)

    def learn(self, source: str | None, article: str, text: str, removed: Iterable[Removed]) -> None:
        """Remember how the page of an article was cleaned."""
        if source is not None:
            self.add(source, observe(article, text, removed))
            self._known[article] = len(self._articles[source])

    def count_known(self, article: str) -> int:
        """How many pages of its source were known when the article was cleaned, its own among them."""
        return self._known.get(article, 1)


def name_source(metadata: Metadata) -> str | None:
    """The name under which a source is remembered: the outlet, else the host of the address."""
    if metadata.source:
        return metadata.source.casefold()[:LONGEST_SOURCE]
    host = urlsplit(metadata.url or "").hostname
    return host.removeprefix("www.")[:LONGEST_SOURCE] if host else None

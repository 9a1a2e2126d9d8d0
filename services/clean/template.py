"""What a source's pages have in common, learnt from the pages themselves.

A line that stands on the pages of several different articles is the site's, not the article's. How many
it takes depends on where it stood: around the articles, as a short line within them, or as a sentence of
theirs. Sentences may repeat because a story goes on, so they need the most.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, reduce
from hashlib import blake2b

from schemas import RemovalReason, Removed
from services.clean.headline import fold
from services.clean.lines import SIGN_OFF, Line, split_lines

MOST_PAGES = 100
"""Pages of a source that are remembered; the oldest is forgotten."""
MOST_LINES = 1_000
"""Lines of a page that are remembered of each kind."""

_SAME_STORY = 0.5
_COMMON_SHARE = 0.5
_FEWEST_AROUND = 1
_FEWEST_WITHIN = 2
_NAME_WORDS = 2
_FEWEST_TOLD = 3
_FEWEST_TOLD_TO_READER = 2
_SHORT_SENTENCE = 12
_TO_READER = re.compile(r"\b(?:you|your|we|our|us|please|subscribe|newsletters?)\b", re.IGNORECASE)
_FEWEST_AROUND_SHARE = 0.02
_LISTS = {RemovalReason.NAVIGATION, RemovalReason.RELATED_LIST, RemovalReason.SHARE_BAR}
# What belongs to one article although it is taken out of its text.
_OF_THE_ARTICLE = {
    RemovalReason.HEADLINE,
    RemovalReason.HEADLINE_REPEATED,
    RemovalReason.DATELINE,
    RemovalReason.REMNANT,
}
_OPENING_QUOTES = ("“", '"', "«", "„", "‘")


@dataclass(frozen=True)
class Page:
    """The lines of one article's page, as hashes."""

    article: str
    """The article that it shows: one that is seen again replaces its page."""
    around: frozenset[int] = frozenset()
    """Lines that were not of the article."""
    within: frozenset[int] = frozenset()
    """Short lines within the article: subheads, list items."""
    told: frozenset[int] = frozenset()
    """Its sentences."""

    def tells_like(self, other: "Page") -> bool:
        """Whether most sentences of the shorter of the two stand in the other: a new version, a copy."""
        fewer = min(len(self.told), len(other.told))
        return fewer > 0 and len(self.told & other.told) >= _SAME_STORY * fewer

    def is_told_in(self, said: AbstractSet[int]) -> bool:
        """Whether most of its sentences are among those."""
        return bool(self.told) and len(self.told & said) >= _SAME_STORY * len(self.told)


@dataclass(frozen=True)
class Template:
    """What the pages of one source have in common, each of them of a different article."""

    pages: tuple[Page, ...] = ()
    """In the order in which they were seen."""

    @classmethod
    def learn(cls, pages: Iterable[Page]) -> "Template":
        """The template of these pages, in their order; of pages that tell the same story the last counts."""
        return reduce(cls.add, pages, cls())

    def add(self, page: Page) -> "Template":
        """The template with one page more, and without the oldest where there are too many."""
        others = [one for one in self.pages if one.article != page.article and not one.tells_like(page)]
        return Template((*others, page)[-MOST_PAGES:])

    def without(self, article: str) -> "Template":
        """What the other articles have in common."""
        return self._only([page for page in self.pages if page.article != article])

    def apart_from(self, lines: Iterable[Line]) -> "Template":
        """What articles have in common that tell another story than these lines."""
        said = {name_line(line.words) for line in lines if line.is_prose} if self.pages else set()
        return self._only([page for page in self.pages if not page.is_told_in(said)])

    def _only(self, pages: Sequence[Page]) -> "Template":
        return Template(tuple(pages)) if len(pages) < len(self.pages) else self

    def holds(self, line: Line, inside: bool = False) -> bool:
        """Whether the line is known to be the site's; `inside` says that it stands amid an article."""
        if not self.pages or not line.words:
            return False
        name = name_line(line.words)
        around, within, told = self._around[name], self._within[name], self._told[name]
        if line.is_prose:
            return self._is_site_prose(line, around, told)
        # A name in a list of another page is not yet the site's.
        fewest = _FEWEST_AROUND if len(line.words) > _NAME_WORDS else _FEWEST_AROUND + 1
        # What is a menu on one page may be a subhead on the next: "Pros", "What's new".
        fewest += inside
        often = around >= max(fewest, _FEWEST_AROUND_SHARE * len(self.pages)) and around >= within
        return often or self._is_common(around + within, _FEWEST_WITHIN + inside)

    def _is_site_prose(self, line: Line, around: int, told: int) -> bool:
        if line.text.startswith(_OPENING_QUOTES) or SIGN_OFF.search(line.text):
            return False
        fewest = _FEWEST_TOLD_TO_READER if _speaks_to_reader(line) else _FEWEST_TOLD
        return around > told or self._is_common(around + told, fewest)

    def _is_common(self, count: int, fewest: int) -> bool:
        return count >= fewest and count >= _COMMON_SHARE * len(self.pages)

    @cached_property
    def _around(self) -> Counter[int]:
        return _count(page.around for page in self.pages)

    @cached_property
    def _within(self) -> Counter[int]:
        return _count(page.within for page in self.pages)

    @cached_property
    def _told(self) -> Counter[int]:
        return _count(page.told for page in self.pages)


NOTHING_KNOWN = Template()


def _speaks_to_reader(line: Line) -> bool:
    """Whether a sentence is short or speaks to the reader, as a site does and a story seldom."""
    return len(line.words) <= _SHORT_SENTENCE or _TO_READER.search(line.text) is not None


def name_line(words: Sequence[str]) -> int:
    """The hash by which a line of these words is known, as a signed number of 64 bits."""
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "big", signed=True)


def observe(article: str, text: str, removed: Iterable[Removed]) -> Page:
    """The page that was cleaned to `text` and `removed`."""
    lines = [line for line in split_lines(text) if line.words]
    around = [
        words
        for one in removed
        if one.reason not in _OF_THE_ARTICLE
        for part in (one.exact.split("\n") if one.reason in _LISTS else [one.exact])
        if (words := fold(part))
    ]
    return Page(
        article,
        _name(around),
        _name(line.words for line in lines if not line.is_prose),
        _name(line.words for line in lines if line.is_prose),
    )


def _name(lines: Iterable[Sequence[str]]) -> frozenset[int]:
    names: set[int] = set()
    for words in lines:
        names.add(name_line(words))
        if len(names) == MOST_LINES:
            break
    return frozenset(names)


def _count(sets: Iterable[frozenset[int]]) -> Counter[int]:
    return Counter(name for names in sets for name in names)

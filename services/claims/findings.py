"""What the rules hand to each other: an attribution in the making, and the reading of a text they share."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from spacy.tokens import Doc

from services.claims.phrases import Range, is_edge, runs, trimmed
from services.claims.quotes import Quote, cut_paragraphs, find_quotes
from services.claims.unmarked import find_unmarked, unite


@dataclass(frozen=True)
class Finding:
    """An attribution as a rule found it; bounds are characters, `head` is the cue's token (-1: no cue)."""

    head: int
    source: tuple[Range, ...]
    cue: tuple[Range, ...]
    content: tuple[Range, ...]
    rule: str
    confidence: float
    method: str = "rules"

    @property
    def bounds(self) -> Range:
        """First and last character of the content."""
        return self.content[0][0], self.content[-1][1]

    def with_content(self, content: Iterable[Range]) -> "Finding":
        """The same with another content."""
        return replace(self, content=tuple(content))


@dataclass(frozen=True)
class Reading:
    """A parsed text with its quotations, its paragraphs, and the quotation each token is in (-1: none).

    `text` is held because spaCy puts `doc.text` together anew each time.
    """

    doc: Doc
    text: str
    quotes: list[Quote]
    paragraphs: list[Range]
    quote_of: list[int] = field(repr=False)

    @cached_property
    def starts(self) -> list[int]:
        """The character at which each token begins."""
        return [token.idx for token in self.doc]

    def token_at(self, offset: int) -> int:
        """Index of the token that covers the character, or of the last one before it."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def tokens(self, bounds: Range) -> Range:
        """The range of tokens that the characters touch."""
        return self.token_at(bounds[0]), self.token_at(bounds[1] - 1) + 1

    def characters(self, ranges: Iterable[Range]) -> tuple[Range, ...]:
        """Token ranges as character bounds, trimmed of white space and punctuation."""
        doc = self.doc
        return tuple(
            (doc[start].idx, doc[end - 1].idx + len(doc[end - 1])) for start, end in trimmed(doc, ranges)
        )

    def paragraph_at(self, offset: int) -> int:
        """The number of the paragraph that a character is in."""
        return bisect_right(self.paragraphs, (offset, len(self.text) + 1)) - 1

    def quotes_in(self, paragraph: Range) -> list[Quote]:
        """The quotations that begin in a paragraph."""
        return [quote for quote in self.quotes if paragraph[0] <= quote.start < paragraph[1]]

    def runs_on(self, number: int) -> bool:
        """Whether the paragraph goes on with the words of the one before: opened anew, not closed there."""
        here = self.quotes_in(self.paragraphs[number])
        before = self.quotes_in(self.paragraphs[number - 1]) if number else []
        if not here or not before or here[0].start != self.paragraphs[number][0]:
            return False
        indented = self.text[here[0].start] == self.text[before[-1].start] == ">"
        return not before[-1].closed or indented

    def passage_start(self, offset: int) -> int:
        """Where the paragraph begins, or the first of those over which one speech runs."""
        number = self.paragraph_at(offset)
        while self.runs_on(number):
            number -= 1
        return self.paragraphs[number][0]

    def spans(self, indices: Iterable[int]) -> tuple[Range, ...]:
        """Token indices as character bounds; gaps of mere punctuation don't part them."""
        joined: list[Range] = []
        for start, end in runs(indices):
            if joined and all(is_edge(token) for token in self.doc[joined[-1][1] : start]):
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return self.characters(joined)


def read(doc: Doc) -> Reading:
    """Find the quotations and paragraphs of a parsed text."""
    text = doc.text
    paragraphs, marked = cut_paragraphs(text), find_quotes(text)
    quotes = unite(marked, find_unmarked(doc, text, paragraphs, marked))
    quote_of, current = [-1] * len(doc), 0
    for token in doc:
        while current < len(quotes) and quotes[current].end <= token.idx:
            current += 1
        if current < len(quotes) and quotes[current].start <= token.idx:
            quote_of[token.i] = current
    return Reading(doc, text, quotes, paragraphs, quote_of)

"""Quote marks paired into quotations, paragraph by paragraph.

Knows straight and curly double marks, guillemets, two apostrophes or backticks for one mark, and single
marks where no double ones are used. A quotation that is opened and not closed runs to the end of its
paragraph, as printers do it for speeches of several paragraphs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
MARK = re.compile(r"''|``|[\"“”„«»]")
SINGLE_OPENING = re.compile(r"(?<![\w’'])[‘'](?=\w)")
SINGLE_CLOSING = re.compile(r"(?<=[\w.,!?…])[’'](?!\w)")
OPENING = frozenset("“„«")
CLOSING = frozenset("”»")


@dataclass(frozen=True)
class Quote:
    """A quotation: bounds with its marks, and bounds of the words within them."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True
    marked: bool = True
    """False for a passage that is known to be quoted by its place: a turn, an indented paragraph."""

    def covers(self, offset: int) -> bool:
        """Whether the character at `offset` is inside the quotation or one of its marks."""
        return self.start <= offset < self.end


def cut_paragraphs(text: str) -> list[tuple[int, int]]:
    """Bounds of the paragraphs, which are parted by empty lines; none is blank."""
    bounds, start = [], 0
    for gap in PARAGRAPH.finditer(text):
        bounds.append((start, gap.start()))
        start = gap.end()
    bounds.append((start, len(text)))
    return [(start, end) for start, end in bounds if text[start:end].strip()]


def find_quotes(text: str) -> list[Quote]:
    """The outermost quotations of `text`, in order; none crosses a paragraph."""
    return [quote for start, end in cut_paragraphs(text) for quote in _pair(text, start, end)]


def _pair(text: str, start: int, end: int) -> Iterator[Quote]:
    marks = [(mark.start(), mark.end()) for mark in MARK.finditer(text, start, end)]
    if not marks:
        yield from _pair_single(text, start, end)
        return
    opened: tuple[int, int] | None = None
    for mark in marks:
        if opened is None:
            opened = mark if _may_open(text, mark, end) else None
        elif _may_close(text, opened, mark):
            yield _quote(text, opened, mark)
            opened = None
        elif text[mark[0]] in OPENING and text[opened[0]] in OPENING:
            yield _unclosed(text, opened, mark[0])
            opened = mark
    if opened is not None:
        yield from _open_to_the_end(text, opened, end)


def _open_to_the_end(text: str, opened: tuple[int, int], end: int) -> Iterator[Quote]:
    # A stray straight mark late in a paragraph is more often a slip than a speech.
    speech = text[opened[0]] in OPENING or not text[: opened[0]].rpartition("\n")[2].strip()
    if speech and text[opened[1] : end].strip():
        yield _unclosed(text, opened, end)


def _pair_single(text: str, start: int, end: int) -> Iterator[Quote]:
    at = start
    while (opening := SINGLE_OPENING.search(text, at, end)) is not None:
        closing = SINGLE_CLOSING.search(text, opening.end(), end)
        if closing is None:
            return
        last = _last_closing(text, closing, opening, end)
        yield _quote(text, opening.span(), last.span())
        at = last.end()


def _last_closing(text: str, first: re.Match[str], opening: re.Match[str], end: int) -> re.Match[str]:
    """The closing mark of a single-quoted stretch; a plural possessive ("workers’ pay") is none."""
    following = SINGLE_OPENING.search(text, opening.end(), end)
    limit = following.start() if following else end
    for closing in SINGLE_CLOSING.finditer(text, first.start(), limit):
        if text[closing.start() - 1] in ".,!?…":
            return closing
    return first


def _may_open(text: str, mark: tuple[int, int], end: int) -> bool:
    first = text[mark[0]]
    if first in CLOSING and first != "»":
        return False
    follows_word = mark[0] > 0 and text[mark[0] - 1].isalnum()
    if mark[1] >= end or (follows_word and first not in OPENING):
        return False
    return not text[mark[1]].isspace() or first in OPENING or first == "«"


def _may_close(text: str, opened: tuple[int, int], mark: tuple[int, int]) -> bool:
    first = text[mark[0]]
    german = first == "“" and text[opened[0]] == "„"
    if german or first in CLOSING or first == "«":
        return True
    if first in OPENING:
        return False
    return not text[mark[0] - 1].isspace() or mark[1] >= len(text) or text[mark[1]].isspace()


def _quote(text: str, opened: tuple[int, int], closed: tuple[int, int]) -> Quote:
    return Quote(opened[0], closed[1], *_strip(text, opened[1], closed[0]))


def _unclosed(text: str, opened: tuple[int, int], end: int) -> Quote:
    while end > opened[1] and text[end - 1].isspace():
        end -= 1
    return Quote(opened[0], end, *_strip(text, opened[1], end), closed=False)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end

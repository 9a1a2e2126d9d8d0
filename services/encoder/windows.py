"""Texts become windows: paragraphs one by one, or packed, so that each is read with those around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from services.encoder.traits import find_traits

LONGEST = 256
"""Word pieces in a window, special ones included."""
BREAK = re.compile(r"\n[^\S\n]*\n\s*")
NOWHERE = (0, 0)


class Pieces(Protocol):
    """The word pieces of a paragraph."""

    @property
    def ids(self) -> list[int]:
        """Their numbers in the vocabulary."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """The characters that each covers."""

    @property
    def word_ids(self) -> list[int | None]:
        """The word that each belongs to."""


class Tokenizer(Protocol):
    """What cuts paragraphs into word pieces; the one of the package `tokenizers` does."""

    def encode(self, text: str, /, *, add_special_tokens: bool) -> Pieces:
        """The pieces of a text."""

    def token_to_id(self, token: str, /) -> int | None:
        """The number of a piece in the vocabulary, if it is there."""


@dataclass
class Window:
    """Word pieces in a row. Special ones have the bounds (0, 0), the word -1 and the paragraph -1."""

    ids: list[int] = field(default_factory=list)
    traits: list[int] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    def add_special(self, piece: int) -> None:
        """A piece that covers no characters."""
        self._add([piece], [0], [NOWHERE], [-1], -1)

    def add(self, part: "Part") -> None:
        """The pieces of a paragraph."""
        self._add(part.ids, part.traits, part.bounds, part.words, part.paragraph)

    def _add(
        self,
        ids: list[int],
        traits: list[int],
        bounds: list[tuple[int, int]],
        words: list[int],
        paragraph: int,
    ) -> None:
        self.ids += ids
        self.traits += traits
        self.bounds += bounds
        self.words += words
        self.paragraphs += [paragraph] * len(ids)

    def spread(self, paragraph: int) -> tuple[int, int]:
        """First piece of a paragraph, and the one after its last."""
        first = self.paragraphs.index(paragraph)
        return first, first + self.paragraphs.count(paragraph)


@dataclass(frozen=True)
class Part:
    """A paragraph, or as much of a long one as a window holds; bounds are characters of the whole text."""

    paragraph: int
    ids: list[int]
    traits: list[int]
    bounds: list[tuple[int, int]]
    words: list[int]


def pack(tokenizer: Tokenizer, text: str, longest: int = LONGEST, alone: bool = False) -> list[Window]:
    """The windows of a text: each begins with [CLS], and [SEP] follows each paragraph.

    `alone` gives each paragraph a window of its own.
    """
    begin, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if begin is None or end is None:
        raise ValueError("the vocabulary has no [CLS] or no [SEP]: it is not the encoder's")
    windows: list[Window] = []
    for part in _parts(tokenizer, text, longest - 2):
        if alone or not windows or len(windows[-1]) + len(part.ids) + 1 > longest:
            windows.append(Window())
            windows[-1].add_special(begin)
        windows[-1].add(part)
        windows[-1].add_special(end)
    return windows


def _parts(tokenizer: Tokenizer, text: str, longest: int) -> Iterator[Part]:
    number = 0
    for offset, paragraph in _cut(text):
        # One by one: a batch would be spread over threads of the library's own.
        pieces = tokenizer.encode(paragraph, add_special_tokens=False)
        traits = find_traits(paragraph, pieces.offsets)
        bounds = [(offset + start, offset + end) for start, end in pieces.offsets]
        for first in range(0, len(pieces.ids), longest):
            cut = slice(first, first + longest)
            words = [word if word is not None else -1 for word in pieces.word_ids[cut]]
            yield Part(number, pieces.ids[cut], traits[cut], bounds[cut], words)
            number += 1


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs, which are parted by empty lines, with where they begin; none is blank."""
    start = 0
    for stop, after in [*(gap.span() for gap in BREAK.finditer(text)), (len(text), len(text))]:
        if text[start:stop].strip():
            yield start, text[start:stop]
        start = after

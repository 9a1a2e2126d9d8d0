"""Texts become windows: consecutive paragraphs, packed, so that each is read with those around it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from services.encoder.traits import find_traits

LONGEST = 256
"""Word pieces in a window, special ones included."""
PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")
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

    def encode_batch(self, texts: list[str], /, *, add_special_tokens: bool) -> Sequence[Pieces]:
        """The pieces of each text."""

    def token_to_id(self, token: str, /) -> int:
        """The number of a piece in the vocabulary."""


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


def pack(tokenizer: Tokenizer, text: str, longest: int = LONGEST) -> list[Window]:
    """The windows of a text: each begins with [CLS], and [SEP] follows each paragraph."""
    begin, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    windows: list[Window] = []
    for part in _parts(tokenizer, text, longest - 2):
        if not windows or len(windows[-1]) + len(part.ids) + 1 > longest:
            windows.append(Window())
            windows[-1].add_special(begin)
        windows[-1].add(part)
        windows[-1].add_special(end)
    return windows


def _parts(tokenizer: Tokenizer, text: str, longest: int) -> Iterator[Part]:
    found = list(PARAGRAPH.finditer(text))
    encoded = tokenizer.encode_batch([match.group() for match in found], add_special_tokens=False)
    number = 0
    for match, pieces in zip(found, encoded, strict=True):
        traits = find_traits(match.group(), pieces.offsets)
        bounds = [(match.start() + start, match.start() + end) for start, end in pieces.offsets]
        for first in range(0, len(pieces.ids), longest):
            cut = slice(first, first + longest)
            words = [word if word is not None else -1 for word in pieces.word_ids[cut]]
            yield Part(number, pieces.ids[cut], traits[cut], bounds[cut], words)
            number += 1


@dataclass(frozen=True)
class Batch:
    """Windows side by side, filled up to the longest: ids, traits, and which pieces are real."""

    ids: np.ndarray
    traits: np.ndarray
    real: np.ndarray


def lay_out(windows: Sequence[Window]) -> Batch:
    """The arrays that the encoder reads."""
    shape = (len(windows), max(map(len, windows)))
    batch = Batch(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, bool))
    for row, window in enumerate(windows):
        batch.ids[row, : len(window)] = window.ids
        batch.traits[row, : len(window)] = window.traits
        batch.real[row, : len(window)] = True
    return batch

"""What a word piece's letters say that the uncased vocabulary has lost: case, digits, quote marks."""

import re
from collections.abc import Sequence

import numpy as np

KINDS = 9
"""Values of a trait: 0 for a special piece, then case (4) by outside or inside a quotation (2)."""
PLAIN, CAPITAL, CAPITALS, DIGITS = range(4)
MARK = re.compile('[“”"]')


def find_quoted(text: str) -> np.ndarray:
    """For each character of a paragraph whether it stands within double quote marks; the marks do."""
    quoted = np.zeros(len(text), dtype=bool)
    opened: int | None = None
    for mark in MARK.finditer(text):
        if opened is None and mark.group() != "”":
            opened = mark.start()
        elif opened is not None and mark.group() != "“":
            quoted[opened : mark.end()] = True
            opened = None
    if opened is not None:
        quoted[opened:] = True
    return quoted


def find_traits(text: str, bounds: Sequence[tuple[int, int]]) -> list[int]:
    """The trait of each piece of a paragraph, 1 to 8; `bounds` are characters of `text`."""
    quoted = find_quoted(text)
    within = quoted.tolist()
    return [1 + _case(text[start:end]) + 4 * within[start] for start, end in bounds]


def _case(piece: str) -> int:
    if not piece.isalpha() and any(map(str.isdigit, piece)):
        return DIGITS
    if len(piece) > 1 and piece.isupper():
        return CAPITALS
    return CAPITAL if piece[0].isupper() else PLAIN

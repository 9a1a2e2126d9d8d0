"""What a word piece's letters say that the uncased vocabulary has lost: case, digits, quote marks."""

from collections.abc import Sequence

import numpy as np

KINDS = 9
"""Values of a trait: 0 for a special piece, then case (4) by outside or inside a quotation (2)."""
PLAIN, CAPITAL, CAPITALS, DIGITS = range(4)


def find_quoted(text: str) -> np.ndarray:
    """For each character of a paragraph whether it stands within double quote marks; the marks do."""
    quoted = np.zeros(len(text), dtype=bool)
    inside = False
    for index, character in enumerate(text):
        opens = character == "“" or (character == '"' and not inside)
        quoted[index] = inside or opens
        inside = opens or (inside and character not in '”"')
    return quoted


def find_traits(text: str, bounds: Sequence[tuple[int, int]]) -> list[int]:
    """The trait of each piece of a paragraph, 1 to 8; `bounds` are characters of `text`."""
    quoted = find_quoted(text)
    return [1 + _case(text[start:end]) + 4 * int(quoted[start]) for start, end in bounds]


def _case(piece: str) -> int:
    if any(character.isdigit() for character in piece):
        return DIGITS
    if len(piece) > 1 and piece.isupper():
        return CAPITALS
    return CAPITAL if piece[0].isupper() else PLAIN

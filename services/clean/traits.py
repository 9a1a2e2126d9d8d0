"""What can be told of each piece of a page, as numbers: the columns that the forest reads."""

import re
import string
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.clean.pieces import Around, Piece
from services.clean.places import HEADS, describe_places
from services.clean.squeezed import WORD, squeeze, squeeze_ends

Table = NDArray[np.float32]

_SENTENCE_END = re.compile(r"[.!?…。！？।؟۔]")
_ENDS = tuple(".!?…。！？।؟۔")
_CLOSERS = "\"'”’»›)]}* "
_MARKED = re.compile(r"[©|»›→•·]")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d", re.IGNORECASE
)
_SMALL = re.compile(
    r"^(?:by|written by|posted|published|updated|share|photo|image|credit|source|tags?|categor|related|"
    r"read|see also|more|subscribe|sign up|follow|comment|leave|reply|advert|sponsored|copyright|"
    r"filed|topics?|©|click|"
    r"download|watch|listen|about the author|contact)\b",
    re.IGNORECASE,
)
_TAGS = (
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "div",
    "td",
    "figcaption",
    "blockquote",
    "section",
    "article",
    "pre",
    "dd",
)
_TAG_NUMBERS = {tag: number for number, tag in enumerate(_TAGS, 1)}
_TAG_NUMBERS |= {"th": 8, "h5": 6, "h6": 6, "dt": 14, "header": 16, "footer": 17, "button": 18}
_END = 60
_UPPER = string.ascii_uppercase.encode()
_LETTERS = string.ascii_letters.encode()
_DIGITS = string.digits.encode()
_LEAST_SAME = 24
_LONGEST_SHORT = 120
_FLAGS = [int(flag) for flag in Around]
_MOST_COUNTED = 400


class Witness:
    """Another reading of the same page, asked whether it has a piece."""

    def __init__(self, text: str) -> None:
        self._whole = squeeze(text)
        self._lines = {squeeze(line) for line in text.split("\n") if len(line) <= _LONGEST_SHORT}

    def has(self, squeezed: str) -> float:
        """1 where the piece is in it, .5 where its beginning or end is, else 0."""
        if not self._whole:
            return float(not squeezed)
        if len(squeezed) < _LEAST_SAME:
            return float(squeezed in self._lines)
        return (float(squeezed[:_END] in self._whole) + float(squeezed[-_END:] in self._whole)) / 2

    @property
    def length(self) -> int:
        """Its letters and digits."""
        return len(self._whole)


def describe(pieces: Sequence[Piece], witnesses: Sequence[Witness], title: str) -> Table:
    """One row a piece, one column a trait."""
    squeezed = [squeeze_ends(piece.text) for piece in pieces]
    own = np.array([_describe_text(piece) for piece in pieces], dtype=np.float32)
    heard = np.array([[one.has(text) for one in witnesses] for text in squeezed], dtype=np.float32)
    heard = heard.reshape(len(pieces), len(witnesses))
    near = np.array([piece.near for piece in pieces], dtype=np.int64)
    around = np.array([piece.around for piece in pieces], dtype=np.int64)
    flags = np.array(_FLAGS, dtype=np.int64)
    columns = [
        own,
        heard,
        describe_places(pieces, squeezed, own, heard, title),
        ((near[:, None] & flags) != 0).astype(np.float32) + ((around[:, None] & flags) != 0),
    ]
    return np.concatenate(columns, axis=1)


def _describe_text(piece: Piece) -> list[float]:
    text, length = piece.text, len(piece.text)
    words = len(WORD.findall(text[:4000]))
    upper, letters, digits = _count_kinds(text[:_MOST_COUNTED])
    return [
        min(words, 200),
        length / max(1, words),
        piece.linked / length,
        piece.links,
        piece.emphasised / length,
        len(_SENTENCE_END.findall(text[:4000])),
        text.rstrip(_CLOSERS).endswith(_ENDS),
        text.endswith(":"),
        text.count(","),
        upper / max(1, letters),
        digits / min(length, _MOST_COUNTED),
        text[0].isupper(),
        text[0].islower(),
        _MARKED.search(text) is not None,
        length < 200 and (digits > 0) and _DATE.search(text) is not None,
        _SMALL.match(text) is not None,
        _TAG_NUMBERS.get(piece.tag, 0),
        piece.tag in HEADS,
        piece.broken,
        piece.depth,
    ]


def _count_kinds(text: str) -> tuple[int, int, int]:
    """Capitals, letters and digits."""
    if not text.isascii():
        return sum(map(str.isupper, text)), sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    said = text.encode()
    upper, letters, digits = (
        len(said) - len(said.translate(None, kind)) for kind in (_UPPER, _LETTERS, _DIGITS)
    )
    return upper, letters, digits

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
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_MARKED = re.compile(r"[©|»›→•·]")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d", re.IGNORECASE
)
_SMALL_PRINT = re.compile(
    r"^(?:by|written by|posted|published|updated|share|photo|image|credit|source|tags?|categor|related|"
    r"read|see also|more|subscribe|sign up|follow|comment|leave|reply|advert|sponsored|copyright|"
    r"filed|topics?|©|click|"
    r"download|watch|listen|about the author|contact)\b",
    re.IGNORECASE,
)
# What it can begin with: most pieces are spared the pattern.
_SMALL = frozenset(
    WORD.findall(
        "by written posted published updated share photo image credit source tag tags categor related read "
        "see more subscribe sign follow comment leave reply advert sponsored copyright filed topic topics "
        "click download watch listen about contact"
    )
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
_MOST_READ = 4000


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
    found = WORD.findall(text[:_MOST_READ])
    words = len(found)
    upper, letters, digits = _count_kinds(text[:_MOST_COUNTED])
    return [
        min(words, 200),
        length / max(1, words),
        piece.linked / length,
        piece.links,
        piece.emphasised / length,
        _count_sentences(text[:_MOST_READ]),
        text.rstrip(_CLOSERS).endswith(_ENDS),
        text.endswith(":"),
        text.count(","),
        upper / max(1, letters),
        digits / min(length, _MOST_COUNTED),
        text[0].isupper(),
        text[0].islower(),
        "|" in text or (not text.isascii() and _MARKED.search(text) is not None),
        length < 200 and (digits > 0) and _DATE.search(text) is not None,
        bool(found)
        and (found[0].lower() in _SMALL or text[0] == "©")
        and _SMALL_PRINT.match(text) is not None,
        _TAG_NUMBERS.get(piece.tag, 0),
        piece.tag in HEADS,
        piece.broken,
        piece.depth,
    ]


def _count_sentences(text: str) -> int:
    if text.isascii():
        return text.count(".") + text.count("!") + text.count("?")
    return len(_SENTENCE_END.findall(text))


def _count_kinds(text: str) -> tuple[int, int, int]:
    """Capitals, letters and digits."""
    said = text.encode("ascii", "ignore")
    size = len(said)
    upper, letters = size - len(said.translate(None, _UPPER)), size - len(said.translate(None, _LETTERS))
    digits = size - len(said.translate(None, _DIGITS))
    if size == len(text):
        return upper, letters, digits
    rest = _BEYOND_ASCII.findall(text)
    return (
        upper + sum(map(str.isupper, rest)),
        letters + sum(map(str.isalpha, rest)),
        digits + sum(map(str.isdigit, rest)),
    )

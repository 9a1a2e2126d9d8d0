"""What a piece's place says: in the page, behind the headline, among its kin, beside its neighbours."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from services.clean.pieces import Around, Piece
from services.clean.squeezed import WORD, squeeze
from services.clean.windows import add_window, shift

Table = NDArray[np.float32]
Column = NDArray[np.floating]

_SIDE_SECTION = re.compile(
    r"\b(?:related|you (?:may|might)|also like|more (?:from|in|on|stories|articles|posts)|"
    r"read (?:more|next)|keep reading|recent|"
    r"popular|latest|trending|comments?|repl(?:y|ies)|share|about (?:the|us)|authors?|newsletter|"
    r"subscribe|sign up|references|sources|footnotes|citations|categories|tags|follow|contact|"
    r"recommended|recommendations|"
    r"sponsored|next|previous|"
    r"table of contents|contents|in this article|on this page|jump to|explore|company|resources|products|"
    r"services|get started|try|download|free|join|search|archives?|legal|privacy|cookies?|connect|discover|"
    r"featured|top stories)\b",
    re.IGNORECASE,
)
HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PLACES = (Around.ARTICLE, Around.MAIN, Around.BODY, Around.CONTENT, Around.HIDDEN)
_SECTION_REACH = 40


def describe_places(
    pieces: Sequence[Piece], squeezed: Sequence[str], own: Table, heard: Table, title: str
) -> Table:
    """Where the piece stands: in the page, behind the headline, among its kin, beside its neighbours."""
    count = len(pieces)
    words, linked, ends = own[:, 0], own[:, 2], own[:, 6]
    prose = words * (1 - linked) * ((words > 7) & (ends > 0))
    total = max(1.0, float(prose.sum()))
    before = np.cumsum(prose) - prose
    columns = [
        np.arange(count) / count,
        np.full(count, np.log1p(count)),
        before / total,
        np.full(count, np.log1p(total)),
        *_near_prose(prose),
        *_by_holder(pieces, prose, words, linked, total),
        *_by_headline(pieces, squeezed, title),
        *_repeated(squeezed),
        *_by_section(pieces),
        *_by_places(pieces, prose, total),
        *_by_witness(heard, words),
    ]
    for column in (words, linked, ends, own[:, 16], *heard.T):
        columns += [shift(column, 1), shift(column, -1)]
    columns += [shift(words, 2), shift(words, -2), shift(linked, 2), shift(linked, -2)]
    return np.stack(columns, axis=1).astype(np.float32)


def _near_prose(prose: Column) -> list[Column]:
    count = len(prose)
    at = np.where(prose > 0, np.arange(count), -10_000)
    last = np.maximum.accumulate(at)
    upcoming = np.where(prose > 0, np.arange(count), 10_000)
    following = np.minimum.accumulate(upcoming[::-1])[::-1]
    places = np.arange(count)
    return [
        np.minimum(places - last, 50).astype(float),
        np.minimum(following - places, 50).astype(float),
        add_window(prose, 3),
        add_window(prose, 10),
    ]


def _by_holder(
    pieces: Sequence[Piece],
    prose: Column,
    words: Column,
    linked: Column,
    total: float,
) -> list[Column]:
    """How much of the page's prose its holders hold, and how much of what they hold is links."""
    columns = []
    for numbers in ([piece.holder for piece in pieces], [piece.grand_holder for piece in pieces]):
        _, places = np.unique(np.array(numbers), return_inverse=True)
        held, all_words = np.bincount(places, prose), np.bincount(places, words)
        links, size = np.bincount(places, words * linked), np.bincount(places)
        columns += [
            (held / total)[places],
            (links / np.maximum(1, all_words))[places],
            np.minimum(size, 60)[places],
        ]
    return columns


def _by_headline(pieces: Sequence[Piece], squeezed: Sequence[str], title: str) -> list[Column]:
    wanted = squeeze(title)
    words = set(WORD.findall(title.lower()))
    is_title = [
        len(text) > 8
        and (text in wanted or (len(wanted) > 8 and wanted in text and len(text) < 2 * len(wanted)))
        for text in squeezed
    ]
    alike = [
        len(words & set(WORD.findall(piece.text.lower()))) / max(1, len(words))
        if len(piece.text) < 300
        else -1
        for piece in pieces
    ]
    heads = list(accumulate(piece.tag == "h1" for piece in pieces))
    titles = list(accumulate(is_title))
    return [
        np.array(one, dtype=float) for one in (is_title, alike, np.minimum(heads, 3), np.minimum(titles, 4))
    ]


def _by_section(pieces: Sequence[Piece]) -> list[Column]:
    """How far the last heading is, and whether it heads what is beside the article."""
    since, beside, last, is_beside = [], [], -_SECTION_REACH, 0.0
    for at, piece in enumerate(pieces):
        if piece.tag in HEADS:
            last, is_beside = at, float(_SIDE_SECTION.search(piece.text[:100]) is not None)
        since.append(min(at - last, _SECTION_REACH))
        beside.append(is_beside)
    return [np.array(since, dtype=float), np.array(beside)]


def _by_places(pieces: Sequence[Piece], prose: Column, total: float) -> list[Column]:
    """How much of the page's prose stands in what is called an article, the body, or hidden."""
    around = np.array([piece.around for piece in pieces], dtype=np.int64)
    return [np.full(len(pieces), prose[(around & flag.value) != 0].sum() / total) for flag in _PLACES]


def _repeated(squeezed: Sequence[str]) -> list[Column]:
    counts, seen = Counter(squeezed), Counter[str]()
    again = []
    for text in squeezed:
        again.append(float(min(seen[text], 3)))
        seen[text] += 1
    return [np.array([float(min(counts[text], 5)) for text in squeezed]), np.array(again)]


def _by_witness(heard: Table, words: Column) -> list[Column]:
    """How much of what stands around the piece the witness has, and how much stands in front."""
    columns = []
    for column in heard.T:
        said = column * words
        columns += [
            add_window(said, 2) / np.maximum(1, add_window(words, 2)),
            add_window(said, 8) / np.maximum(1, add_window(words, 8)),
            (np.cumsum(said) - said) / max(1.0, float(said.sum())),
            np.full(len(words), said.sum() / max(1.0, float(words.sum()))),
        ]
    return columns

"""Which pieces of a page are its article: each judged by its traits, kept where the page asks for it."""

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray
from resiliparse.extract.html2text import extract_plain_text

from services.clean.forest import Chances, load_forest
from services.clean.markup import drop_unseen, find_body, merge_inline, write
from services.clean.pieces import Piece, cut
from services.clean.traits import Witness, describe

_LOWEST, _HIGHEST = 0.1, 0.5
_EAGERNESS = 0.9


def cut_page(tree: HtmlElement) -> tuple[list[Piece], str]:
    """The pieces of a page, and its text as resiliparse has it; the tree loses what says nothing of it."""
    drop_unseen(tree)
    heard = extract_plain_text(write(find_body(tree)), main_content=True, alt_texts=False)
    merge_inline(tree)
    return cut(find_body(tree)), heard


def pick_article(pieces: list[Piece], witnesses: list[Witness], title: str) -> list[str]:
    """The article's paragraphs among a page's pieces, as the witnesses and the pieces themselves have it."""
    if not pieces:
        return []
    chances = load_forest().judge(describe(pieces, witnesses, title))
    least = choose_least(chances, count_words(pieces))
    return [piece.text for piece, chance in zip(pieces, chances, strict=True) if chance >= least]


def count_words(pieces: list[Piece]) -> NDArray[np.float64]:
    """Words of each piece."""
    return np.array([len(piece.text.split()) for piece in pieces], dtype=float)


def choose_least(chances: Chances, words: NDArray[np.float64]) -> float:
    """The least chance that a piece is kept with.

    That which makes the expected overlap with the article the largest: low on a page where all is doubtful.
    """
    order = np.argsort(-chances)
    expected = np.cumsum((chances * words)[order])
    union = np.cumsum(words[order]) + expected[-1] - expected
    overlap = float((expected / np.maximum(1, union)).max())
    return min(_HIGHEST, max(_LOWEST, _EAGERNESS * overlap / (1 + overlap)))

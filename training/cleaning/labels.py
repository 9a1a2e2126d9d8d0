"""Which pieces of a page are its article, by the text that people wrote down."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

Words = list[str]
Shingle = tuple[str, ...]
Places = dict[Shingle, list[int]]
Span = tuple[int, int]

RUN = 4
_REACH = 12
_HALF = 0.5


def read_words(text: str) -> Words:
    """Words as the scorer counts them."""
    return re.findall(r"\w+", text.lower())


def label(texts: Sequence[str], article: str) -> list[float]:
    """The share of each piece that stands in the article; -1 where a piece has no words.

    What stands in the article once counts for one piece only. A piece too short for a shingle counts when it
    stands in the article just behind the long piece before it, or just in front of the one after it.
    """
    told = read_words(article)
    pieces = [read_words(text) for text in texts]
    shares, spans = _label_long(pieces, told)
    return _label_short(pieces, told, shares, spans)


def _shingle(words: Words) -> list[Shingle]:
    return [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]


def _label_long(pieces: Sequence[Words], told: Words) -> tuple[list[float | None], list[Span | None]]:
    places: Places = defaultdict(list)
    for at, shingle in enumerate(_shingle(told)):
        places[shingle].append(at)
    left = Counter({shingle: len(found) for shingle, found in places.items()})
    shares: list[float | None] = []
    spans: list[Span | None] = []
    for words in pieces:
        own = Counter(_shingle(words))
        share = sum((own & left).values()) / own.total() if own else None
        shares.append(share)
        spans.append(_take(own, places, left) if share is not None and share >= _HALF else None)
    return shares, spans


def _take(own: Counter[Shingle], places: Places, left: Counter[Shingle]) -> Span | None:
    """Use up the piece's shingles; where in the article they stand."""
    at = [places[one][max(0, len(places[one]) - max(1, left[one]))] for one in own if one in places]
    left.subtract({one: count for one, count in own.items() if one in left})
    return (min(at), max(at) + RUN) if at else None


def _label_short(
    pieces: Sequence[Words], told: Words, shares: Sequence[float | None], spans: Sequence[Span | None]
) -> list[float]:
    ahead = _next_starts(spans, len(told))
    labels, behind = [], 0
    for words, share, span, until in zip(pieces, shares, spans, ahead, strict=True):
        behind = span[1] if span else behind
        if share is None and words:
            end = _find(words, told, behind, until)
            behind, share = (end, 1.0) if end else (behind, 0.0)
        labels.append(-1.0 if share is None else share)
    return labels


def _next_starts(spans: Sequence[Span | None], end: int) -> list[int]:
    starts = []
    for span in reversed(spans):
        starts.append(end)
        end = span[0] if span else end
    return starts[::-1]


def _find(words: Words, told: Words, start: int, end: int) -> int | None:
    """Where the words end in the article, near one of the two edges of a stretch."""
    edges = [*range(start, min(end, start + _REACH)), *range(max(start, end - _REACH - len(words)), end)]
    ends = (at + len(words) for at in edges if told[at : at + len(words)] == words)
    return next((one for one in ends if one <= end), None)

"""One name for each stretch of text."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from services.entities.found import NamedSpan
from services.entities.kinds import rank


def resolve_overlaps(spans: Iterable[NamedSpan]) -> list[NamedSpan]:
    """Of spans that share text the longest stays, then the earliest, then the first kind; sorted."""
    kept: list[NamedSpan] = []
    for span in sorted(set(spans), key=_preference):
        if is_free(kept, span.start, span.end):
            insort(kept, span)
    return kept


def _preference(span: NamedSpan) -> tuple[int, int, int, str]:
    return span.start - span.end, span.start, rank(span.kind), span.label


def is_free(spans: Sequence[NamedSpan], start: int, end: int) -> bool:
    """Whether none of the sorted, disjoint `spans` shares text with `start` to `end`."""
    at = bisect_left(spans, end, key=lambda span: span.start)
    return at == 0 or spans[at - 1].end <= start

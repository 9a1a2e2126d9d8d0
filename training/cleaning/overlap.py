"""Shingle F1 as the scorer of the evaluation data counts it."""

from collections import Counter
from collections.abc import Iterable

from training.cleaning.labels import RUN, Shingle, read_words


def judge_overlap(pairs: Iterable[tuple[str, str]]) -> tuple[float, float, float]:
    """F1, precision and recall over pairs of kept text and article; each page weighs the same."""
    hits = extras = misses = 0.0
    for kept, article in pairs:
        own, wanted = _count(kept), _count(article)
        both = (own & wanted).total()
        total = own.total() + wanted.total() - both or 1
        hits, extras, misses = (
            hits + both / total,
            extras + (own.total() - both) / total,
            misses + (wanted.total() - both) / total,
        )
    precision, recall = hits / max(1e-9, hits + extras), hits / max(1e-9, hits + misses)
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def _count(text: str) -> Counter[Shingle]:
    words = read_words(text)
    return (
        Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))
        if words
        else Counter()
    )

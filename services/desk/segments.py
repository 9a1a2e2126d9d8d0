"""Stretches of a text that overlap and nest, flattened: pieces that each know by what they are covered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

K = TypeVar("K")


@dataclass(frozen=True)
class Stretch(Generic[K]):
    """`text[start:end]` is something: `key` says what."""

    start: int
    end: int
    key: K


@dataclass(frozen=True)
class Segment(Generic[K]):
    """A piece of the text that is covered by the same stretches from its first character to its last."""

    start: int
    end: int
    text: str
    covers: tuple[Stretch[K], ...]
    """What covers it: the outermost first, of equals in the order given."""


def flatten(text: str, stretches: Iterable[Stretch[K]], cuts: Iterable[int] = ()) -> list[Segment[K]]:
    """The text in pieces, which joined are the text.

    Joined, the pieces that a stretch covers are its words. `cuts` are places where a piece has to end too.
    What reaches out of the text is cut off at its ends; what is empty covers nothing.
    """
    held = list(_clip(stretches, len(text)))
    places = {0, len(text), *(place for one in held for place in (one.start, one.end))}
    places |= {cut for cut in cuts if 0 < cut < len(text)}
    return list(_sweep(text, sorted(places), held))


def _clip(stretches: Iterable[Stretch[K]], length: int) -> Iterator[Stretch[K]]:
    for one in stretches:
        start, end = max(one.start, 0), min(one.end, length)
        if start < end:
            yield one if (start, end) == (one.start, one.end) else Stretch(start, end, one.key)


def _sweep(text: str, places: Sequence[int], stretches: Sequence[Stretch[K]]) -> Iterator[Segment[K]]:
    """From one place to the next, with what is open between them."""
    waiting = sorted(stretches, key=lambda one: (one.start, -one.end))
    opened: list[Stretch[K]] = []
    number = 0
    for start, end in pairwise(places):
        opened = [one for one in opened if one.end > start]
        while number < len(waiting) and waiting[number].start == start:
            opened.append(waiting[number])
            number += 1
        yield Segment(start, end, text[start:end], tuple(opened))

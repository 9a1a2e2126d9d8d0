"""Where in the clean text stood what cleaning took out of the given one.

Clean text and removed stretches together are every character of the given text but its white space, in order
(docs/cleaning.md). So the characters that were kept before a removed stretch say where it stood.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Removal:
    """A stretch that was taken out: why, its words, and the place in the clean text where it stood."""

    reason: str
    exact: str
    place: int | None = None
    """None where it is not known, as of a page's HTML."""


def place_removals(text: str, given: str | None, removed: Sequence[Mapping[str, Any]]) -> list[Removal]:
    """The removed stretches, with their places where they can be told for sure."""
    placed = list(_place(text, given, removed)) if given is not None else []
    return placed or [Removal(one["reason"], one["exact"]) for one in removed]


def _place(text: str, given: str, removed: Sequence[Mapping[str, Any]]) -> Iterator[Removal]:
    ordered = sorted(removed, key=lambda one: one["start"] if one.get("start") is not None else -1)
    if not all(_fits(given, one) for one in ordered):
        return
    taken = sum(_count(one["exact"]) for one in ordered)
    if _count(given) - taken != _count(text):
        return
    places = [place for place, character in enumerate(text) if not character.isspace()]
    kept = reached = 0
    for one in ordered:
        kept += _count(given[reached : one["start"]])
        reached = max(reached, one["end"])
        yield Removal(one["reason"], one["exact"], places[kept] if kept < len(places) else len(text))


def _fits(given: str, one: Mapping[str, Any]) -> bool:
    start, end = one.get("start"), one.get("end")
    return start is not None and end is not None and given[start:end] == one["exact"]


def _count(text: str) -> int:
    return sum(not character.isspace() for character in text)

"""A rule: how one kind of furniture is known by its words."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from schemas import RemovalReason
from services.clean.lines import Line

_MOST_CHARACTERS = 1000
_TOKENS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)


class Reach(Enum):
    """How far a rule's verdict goes."""

    LINE = "this line"
    LIST = "this line, and the lines after it until the next sentence"
    REST = "this line, and all that follows once the article has been told"


@dataclass(frozen=True)
class Rule:
    """One kind of furniture."""

    name: str
    reason: RemovalReason
    pattern: re.Pattern[str]
    example: str
    """A line of this kind, written for the tests."""
    most_words: int
    """Lines of more words are never furniture of this kind."""
    reach: Reach = Reach.LINE

    def matches(self, line: Line) -> bool:
        """Whether the line is furniture of this kind."""
        if len(line.text) > _MOST_CHARACTERS or len(line.words) > self.most_words:
            return False
        begins, floats = self._parts
        return bool((begins and begins.match(line.text)) or (floats and floats.search(line.text)))

    @cached_property
    def _parts(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        """The pattern's alternatives that only the beginning of a line can match, and the others.

        A search would try the first kind at every character of the line.
        """
        ways = part_alternatives(self.pattern.pattern)
        begins = "|".join(way for way in ways if way.startswith("^"))
        floats = "|".join(way for way in ways if not way.startswith("^"))
        flags = self.pattern.flags
        return (begins and re.compile(begins, flags)) or None, (floats and re.compile(floats, flags)) or None


def part_alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern, as far as no bracket holds them together."""
    ways, depth = [""], 0
    for mark in _TOKENS.findall(pattern):
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and not depth:
            ways.append("")
        else:
            ways[-1] += mark
    return ways


def whole(phrases: str) -> re.Pattern[str]:
    """One of the phrases and nothing else in the line but a few marks; in any case."""
    return re.compile(rf"^\W{{0,3}}(?:{phrases})\W{{0,3}}$", re.IGNORECASE)


def anywhere(phrases: str) -> re.Pattern[str]:
    """One of the phrases where its own anchors let it stand; in any case."""
    return re.compile(phrases, re.IGNORECASE)


def as_written(phrases: str) -> re.Pattern[str]:
    """The same, with capitals as they are written."""
    return re.compile(phrases)

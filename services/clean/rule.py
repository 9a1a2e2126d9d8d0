"""A rule: how one kind of furniture is known by its words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from schemas import RemovalReason
from services.clean.lines import Line

MOST_CHARACTERS = 1000
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
        if len(line.text) > MOST_CHARACTERS or len(line.words) > self.most_words:
            return False
        return any(find(line.text) for find in self.ways)

    @cached_property
    def ways(self) -> tuple[Callable[[str], re.Match[str] | None], ...]:
        """How the pattern is asked: what only a line's beginning can match is not searched for behind it."""
        ways, flags = part_alternatives(self.pattern.pattern), self.pattern.flags
        begins = "|".join(way for way in ways if way.startswith("^"))
        floats = "|".join(way for way in ways if not way.startswith("^"))
        match = (re.compile(begins, flags).match,) if begins else ()
        return match + ((re.compile(floats, flags).search,) if floats else ())


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

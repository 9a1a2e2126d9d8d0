"""Two texts compared: what both have, what only the older or the newer one has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

WORD = re.compile(r"\s+|\w+|[^\w\s]")
PARAGRAPH = re.compile(r".*?(?:\n{2,}|\Z)", re.DOTALL)
MOST_WORDS = 3_000
"""Words of a changed stretch that are compared one by one; a longer one is shown as a whole."""


class Change(StrEnum):
    """Which of the texts has a stretch."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Difference:
    """A stretch of either text."""

    change: Change
    text: str


def compare_texts(older: str, newer: str) -> list[Difference]:
    """The stretches in order: those that are not new make up the older text, those not gone the newer."""
    found = list(_compare(_split(PARAGRAPH, older), _split(PARAGRAPH, newer), by_word=True))
    return [
        Difference(change, "".join(one.text for one in run))
        for change, run in groupby(found, key=lambda one: one.change)
    ]


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    return [found for found in pattern.findall(text) if found]


def _compare(older: Sequence[str], newer: Sequence[str], by_word: bool) -> Iterator[Difference]:
    for tag, a, b, c, d in SequenceMatcher(None, older, newer, autojunk=False).get_opcodes():
        gone, new = "".join(older[a:b]), "".join(newer[c:d])
        if tag == "equal":
            yield Difference(Change.SAME, gone)
        elif by_word and gone and new:
            yield from _compare_words(gone, new)
        else:
            yield from (
                one for one in (Difference(Change.GONE, gone), Difference(Change.NEW, new)) if one.text
            )


def _compare_words(gone: str, new: str) -> Iterator[Difference]:
    older, newer = _split(WORD, gone), _split(WORD, new)
    if max(len(older), len(newer)) > MOST_WORDS:
        yield from _tell_apart(gone, new)
    else:
        yield from _compare(older, newer, by_word=False)


def _tell_apart(gone: str, new: str) -> Iterator[Difference]:
    """What was there before what is there now."""
    both = Difference(Change.GONE, gone), Difference(Change.NEW, new)
    return (one for one in both if one.text)

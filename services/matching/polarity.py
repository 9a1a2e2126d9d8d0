"""Which way a statement goes: denials in it, sides of opposites, and how much it speaks of."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from services.matching.lexicon import AFTER_SEEMING, AXES, BOUNDING, DENYING, NEGATORS, SCOPES, SEEMING

RARE = frozenset({"since", "before"})
"""After a negator: "not since 1994" says of something that it is, and that it is rare."""
EXCLUSIVE = (
    frozenset({"all", "some"}),
    frozenset({"all", "one"}),
    frozenset({"most", "some"}),
    frozenset({"all", "most"}),
    frozenset({"at least", "at most"}),
)


def is_denied(words: Sequence[str]) -> bool:
    """Whether the words deny what they tell of: an odd number of them does so."""
    return sum(_denies(word, following) for word, following in pairwise((*words, ""))) % 2 == 1


def _denies(word: str, following: str) -> bool:
    if word in SEEMING and following in AFTER_SEEMING:
        return False
    negates = word in NEGATORS or word.endswith(("n't", "n’t"))
    return word in DENYING or (negates and following not in RARE)


def find_directions(words: Sequence[str]) -> dict[int, frozenset[int]]:
    """For each pair of opposites that the words touch, the sides that they take."""
    sides: dict[int, set[int]] = {}
    for at, word in enumerate(words):
        if word in AXES and not _bounds_a_figure(words, at):
            axis, sign = AXES[word]
            sides.setdefault(axis, set()).add(sign)
    return {axis: frozenset(signs) for axis, signs in sides.items()}


def _bounds_a_figure(words: Sequence[str], at: int) -> bool:
    if words[at] not in BOUNDING:
        return False
    before = words[at - 1] if at else ""
    return before in {"at", "or"} or words[at + 1 : at + 2] == ["than"]


def are_opposed(one: Mapping[int, frozenset[int]], other: Mapping[int, frozenset[int]]) -> bool:
    """Whether the two take opposite sides of a pair, and neither takes both."""
    return any(one[axis].isdisjoint(other[axis]) for axis in one.keys() & other.keys())


def find_scopes(words: Sequence[str]) -> frozenset[str]:
    """How much of something the words speak of, and whether only as possible."""
    single = {SCOPES[word] for before, word in pairwise(("", *words)) if word in SCOPES and before != "at"}
    return frozenset({*single, *_find_pairs(words)})


def _find_pairs(words: Sequence[str]) -> Iterator[str]:
    for word, following in pairwise(words):
        if word == "at" and following in {"least", "most"}:
            yield f"at {following}"
        elif word in {"only", "just"} and following in {"one", "a"}:
            yield "one"


def differ_in_scope(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the two cannot speak of as much: all and some, or only one of them of what may be."""
    if ("may" in one) != ("may" in other):
        return True
    left, right = one - other, other - one
    return any(pair & left and pair & right for pair in EXCLUSIVE)

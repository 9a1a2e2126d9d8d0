"""Whether two statements say the same: does anything speak against it, and how alike are they."""

from dataclasses import dataclass
from enum import StrEnum

from services.matching.polarity import are_opposed, differ_in_scope
from services.matching.statements import Statement
from services.matching.times import contradict


class Disagreement(StrEnum):
    """What speaks against two statements being one claim."""

    FIGURES = "figures"
    NAMES = "names"
    POLARITY = "polarity"
    DIRECTION = "direction"
    TIMES = "times"
    SCOPE = "scope"
    ROLES = "roles"


@dataclass(frozen=True)
class Bounds:
    """From which values on two statements that do not disagree are one claim."""

    alike: float = 0.6
    """Cosine of their vectors: below, they are not even looked at."""
    beginnings: float = 0.35
    """Share of common beginnings of words: below, they are not read."""
    overlap: float = 0.4
    """Share of common words, names, years and figures."""
    both: float = 0.68
    """The mean of the two."""
    fewest: int = 3
    """What they have to have in common of these, in number."""


BOUNDS = Bounds()


def find_disagreement(one: Statement, other: Statement) -> Disagreement | None:
    """The first thing that speaks against the two being one claim."""
    if not agree_in_figures(one, other):
        return Disagreement.FIGURES
    if contradict(one.times, other.times):
        return Disagreement.TIMES
    if name_others(one, other):
        return Disagreement.NAMES
    if one.denied != other.denied:
        return Disagreement.POLARITY
    if are_opposed(one.directions, other.directions):
        return Disagreement.DIRECTION
    if differ_in_scope(one.scopes, other.scopes):
        return Disagreement.SCOPE
    return Disagreement.ROLES if swap_roles(one, other) else None


def agree_in_figures(one: Statement, other: Statement) -> bool:
    """Whether each figure of either stands in the other."""
    return all(
        any(figure.agrees(match) for match in there.figures)
        for here, there in ((one, other), (other, one))
        for figure in here.figures
    )


def name_others(one: Statement, other: Statement) -> bool:
    """Whether each names somebody or something that the other does not."""
    return bool(find_missing(one, other) and find_missing(other, one))


def find_missing(one: Statement, other: Statement) -> set[str]:
    """The parts of names in `one` that are not said in `other`."""
    named = {
        part
        for run in one.names
        for part in run
        if not _is_initials(part, other) and not _is_spelled(run, other)
    }
    opener = {one.opener} if one.opener else set()
    return (named | opener) - other.said


def _is_initials(part: str, other: Statement) -> bool:
    return len(part) > 1 and any("".join(word[0] for word in run) == part for run in other.names)


def _is_spelled(run: tuple[str, ...], other: Statement) -> bool:
    return len(run) > 1 and "".join(word[0] for word in run) in other.said


def swap_roles(one: Statement, other: Statement) -> bool:
    """Whether somebody who acts in one is acted on in the other."""
    if one.subject is None or other.subject is None or one.subject == other.subject:
        return False
    return one.subject in other.name_parts and other.subject in one.name_parts


def measure_overlap(one: Statement, other: Statement) -> float:
    """The share of what both have, in the mean of what each has: words, names, years and figures."""
    left, right = _list_parts(one), _list_parts(other)
    figures = len(one.figures) + len(other.figures)
    whole = len(left) + len(right) + figures
    return (2 * len(left & right) + figures) / whole if whole else 0.0


def _list_parts(statement: Statement) -> frozenset[str]:
    return statement.words | statement.name_parts | {str(year) for year in statement.times.years}


def count_common(one: Statement, other: Statement) -> int:
    """Words, names, years and figures that both have."""
    return len(_list_parts(one) & _list_parts(other)) + len(one.figures)


def is_telling(statement: Statement, fewest: int = BOUNDS.fewest) -> bool:
    """Whether the statement says enough by itself to be the same claim in another article.

    What begins with "he" or "it" and has neither a name nor two figures may be of anybody.
    """
    figures = len(statement.figures) + len(statement.times.years)
    told = not statement.hangs_on_others or bool(statement.names) or figures > 1
    return told and count_common(statement, statement) >= fewest


def say_the_same(one: Statement, other: Statement, alike: float, bounds: Bounds = BOUNDS) -> bool:
    """Whether two statements, whose vectors are `alike`, are one claim."""
    overlap = measure_overlap(one, other)
    return (
        alike >= bounds.alike
        and overlap >= bounds.overlap
        and (alike + overlap) / 2 >= bounds.both
        and count_common(one, other) >= bounds.fewest
        and find_disagreement(one, other) is None
    )

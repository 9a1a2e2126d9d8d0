"""Where the article stands among the lines of a page, and what its place says of a line.

The body is the run of lines with the highest sum, where prose counts its words and every other line
costs a few: menus in front and lists behind fall off, subheads and short lines within stay.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from schemas import RemovalReason
from services.clean.lines import Line

Marks = list[RemovalReason | None]

_COST_OF_OTHER = 10.0
_SHARE_OF_ASIDE = 0.33
_ASIDES = {
    RemovalReason.READ_ALSO,
    RemovalReason.PHOTO_CREDIT,
    RemovalReason.HEADLINE_REPEATED,
    RemovalReason.HEADLINE,
}
_MOST_WORDS_COUNTED = 60
_FEWEST_BODY_WORDS = 25
_STANDFIRST_WORDS = 8
_LONGEST_RUN = 3
_SHARE_OF_LISTED = 0.15
_LINK_WORDS = 16
_FEWEST_LINK_WORDS = 4
_SAME_PROSE_WORDS = 12


@dataclass(frozen=True)
class Body:
    """The lines `start` to `end` (half-open) that the article stands in."""

    start: int
    end: int


def find_body(lines: Sequence[Line], marks: Sequence[RemovalReason | None]) -> Body | None:
    """The run of lines with the highest sum; None where there is too little prose to tell."""
    best, best_sum, start, total = Body(0, 0), 0.0, 0, 0.0
    repeated = _find_repeated(lines)
    # A whole page is mostly other lines, and those far from the article are many; in a text that was already
    # extracted they are few, and what stands behind them belongs to the article more often than not.
    cost = _COST_OF_OTHER * (sum(not line.is_prose for line in lines) / len(lines)) ** 2 if lines else 0.0
    for at, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if total <= 0:
            start, total = at, 0.0
        total += -cost if line.words in repeated else _weigh(line, mark, cost)
        if total > best_sum:
            best, best_sum = Body(start, at + 1), total
    return best if best_sum >= _FEWEST_BODY_WORDS else None


def judge_place(lines: Sequence[Line], marks: Marks, body: Body, headline_at: int | None) -> Marks:
    """The marks with those added that a line's place gives: before, behind or as a list within the body.

    `headline_at` is the place of the headline in front of the body, -1 where it was taken out before.
    """
    body = _take_in_neighbours(lines, marks, body)
    judged = list(marks)
    for at in range(len(lines)):
        if judged[at] is None and not body.start <= at < body.end:
            judged[at] = _judge_outside(lines, at, body, headline_at)
    _mark_repeats(lines, judged, body)
    _mark_link_lists(lines, judged, body)
    return judged


def _find_repeated(lines: Sequence[Line]) -> set[tuple[str, ...]]:
    """Prose that stands more than once, unless that is most of it: then the article itself is there twice."""
    prose = [line.words for line in lines if line.is_prose]
    repeated = {words for words, count in Counter(prose).items() if count > 1}
    share = sum(len(words) for words in prose if words in repeated)
    return repeated if 2 * share < sum(map(len, prose)) else set()


def _weigh(line: Line, mark: RemovalReason | None, cost: float) -> float:
    if mark is not None:
        return -cost * (_SHARE_OF_ASIDE if mark in _ASIDES else 1)
    if line.is_prose:
        return float(min(len(line.words), _MOST_WORDS_COUNTED))
    return len(line.words) / 2 if line.ends_sentence else -cost


def _take_in_neighbours(lines: Sequence[Line], marks: Marks, body: Body) -> Body:
    """Prose that touches the body's first line belongs to it, though it stands elsewhere again as a teaser.

    So does a lone last line that reads like running text, even without its full stop.
    """
    start = body.start
    while start > 0 and marks[start - 1] is None and lines[start - 1].is_prose:
        start -= 1
    left = [at for at in range(body.end, len(lines)) if marks[at] is None]
    if len(left) == 1 and len(lines[left[0]].words) >= _STANDFIRST_WORDS:
        return Body(start, left[0] + 1)
    return Body(start, body.end)


def _judge_outside(
    lines: Sequence[Line], at: int, body: Body, headline_at: int | None
) -> RemovalReason | None:
    line = lines[at]
    if at >= body.end:
        return (
            RemovalReason.RELATED_LIST if len(line.words) >= _FEWEST_LINK_WORDS else RemovalReason.NAVIGATION
        )
    is_standfirst = headline_at is not None and headline_at < at and len(line.words) >= _STANDFIRST_WORDS
    return None if is_standfirst else RemovalReason.NAVIGATION


def _mark_repeats(lines: Sequence[Line], marks: Marks, body: Body) -> None:
    """A line that stands twice outside the body is the page's; a long one that stands twice stays once.

    A subhead may stand once more outside, in the table of contents.
    """
    outside = Counter(line.words for at, line in enumerate(lines) if not body.start <= at < body.end)
    seen: set[tuple[str, ...]] = set()
    for at in range(body.start, body.end):
        line = lines[at]
        if marks[at] is not None or not line.words:
            continue
        if not line.is_prose and not line.text.endswith(":") and outside[line.words] > 1:
            marks[at] = RemovalReason.NAVIGATION
        elif len(line.words) >= _SAME_PROSE_WORDS and line.words in seen:
            marks[at] = RemovalReason.REMNANT
        seen.add(line.words)


def _mark_link_lists(lines: Sequence[Line], marks: Marks, body: Body) -> None:
    """Many short lines in a row, none of which ends as a sentence does, are links.

    Not so in an article that is made of such lines: a guide, a list of results.
    """
    inside = [lines[at] for at in range(body.start, body.end) if marks[at] is None]
    listed = sum(len(line.words) for line in inside if not line.ends_sentence)
    if listed > _SHARE_OF_LISTED * sum(len(line.words) for line in inside):
        return
    run: list[int] = []
    for at in [*range(body.start, body.end), body.end]:
        if at < body.end and marks[at] is None and _may_be_link(lines[at]):
            run.append(at)
        elif at == body.end or marks[at] is None:
            if len(run) > _LONGEST_RUN:
                for member in run:
                    marks[member] = RemovalReason.RELATED_LIST
            run = []


def _may_be_link(line: Line) -> bool:
    return (
        not line.ends_sentence and not line.text.endswith((":", ",", ";")) and len(line.words) <= _LINK_WORDS
    )

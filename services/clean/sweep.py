"""Lines in, lines of the article out, with what was learnt from the others and what they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas import Metadata, RemovalReason, Removed
from services.clean.blocks import mark_neighbours
from services.clean.body import Body, Marks, find_body, judge_place
from services.clean.byline import is_author_note, read_byline
from services.clean.dateline import find_dateline
from services.clean.dates import is_date_line, read_moment
from services.clean.furniture import find_rule
from services.clean.headline import find_headline, repeats_headline, resembles_headline
from services.clean.lines import Line, split_lines
from services.clean.rule import Reach, Rule
from services.clean.template import NOTHING_KNOWN, Template

_LONGEST_LIST = 24
_LONGEST_READ_ALSO = 5
_ENOUGH_TOLD = 40
_MOST_SWEEPS = 12
_MOST_STANDFIRSTS = 3
_LISTS = {RemovalReason.NAVIGATION, RemovalReason.RELATED_LIST, RemovalReason.SHARE_BAR}


@dataclass(frozen=True)
class Swept:
    """The article's lines, its metadata, and what was swept out."""

    kept: tuple[Line, ...]
    metadata: Metadata
    removed: tuple[Removed, ...]


def sweep(text: str, metadata: Metadata, template: Template = NOTHING_KNOWN, in_place: bool = True) -> Swept:
    """Sweep a repaired text until nothing is left to remove, so that a clean text stays as it is.

    `template` is what other articles' pages have in common; `in_place` says whether the lines stand as
    on their page, so that their place says something.
    """
    kept, known = split_lines(text), metadata
    template = template.apart_from(kept)
    removed: list[tuple[Line, RemovalReason]] = []
    rules: dict[Line, Rule | None] = {}
    for _ in range(_MOST_SWEEPS):
        rules = {line: rules[line] if line in rules else find_rule(line, not in_place) for line in kept}
        known, marks = _judge(rules, known, template, in_place)
        gone = [(line, mark) for line, mark in zip(kept, marks, strict=True) if mark is not None]
        kept = [line for line, mark in zip(kept, marks, strict=True) if mark is None]
        kept, known, dateline = _take_dateline(kept, known)
        removed += gone + dateline
        if not gone and not dateline:
            break
    return Swept(tuple(kept), known, _describe(text, kept, removed))


def without_offsets(removed: Sequence[Removed]) -> tuple[Removed, ...]:
    """The same, for content whose offsets say nothing to its publisher."""
    return tuple(Removed(reason=one.reason, exact=one.exact) for one in removed)


def _judge(
    rules_of: Mapping[Line, Rule | None],
    known: Metadata,
    template: Template,
    in_place: bool,
) -> tuple[Metadata, Marks]:
    lines, rules = list(rules_of), list(rules_of.values())
    if known.title is None and in_place:
        title, site = find_headline(lines)
        known = known.model_copy(update={"title": title, "site_name": known.site_name or site})
    marks: Marks = [_judge_line(line, rule, known) for line, rule in zip(lines, rules, strict=True)]
    _mark_template(lines, marks, template, in_place)
    mentions = _mark_headlines(lines, marks, known.title)
    _spread(lines, rules, marks)
    if in_place:
        mark_neighbours(lines, marks)
    body = find_body(lines, marks) if in_place else None
    if body is None:
        return _learn(lines, marks, known), marks
    headline_at = _place_headline(mentions, body, known.title)
    known = _learn(lines[max(0, headline_at or 0) :], marks[max(0, headline_at or 0) :], known)
    return known, judge_place(lines, marks, body, headline_at)


def _judge_line(line: Line, rule: Rule | None, known: Metadata) -> RemovalReason | None:
    if rule is not None:
        return rule.reason
    if is_date_line(line):
        return RemovalReason.DATE
    if read_byline(line, known.site_name) is not None or is_author_note(line, known.authors):
        return RemovalReason.BYLINE
    return None


def _mark_template(lines: Sequence[Line], marks: Marks, template: Template, in_place: bool) -> None:
    """Mark what is the site's; amid the article, as far as the lines' places tell it, it takes more."""
    if not template.pages:
        return
    core = find_body(lines, marks) if in_place else None
    for at, line in enumerate(lines):
        inside = core is not None and core.start <= at < core.end
        if marks[at] is None and template.holds(line, inside):
            marks[at] = RemovalReason.TEMPLATE_LINE


def _mark_headlines(lines: Sequence[Line], marks: Marks, title: str | None) -> list[int]:
    """Mark the headline and its repetitions; the places of them all."""
    if title is None:
        return []
    half = sum(len(line.words) for line in lines if line.is_prose) / 2
    mentions, told = [], 0
    for at, line in enumerate(lines):
        told += len(line.words) if line.is_prose and marks[at] is None else 0
        if repeats_headline(line, title) or (told < half and resembles_headline(line, title)):
            mentions.append(at)
    for at in mentions:
        again = RemovalReason.HEADLINE if at == mentions[0] else RemovalReason.HEADLINE_REPEATED
        # Other pages of the source list the headline too: on this one it is the article's.
        marks[at] = again if marks[at] in (None, RemovalReason.TEMPLATE_LINE) else marks[at]
    return mentions


def _place_headline(mentions: Sequence[int], body: Body, title: str | None) -> int | None:
    """The last mention in front of most of the body; -1 where it was taken out in an earlier sweep."""
    if title is not None and not mentions:
        return -1 if body.start <= _MOST_STANDFIRSTS else None
    return max((at for at in mentions if at <= (body.start + body.end) // 2), default=None)


def _spread(lines: Sequence[Line], rules: Sequence[Rule | None], marks: Marks) -> None:
    """Let the verdicts of list heads and comment forms reach the lines behind them."""
    told = 0
    for at, (line, rule) in enumerate(zip(lines, rules, strict=True)):
        if rule is not None and rule.reach is Reach.LIST:
            _spread_list(lines, marks, at, rule.reason)
        elif rule is not None and rule.reach is Reach.REST and told >= _ENOUGH_TOLD:
            marks[at:] = [mark or rule.reason for mark in marks[at:]]
            return
        told += len(line.words) if line.is_prose and marks[at] is None else 0


def _spread_list(lines: Sequence[Line], marks: Marks, head: int, reason: RemovalReason) -> None:
    longest = _LONGEST_LIST if reason is RemovalReason.RELATED_LIST else _LONGEST_READ_ALSO
    for at in range(head + 1, min(head + 1 + longest, len(lines))):
        if lines[at].ends_sentence and lines[at].is_prose:
            return
        marks[at] = marks[at] or reason


def _learn(lines: Sequence[Line], marks: Marks, known: Metadata) -> Metadata:
    """What bylines and date lines in front of the article say, where nobody said it better."""
    authors: tuple[str, ...] = ()
    moment = None
    for line, mark in zip(lines, marks, strict=True):
        if mark is None and line.is_prose:
            break
        if mark is RemovalReason.BYLINE:
            authors = authors or read_byline(line, known.site_name) or ()
        if mark in (RemovalReason.DATE, RemovalReason.BYLINE):
            moment = moment or read_moment(line.text)
    return known.model_copy(
        update={"authors": known.authors or authors, "published_at": known.published_at or moment}
    )


def _take_dateline(
    lines: list[Line], known: Metadata
) -> tuple[list[Line], Metadata, list[tuple[Line, RemovalReason]]]:
    """Part the dateline from the first paragraph of prose."""
    at = next((at for at, line in enumerate(lines) if line.is_prose), None)
    found = find_dateline(lines[at].text) if at is not None else None
    if at is None or found is None or known.dateline not in (None, found[0]):
        return lines, known, []
    line, (said, end) = lines[at], found
    cut = [*lines[:at], line.cut(end, len(line.text)), *lines[at + 1 :]]
    return cut, known.model_copy(update={"dateline": said}), [(line.cut(0, end), RemovalReason.DATELINE)]


def _describe(
    text: str, kept: Sequence[Line], removed: Sequence[tuple[Line, RemovalReason]]
) -> tuple[Removed, ...]:
    """Removed spans in order; neighbouring lines of one list are one span."""
    spans: list[tuple[int, int, RemovalReason]] = []
    reasons: dict[int, RemovalReason | None] = {line.start: reason for line, reason in removed}
    above: RemovalReason | None = None
    for line in sorted([*kept, *(line for line, _ in removed)], key=lambda line: line.start):
        reason = reasons.get(line.start)
        if reason in _LISTS and reason is above:
            spans[-1] = (spans[-1][0], line.end, spans[-1][2])
        elif reason is not None:
            spans.append((line.start, line.end, reason))
        above = reason
    return tuple(
        Removed(reason=reason, exact=text[start:end], start=start, end=end) for start, end, reason in spans
    )

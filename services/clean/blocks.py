"""What a line is by the lines it touches: captions above their credit, teaser cards above their date, forms.

Lines touch when no empty line parts them in the given text.
"""

import re
from collections.abc import Iterator, Sequence

from schemas import RemovalReason
from services.clean.body import Marks
from services.clean.dates import is_date_line
from services.clean.lines import Line

_CREDIT_ALONE = re.compile(r"^\([^()]{2,100}\)$|^(?:Photo|Image|Credit|Foto)\b")
_MOST_CAPTION_WORDS = 60
_ENOUGH_TOLD = 30
_KICKER_WORDS = 3
_HEADLINE_WORDS = 4
_TEASER_WORDS = 45
_FORM_REASONS = {RemovalReason.NOTICE, RemovalReason.SHARE_BAR, RemovalReason.COMMENT_FORM}
_MOST_FORM_PROSE = 60


def mark_neighbours(lines: Sequence[Line], marks: Marks) -> None:
    """Add the marks that lines give to those around them; take back a date that stands within the article."""
    _mark_captions(lines, marks)
    _mark_cards(lines, marks)
    for first, end in _find_blocks(lines):
        _mark_form(lines, marks, first, end)


def _mark_captions(lines: Sequence[Line], marks: Marks) -> None:
    for at in range(1, len(lines)):
        alone = marks[at] is RemovalReason.PHOTO_CREDIT and _CREDIT_ALONE.match(lines[at].text)
        if alone and _touch(lines, at - 1) and len(lines[at - 1].words) <= _MOST_CAPTION_WORDS:
            marks[at - 1] = marks[at - 1] or RemovalReason.PHOTO_CREDIT


def _mark_cards(lines: Sequence[Line], marks: Marks) -> None:
    """A card within the article is another article's headline, its teaser perhaps, and its date."""
    told = 0
    for at, line in enumerate(lines):
        if marks[at] is RemovalReason.DATE and told >= _ENOUGH_TOLD and is_date_line(line):
            card = _find_card(lines, marks, at)
            for member in card:
                marks[member] = RemovalReason.RELATED_LIST
            if not card and any(line.ends_sentence for line in lines[at + 1 : at + 3]):
                marks[at] = None
        told += len(line.words) if marks[at] is None and line.is_prose else 0


def _find_card(lines: Sequence[Line], marks: Marks, date_at: int) -> range:
    at = date_at - 1
    if at >= 1 and marks[at] is None and lines[at].is_prose and len(lines[at].words) <= _TEASER_WORDS:
        at -= 1
    if at < 0 or marks[at] is not None or not _may_be_headline(lines[at]):
        return range(0)
    while (
        at >= 1
        and marks[at - 1] is None
        and not lines[at - 1].ends_sentence
        and len(lines[at - 1].words) <= _KICKER_WORDS
    ):
        at -= 1
    return range(at, date_at)


def _may_be_headline(line: Line) -> bool:
    return len(line.words) >= _HEADLINE_WORDS and not line.text.endswith((".", ":", "”", '"'))


def _find_blocks(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    first = 0
    for at in range(len(lines)):
        if not _touch(lines, at):
            yield first, at + 1
            first = at + 1


def _mark_form(lines: Sequence[Line], marks: Marks, first: int, end: int) -> None:
    """Most lines of a block being of a form, the others are too."""
    said = [mark for mark in marks[first:end] if mark in _FORM_REASONS]
    prose = sum(
        len(line.words) for line, mark in zip(lines[first:end], marks[first:end], strict=True) if not mark
    )
    if len(said) * 2 >= end - first and prose <= _MOST_FORM_PROSE:
        marks[first:end] = [mark or said[0] for mark in marks[first:end]]


def _touch(lines: Sequence[Line], at: int) -> bool:
    """Whether the line at `at` touches the one behind it."""
    return at + 1 < len(lines) and lines[at + 1].start == lines[at].end + 1

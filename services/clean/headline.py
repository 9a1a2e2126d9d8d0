"""The headline: the line that looks like one, and where it is said again."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from services.clean.furniture import find_rule
from services.clean.lines import Line

_FEWEST_WORDS = 3
_MOST_WORDS = 28
_MOST_EXTRA_WORDS = 4
_ALIKE = 0.75
_NAMED_TWICE = 2
_ALIKE_BEGINNING = 5
_STROKE = " | "
_SITE_BEHIND_DASH = re.compile(r"^(?P<headline>.{12,})\s(?:[-–—»•]|::)\s(?P<site>\S.{1,40})$")


def split_site(title: str) -> tuple[str, str | None]:
    """A page title without the outlet's name behind a stroke or dash, and that name, if there is one."""
    if _STROKE in title:
        parts = title.split(_STROKE)
        return parts[0].strip(), parts[-1].strip() or None
    match = _SITE_BEHIND_DASH.match(title)
    return (match["headline"].strip(), match["site"].strip()) if match else (title, None)


def find_headline(lines: Sequence[Line]) -> tuple[str | None, str | None]:
    """The headline and the outlet's name, as far as the first line tells them; else (None, None).

    A first line "Headline | Outlet" is parted always, "Headline - Outlet" when the page confirms it; another
    first line counts when it looks like a headline and sentences follow.
    """
    if not lines or not any(line.is_prose for line in lines[1:]):
        return None, None
    first = lines[0]
    headline, site = split_site(first.text)
    if site and (_STROKE in first.text or _is_confirmed(headline, site, lines[1:])):
        return headline, site
    return (first.text, None) if looks_like_headline(first) else (None, None)


def _is_confirmed(headline: str, site: str, lines: Sequence[Line]) -> bool:
    """Whether the headline stands again by itself, or the outlet's name in two more lines."""
    wanted, name = fold(headline), f" {' '.join(fold(site))} "
    named = sum(name in f" {' '.join(line.words)} " for line in lines)
    return named >= _NAMED_TWICE or any(wanted == line.words for line in lines)


def looks_like_headline(line: Line) -> bool:
    """Whether the line could be a headline: short, not begun small, not closed by a full stop."""
    if not _FEWEST_WORDS <= len(line.words) <= _MOST_WORDS or line.text.endswith((".", ":", ",", ";", "…")):
        return False
    if line.text[0].islower() or find_rule(line):
        return False
    return not (line.ends_sentence and len(line.words) > _MOST_WORDS // 2)


def repeats_headline(line: Line, headline: str) -> bool:
    """Whether the line is the headline, alone or with a few words around it: a label, an outlet, a credit."""
    words, wanted = line.words, fold(headline)
    if words == wanted:
        return True
    extra = len(words) - len(wanted)
    if len(wanted) < 4 or not 0 < extra <= _MOST_EXTRA_WORDS:
        return False
    return any(words[at : at + len(wanted)] == wanted for at in range(extra + 1))


def resembles_headline(line: Line, headline: str) -> bool:
    """Whether the line is another wording of the headline: begun alike, or mostly the same words."""
    if line.text.endswith(".") and line.is_prose:
        return False
    words, wanted = line.words, fold(headline)
    if not _ALIKE_BEGINNING <= len(wanted) <= 2 * _MOST_WORDS or not 0.5 <= len(words) / len(wanted) <= 2:
        return False
    if words[:_ALIKE_BEGINNING] == wanted[:_ALIKE_BEGINNING]:
        return True
    return SequenceMatcher(None, words, wanted, autojunk=False).ratio() >= _ALIKE


@lru_cache(1024)
def fold(text: str) -> tuple[str, ...]:
    """The words of a text as lines are compared by."""
    return Line(0, text).words

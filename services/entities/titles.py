"""The titles around a person's name: "Kremlin spokesman" before it, "head of the bank" after it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.entities.bounds import PARAGRAPH_BREAK, begins_sentence
from services.entities.found import NamedSpan
from services.entities.overlaps import is_free
from services.entities.roles import FORMERLY, MODIFIERS, gather_words, is_abbreviated, is_honorific, is_role

REACH = 90
"""Code points before and after a name within which a title is looked for."""
LONGEST = 8
"""Words that a title has at most."""

_WORD = re.compile(r"[^\W_](?:[\w’'&-]|\.(?=\w))*\.?")
_LINKS = frozenset({"of", "for", "to"})
_BETWEEN = frozenset({"the", "of", "and", "for"})
_CALENDAR = gather_words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december today yesterday tomorrow"
)
_APPOSITION = re.compile(r"\s?,\s(?:who is )?(?:the |a |an )?([^,;:.()“”\"\n]{3,80}?)(?=[,;.)\n]|$)")


def add_titles(text: str, span: NamedSpan, others: Sequence[NamedSpan]) -> NamedSpan:
    """The person's span with the titles that stand before and after it; `others` are all names."""
    found = (_find_before(text, span.start, others), _find_after(text, span.end))
    return replace(span, titles=tuple(title for title in found if title))


def _find_before(text: str, stop: int, others: Sequence[NamedSpan]) -> str:
    start = max(0, stop - REACH)
    breaks = list(PARAGRAPH_BREAK.finditer(text, start, stop))
    words = list(_WORD.finditer(text, breaks[-1].end() if breaks else start, stop))
    if start and words and words[0].start() == start:
        words = words[1:]
    words = _run_up_to(text, words, stop)
    first = _first_of_title(text, words, others)
    return "" if first is None else " ".join(text[words[first].start() : words[-1].end()].split())


def _run_up_to(text: str, words: list[re.Match[str]], stop: int) -> list[re.Match[str]]:
    """The last words before `stop` with nothing but spaces between them."""
    first = len(words)
    while first and len(words) - first < LONGEST:
        gap = text[words[first - 1].end() : words[first].start() if first < len(words) else stop]
        if not gap.isspace() or "\n\n" in gap or _ends_sentence(words[first - 1].group()):
            break
        first -= 1
    return words[first:]


def _ends_sentence(word: str) -> bool:
    """Whether the full stop is no abbreviation's: "the candidate. Mrs. Berg"."""
    return word.endswith(".") and not is_abbreviated(word) and "." not in word[:-1]


def _first_of_title(text: str, words: list[re.Match[str]], others: Sequence[NamedSpan]) -> int | None:
    """Index of the first word of the title that ends with the last word; none where that is no title."""
    if not words:
        return None
    head = len(words) - 1
    if not is_role(words[head].group()):
        head_of = _head_before_link(words)
        if head_of is None:
            return None
        head = head_of
    first = head
    while first and _modifies(text, words[first - 1], words[first].group(), others):
        first -= 1
    return first


def _head_before_link(words: list[re.Match[str]]) -> int | None:
    """The role in "President of Russia" before a name: capitals between the link and the name."""
    letters = [word.group() for word in words]
    for i in range(len(letters) - 1, 0, -1):
        if letters[i] in _LINKS and is_role(letters[i - 1]):
            return i - 1 if letters[-1][0].isupper() else None
        if not letters[i][0].isupper() and letters[i] not in _BETWEEN:
            return None
    return None


def _modifies(text: str, word: re.Match[str], following: str, others: Sequence[NamedSpan]) -> bool:
    """Whether a word belongs to the title that goes on with the word `following`."""
    letters = word.group()
    if is_role(letters):
        return True
    if is_honorific(following) or letters.casefold() in _CALENDAR or letters.endswith(("'s", "’s")):
        return False
    if letters[0].islower():
        return letters in (FORMERLY if following[0].isupper() else MODIFIERS)
    if letters.casefold() in MODIFIERS:
        return True
    return not is_free(others, word.start(), word.start() + 1) or not begins_sentence(text, word.start())


def _find_after(text: str, end: int) -> str:
    """The apposition after a name: ", the bank's chief economist," or ", leader of the Greens,"."""
    match = _APPOSITION.match(text, end, min(len(text), end + REACH))
    if match is None:
        return ""
    words = match.group(1).split()
    link = next(
        (i for i, word in enumerate(words) if word in {*_LINKS, "at", "in", "on", "with", "and"}), len(words)
    )
    if not link or len(words) > LONGEST or not is_role(words[link - 1]):
        return ""
    return " ".join(words)

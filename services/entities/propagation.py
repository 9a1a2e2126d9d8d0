"""Names of persons that the model missed: once somebody is named in full, the name and the surname
name the same person wherever they stand alone."""

import re
from collections.abc import Iterable, Mapping, Sequence

from schemas import EntityKind
from services.entities.bounds import begins_sentence
from services.entities.found import NamedSpan
from services.entities.names import SUFFIXES, fold
from services.entities.overlaps import is_free, resolve_overlaps
from services.entities.roles import gather_words, is_role
from services.entities.words import WordIndex, find_name

_BEFORE = re.compile(r"([^\W\d_][\w’'.-]*)[ ]$")
_AFTER = re.compile(r"[ ]([A-Z][\w-]*)")
_CALENDAR = frozenset({"march", "april", "may", "june", "august", "sunday", "friday"})
_OPENERS = gather_words(
    "A After Also Although And As Asked At Because Before But By Did Does During Earlier For From Has "
    "How However If In Instead Is It Last Later Like Meanwhile Neither No Not Now Of On Once Only Or "
    "Since So Still That The Then This Though Thus To Under Unless Unlike Until Was What When Where "
    "Whether While Who Why Will With Without Would Yes Yet"
)
"""Words that begin a sentence without being part of a name."""


def propagate_persons(
    text: str,
    index: WordIndex,
    spans: list[NamedSpan],
    persons: Iterable[NamedSpan],
    kinds: Mapping[str, EntityKind],
) -> list[NamedSpan]:
    """The sorted spans with the places where a person's full name or surname was not found.

    A surname counts only where it is capitalised as in the full name and is not part of a longer
    name (a capitalised word beside it, a hyphen), and where its mentions are no other kind (`kinds`).
    """
    missed = [
        NamedSpan.cut(text, start, end, label)
        for name, label in _collect_names(persons, kinds).items()
        for start, end in find_name(text, index, name)
        if is_free(spans, start, end) and _stands_alone(text, index, start, end, " " in name)
    ]
    return sorted([*spans, *resolve_overlaps(missed)])


def _collect_names(persons: Iterable[NamedSpan], kinds: Mapping[str, EntityKind]) -> dict[str, str]:
    """Full names, then surnames, each with the label that the model gave the full name."""
    full = {person.surface: person.label for person in persons if " " in person.surface}
    surnames = {_take_surname(name): label for name, label in full.items()}
    return full | {
        name: label
        for name, label in surnames.items()
        if len(name) > 1
        and name[0].isupper()
        and fold(name) not in _CALENDAR
        and kinds.get(fold(name), EntityKind.PERSON) is EntityKind.PERSON
    }


def _take_surname(name: str) -> str:
    words: Sequence[str] = [word for word in name.split() if fold(word) not in SUFFIXES]
    return words[-1] if len(words) > 1 else ""


def _stands_alone(text: str, index: WordIndex, start: int, end: int, is_full: bool) -> bool:
    """Whether no capitalised word beside the name makes it part of a longer one."""
    if _AFTER.match(text, end):
        return False
    before = _BEFORE.search(text, max(0, start - 40), start)
    if before is None:
        return is_full or not _is_common_word(text, index, start, end)
    word = before.group(1)
    return word[0].islower() or is_role(word) or _is_common_word(text, index, before.start(), before.end(1))


def _is_common_word(text: str, index: WordIndex, start: int, end: int) -> bool:
    """A word that begins a sentence, and is an opener or stands in small letters elsewhere in the text."""
    word = text[start:end]
    return begins_sentence(text, start) and (word in _OPENERS or word.lower() in index)

"""Names of persons that the model missed: once somebody is named in full, the name and the surname
name the same person wherever they stand alone."""

import re
from collections.abc import Iterable, Mapping, Sequence

from schemas import EntityKind
from services.entities.bounds import begins_sentence
from services.entities.found import NamedSpan
from services.entities.names import SUFFIXES, fold
from services.entities.overlaps import is_free
from services.entities.roles import is_role

_BEFORE = re.compile(r"([^\W\d_][\w’'.-]*)[ ]$")
_AFTER = re.compile(r"[ ]([A-Z][\w-]*)")
_CALENDAR = frozenset({"march", "april", "may", "june", "august", "sunday", "friday"})


def propagate_persons(
    text: str, spans: list[NamedSpan], persons: Iterable[NamedSpan], kinds: Mapping[str, EntityKind]
) -> list[NamedSpan]:
    """The sorted spans with the places where a person's full name or surname was not found.

    A surname counts only where it is capitalised as in the full name and is not part of a longer
    name (a capitalised word beside it, a hyphen), and where its mentions are no other kind (`kinds`).
    """
    added = list(spans)
    for name, label in _collect_names(persons, kinds).items():
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            start, end = match.span()
            if is_free(added, start, end) and _stands_alone(text, start, end, " " in name):
                added.append(NamedSpan.cut(text, start, end, label))
                added.sort()
    return added


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


def _stands_alone(text: str, start: int, end: int, is_full: bool) -> bool:
    """Whether no capitalised word beside the name makes it part of a longer one."""
    if _AFTER.match(text, end):
        return False
    before = _BEFORE.search(text, max(0, start - 40), start)
    if before is None:
        return is_full or not _is_common_word(text, start, end)
    word = before.group(1)
    return word[0].islower() or is_role(word) or _is_common_word(text, before.start(), before.end(1))


def _is_common_word(text: str, start: int, end: int) -> bool:
    """A word that begins a sentence and stands in small letters elsewhere in the text."""
    word = text[start:end]
    lower = re.compile(rf"(?<![\w-]){re.escape(word.lower())}(?![\w-])")
    return begins_sentence(text, start) and lower.search(text) is not None

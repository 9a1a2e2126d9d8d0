"""Bylines: lines that name the authors."""

import re
from collections.abc import Iterable

from services.clean.dates import drop_date
from services.clean.lines import Line

_NAME = r"(?:[A-ZÀ-ÖØ-Þ][\w.'’\-]*|de|da|van|von|der|den|bin|al|el|la|le|di|del|ibn|ter)"
_LABEL = re.compile(
    r"^\W{0,3}(?:(?:story|words|text|report|reported|written|posted|published|analysis|opinion)\s+)?"
    r"(?:by|oleh|par|von|por|autor|author|penulis|reporter)\s*:?\s+(?P<names>.+)$",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\s*(?:,|;|\||/|&|\band\b|\bund\b|\bet\b|\by\b|\bdan\b|\s[-–—•]\s|\(|\)|\bfor\b|\bin\b|\bat\b)\s*"
)
_DATE_OR_CONTACT = re.compile(r"\d|@|https?:")
_ROLE = re.compile(
    r"\b(?:staff|editor|reporter|correspondent|writer|columnist|news|press|reuters|agency|agencies|media|times|post|"
    r"journal|tribune|herald|guardian|team|desk|bureau|associated|bloomberg|afp|ap|dpa|tass|xinhua|senior|chief|"
    r"political|special|online|digital|contributor|producer|published|updated|posted|wire|service|admin|redaksi)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(rf"^(?:[A-Z][\w-]*\s)*{_ROLE.pattern}(?:\s[A-Z][\w-]*)*s?$", re.IGNORECASE)
_FULL_NAME = re.compile(rf"^{_NAME}(?:\s{_NAME}){{1,4}}$")
_SMALL_NAME = re.compile(r"^[a-zà-öø-þ][a-zß-öø-ÿ]+(?:\s[a-zà-öø-þ][a-zß-öø-ÿ]+){1,2}$")
_ONE_WORD = re.compile(r"^[A-ZÀ-ÖØ-Þ][^\W\d_]*[a-zß-öø-ÿ][^\W\d_]*$")
_MOST_WORDS = 22
_MOST_OTHER = 5
_LONGEST_FIELD = 300
_ABOUT_AUTHOR = re.compile(
    r"\b(?:is|was) (?:a|an|the|our)\b.{0,80}\b(?:reporter|correspondent|writer|editor|columnist|journalist"
    r"|contributor|producer|author|fellow|analyst)\b|\b(?:covers|writes|reports)\b"
    r"|\bcan be reached\b"
    r"|\bfollow (?:him|her|them|\w+) (?:on|at)\b|\bsend tips\b|\bhas (?:covered|written|reported)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"^contact the (?:author|writer|reporter)s?\b"
    r"|\bfollow (?:him|her|them|\w+(?: \w+)?) (?:on|at) (?:twitter|x|instagram|"
    r"facebook|bluesky|threads)\b"
    r"|\bsend (?:tips|story tips|him|her) \b.{0,40}@|@\w+ on (?:x|twitter|instagram)\b",
    re.IGNORECASE,
)


def read_byline(line: Line, site: str | None = None) -> tuple[str, ...] | None:
    """The authors whom a byline names; () where it names none ("By staff"); None where it is no byline.

    `site` is the outlet's name, which some bylines carry behind the last author without any mark.
    """
    match = _LABEL.match(line.text)
    if match is None or len(line.words) > _MOST_WORDS or line.ends_sentence:
        return _read_signature(line)
    said = _drop_site(match["names"], site)
    parts = _part(said)
    if not parts or not (_is_name(parts[0]) or _ROLE.search(parts[0])):
        return None
    return _pick_names(parts)


def _read_signature(line: Line) -> tuple[str, ...] | None:
    """The names in a line of names, roles and a date ("Jane Doe, Chief Reporter 2 March 2024 • 9:36pm")."""
    parts = _part(drop_date(line) or "")
    if not parts or not all(_is_name(part) or _TITLE.match(part) for part in parts):
        return None
    return _pick_names(parts)


def _part(said: str) -> list[str]:
    return [part.strip(" .") for part in _PARTS.split(said) if part.strip(" .")]


def _pick_names(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_spell(part) for part in parts if _is_name(part)))


def part_authors(said: Iterable[str], site: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The persons in a page's own author fields, and what else they name: an agency, a desk, "Staff"."""
    fields = (" ".join(one[:_LONGEST_FIELD].split()) for one in said if "://" not in one and "@" not in one)
    parts = [part for one in fields for part in _part(_drop_label(one))]
    told = [(part, _is_person(part) and not (part == site and _is_one_word(part))) for part in parts]
    persons = dict.fromkeys(_spell(part) for part, is_person in told if is_person)
    others = dict.fromkeys(part for part, is_person in told if not is_person)
    named = (
        other
        for other in others
        if 0 < len(other.split()) <= _MOST_OTHER and not _DATE_OR_CONTACT.search(other)
    )
    return tuple(persons), tuple(named)


def _drop_label(said: str) -> str:
    match = _LABEL.match(said)
    return match["names"] if match else said


def _is_person(part: str) -> bool:
    if part.startswith("The "):
        return False
    return _is_name(part) or _is_one_word(part) or bool(_SMALL_NAME.match(part) and not _ROLE.search(part))


def is_author_note(line: Line, authors: tuple[str, ...]) -> bool:
    """Whether the line tells about an author of the article, or how to reach the author."""
    if len(line.words) > 90:
        return False
    folded = line.text.casefold()
    may_be_contact = folded.startswith("contact") or "follow" in folded or "@" in folded
    if may_be_contact and _CONTACT.search(line.text):
        return True
    names = [name.casefold() for name in authors]
    if any(folded == name for name in names):
        return True
    named = any(folded.startswith((name, name.split()[-1] + " ")) for name in names)
    return named and _ABOUT_AUTHOR.search(line.text) is not None


def _is_name(part: str) -> bool:
    return bool(_FULL_NAME.match(part)) and not _ROLE.search(part) and not _DATE_OR_CONTACT.search(part)


def _is_one_word(part: str) -> bool:
    return bool(_ONE_WORD.match(part)) and not _ROLE.search(part)


def _spell(name: str) -> str:
    """Names in capitals or small letters as names are written: "JANE DOE" and "jane doe" are "Jane Doe"."""
    return " ".join(
        word.title() if (word.isupper() and len(word) > 2) or name.islower() else word
        for word in name.split()
    )


def _drop_site(names: str, site: str | None) -> str:
    if site and names.casefold().endswith(" " + site.casefold()):
        return names[: -len(site)]
    return names

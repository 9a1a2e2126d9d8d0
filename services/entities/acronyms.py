"""Short forms and their long forms: "World Health Organization (WHO)" and "WHO" afterwards."""

import re
from collections.abc import Sequence

from services.entities.found import NamedSpan
from services.entities.known_names import find_known
from services.entities.names import abbreviates, fold, is_acronym, looks_short, take_initials
from services.entities.overlaps import is_free
from services.entities.words import WordIndex, find_name

_IN_BRACKETS = re.compile(r"\s?\(((?:[^\W\d_]\.?){2,8})\)")
_BRACKETED_END = re.compile(r"\s?\(((?:[^\W\d_]\.?){2,8})\)?$")
_DESIGNATOR = re.compile(r"(?<=\w) (?:inc|corp|corporation|co|company|ltd|limited|plc|llc|ag|sa|nv|gmbh)$")
_DEPARTMENT = re.compile(r"^(department|ministry) (?:of|for) (?:the )?(.+)$")


def split_bracketed(text: str, spans: Sequence[NamedSpan]) -> list[NamedSpan]:
    """ "Ministry of Ports (MOP)" found as one name is two: the long form and its acronym."""
    parts: list[NamedSpan] = []
    for span in spans:
        match = _BRACKETED_END.search(text[span.start : span.end])
        if match is None or not match.start() or not is_acronym(match.group(1)):
            parts.append(span)
            continue
        long_end, short = span.start + match.start(), match.start(1) + span.start
        parts.append(NamedSpan.cut(text, span.start, long_end, span.label))
        parts.append(NamedSpan.cut(text, short, short + len(match.group(1)), span.label))
    return parts


def find_definitions(text: str, spans: Sequence[NamedSpan]) -> dict[str, NamedSpan]:
    """Acronyms that stand in brackets behind their long form: the acronym as written, and the long form."""
    defined: dict[str, NamedSpan] = {}
    for span in spans:
        match = _IN_BRACKETS.match(text, span.end)
        if match and is_acronym(match.group(1)) and abbreviates(match.group(1), span.surface):
            defined.setdefault(match.group(1), span)
    return defined


def add_defined(
    text: str, index: WordIndex, spans: list[NamedSpan], defined: dict[str, NamedSpan]
) -> list[NamedSpan]:
    """The spans with every place where a defined acronym stands and no name was found yet."""
    added = [
        NamedSpan.cut(text, start, end, long.label)
        for acronym, long in defined.items()
        for start, end in find_name(text, index, acronym)
        if is_free(spans, start, end)
    ]
    return sorted([*spans, *added])


def link_keys(spans: Sequence[NamedSpan], defined: dict[str, NamedSpan]) -> dict[str, str]:
    """For each key the key that it is counted under: countries and bodies by their usual name, an
    acronym by its long form (defined, or the only long form in the article with these initials), a
    company without "Inc", a people in the singular.
    """
    links = {span.key: find_usual(span.surface, span.key) for span in spans}
    links |= {fold(acronym): links[long.key] for acronym, long in defined.items()}
    by_initials = _group_by_initials(spans)
    for span in spans:
        longs = {links[key] for key in by_initials.get(span.key, set())}
        if links[span.key] == span.key and looks_short(span.surface) and len(longs) == 1:
            links[span.key] = longs.pop()
    for span in spans:
        if span.label == "NORP" and span.key.endswith("s") and span.key[:-1] in links:
            links[span.key] = links[span.key[:-1]]
    return links


def _group_by_initials(spans: Sequence[NamedSpan]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for span in spans:
        for initials in take_initials(span.surface):
            groups.setdefault(initials, set()).add(span.key)
    return groups


def find_usual(surface: str, key: str) -> str:
    """The key of the usual name: of a country or body as it is mostly called, of a company without "Inc",
    of the Ministry of Defence as the Defence Ministry.
    """
    known = _DESIGNATOR.sub("", find_known(surface, key))
    return _DEPARTMENT.sub(r"\2 \1", known)

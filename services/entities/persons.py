"""Which mentions of persons are one person.

A name that fits one fuller name belongs to it. Where it fits several ("Smith" after "Anna Smith" and
"Ben Smith"), each mention goes to the one whose title stands with it, else to the one named in full
last before it, else to the first named in full after it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from services.entities.found import NamedSpan
from services.entities.names import count_full_words, fold, person_words, read_suffix, shortens
from services.entities.roles import find_gender, find_office, is_honorific
from services.matching.first_names import find_gender as find_gender_of_name

Words = tuple[str, ...]
Forms = Mapping[str, Sequence[Words]]
"""For each key the words of the name: as they are, then in other ways in which they may be read."""

_RUN_TOGETHER = re.compile(r"\b(?:[A-Z]\.){2,}|\b[A-Z]{2,3}(?= [A-Z][a-z])")


def cluster_persons(spans: Sequence[NamedSpan], links: Mapping[str, str]) -> dict[NamedSpan, str]:
    """For each mention of a person the key of the fullest name of that person."""
    keys = {span: links[span.key] for span in spans}
    candidates = _find_candidates(_read_forms(keys))
    full: dict[str, list[NamedSpan]] = {}
    for span, key in keys.items():
        full.setdefault(key, []).append(span)
    return {span: _choose(span, candidates[keys[span]], full) for span in spans}


def _read_forms(keys: Mapping[NamedSpan, str]) -> Forms:
    forms: dict[str, dict[Words, None]] = {}
    for span, key in keys.items():
        words = person_words(key)
        known = forms.setdefault(key, {words: None})
        known[tuple(part for word in words for part in word.split("-") if part) or words] = None
        if span.key == key:
            known[person_words(fold(_RUN_TOGETHER.sub(_part, span.surface)))] = None
    return {key: list(known) for key, known in forms.items()}


def _part(initials: re.Match[str]) -> str:
    """Initials that run together, each by itself: "J.K." and "JK" are "J K"."""
    return " ".join(initials.group().replace(".", "")) + " " * initials.group().endswith(".")


def _find_candidates(forms: Forms) -> dict[str, list[str]]:
    """For each key the fullest names that it can stand for; itself where no fuller name covers it."""
    anchors: dict[str, dict[str, None]] = {}
    candidates: dict[str, list[str]] = {}
    for key in sorted(forms, key=lambda one: _fullness(one, forms)):
        ends = [words[-1] for words in forms[key]]
        sharing = dict.fromkeys(anchor for end in ends for anchor in anchors.get(end, ()))
        fitting = _find_fitting(key, list(sharing), forms)
        candidates[key] = _prefer_surname(ends, fitting, forms) or [key]
        if not fitting:
            for word in {word for words in forms[key] for word in (words[0], words[-1])}:
                anchors.setdefault(word, {})[key] = None
    return candidates


def _fullness(key: str, forms: Forms) -> tuple[int, int, str]:
    return -min(map(count_full_words, forms[key])), -len(person_words(key)), key


def _find_fitting(key: str, anchors: Sequence[str], forms: Forms) -> list[str]:
    """The names that `key` can stand for: read as they are, and only where there is none, in other ways."""
    suffix = read_suffix(key)
    alike = [anchor for anchor in anchors if not suffix or read_suffix(anchor) in {"", suffix}]
    plain = [anchor for anchor in alike if shortens(forms[key][0], forms[anchor][0])]
    return plain or [
        anchor
        for anchor in alike
        if any(shortens(short, full) for short in forms[key] for full in forms[anchor])
    ]


def _prefer_surname(ends: Sequence[str], anchors: list[str], forms: Forms) -> list[str]:
    """Of several persons the ones whose name ends with such a word, if there are any."""
    ending = [anchor for anchor in anchors if any(words[-1] in ends for words in forms[anchor])]
    return ending or anchors


def _choose(span: NamedSpan, candidates: list[str], full: Mapping[str, list[NamedSpan]]) -> str:
    if len(candidates) == 1:
        return candidates[0]
    own = _genders([span])
    alike = [key for key in candidates if own & _genders(full[key])]
    possible = alike or [key for key in candidates if not _differ(own, _genders(full[key]))] or candidates
    titled = [key for key in possible if _share_title(span, full[key])]
    named = [(mention, key) for key in titled or possible for mention in full[key]]
    before = [pair for pair in named if pair[0].start <= span.start]
    return max(before)[1] if before else min(named)[1]


def _differ(own: set[str], theirs: set[str]) -> bool:
    """Whether both are known and are not the same: "Ms. Berg" is neither the husband nor Jonas Berg."""
    return bool(own and theirs) and own.isdisjoint(theirs)


def _genders(spans: Iterable[NamedSpan]) -> set[str]:
    """By the titles; by the first names where those say nothing."""
    known = list(spans)
    titled = {gender for span in known for title in span.titles if (gender := find_gender(title))}
    return titled or {gender for span in known if (gender := find_gender_of_name(span.surface))}


def _share_title(span: NamedSpan, others: Iterable[NamedSpan]) -> bool:
    return not _offices(span).isdisjoint(office for other in others for office in _offices(other))


def _offices(span: NamedSpan) -> set[str]:
    """The head words of the titles; forms of address only where there is nothing else to tell by."""
    return {find_office(title) for title in span.titles if not is_honorific(title)}

"""Which mentions of persons are one person.

A name that fits one fuller name belongs to it. Where it fits several ("Smith" after "Anna Smith" and
"Ben Smith"), each mention goes to the one whose title stands with it, else to the one named in full
last before it, else to the first named in full after it.
"""

from collections.abc import Iterable, Mapping, Sequence

from services.entities.found import NamedSpan
from services.entities.names import count_full_words, person_words, shortens
from services.entities.roles import is_honorific

Words = tuple[str, ...]


def cluster_persons(spans: Sequence[NamedSpan], links: Mapping[str, str]) -> dict[NamedSpan, str]:
    """For each mention of a person the key of the fullest name of that person."""
    keys = {span: links[span.key] for span in spans}
    candidates = _find_candidates(keys.values())
    full: dict[str, list[NamedSpan]] = {}
    for span, key in keys.items():
        full.setdefault(key, []).append(span)
    return {span: _choose(span, candidates[keys[span]], full) for span in spans}


def _find_candidates(keys: Iterable[str]) -> dict[str, list[str]]:
    """For each key the fullest names that it can stand for; itself where no fuller name covers it."""
    anchors: dict[str, list[str]] = {}
    candidates: dict[str, list[str]] = {}
    for key in sorted(set(keys), key=_fullness):
        words = person_words(key)
        sharing = anchors.get(words[-1], [])
        fitting = [anchor for anchor in sharing if shortens(words, person_words(anchor))]
        candidates[key] = _prefer_surname(words, fitting) or [key]
        if not fitting:
            for word in {words[0], words[-1]}:
                anchors.setdefault(word, []).append(key)
    return candidates


def _fullness(key: str) -> tuple[int, int, str]:
    words = person_words(key)
    return -count_full_words(words), -len(words), key


def _prefer_surname(words: Words, anchors: list[str]) -> list[str]:
    """Of several persons the ones whose name ends with these words, if there are any."""
    ending = [anchor for anchor in anchors if person_words(anchor)[-1] == words[-1]]
    return ending or anchors


def _choose(span: NamedSpan, candidates: list[str], full: Mapping[str, list[NamedSpan]]) -> str:
    if len(candidates) == 1:
        return candidates[0]
    titled = [key for key in candidates if _share_title(span, full[key])]
    named = [(mention, key) for key in titled or candidates for mention in full[key]]
    before = [pair for pair in named if pair[0].start <= span.start]
    return max(before)[1] if before else min(named)[1]


def _share_title(span: NamedSpan, others: Iterable[NamedSpan]) -> bool:
    return not _offices(span).isdisjoint(office for other in others for office in _offices(other))


def _offices(span: NamedSpan) -> set[str]:
    """The head words of the titles; forms of address only where there is nothing else to tell by."""
    return {title.split()[-1].casefold() for title in span.titles if not is_honorific(title)}

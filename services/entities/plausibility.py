"""What cannot be a name, by its form and its place alone."""

import re
from collections.abc import Sequence

from schemas import EntityKind
from services.entities.bounds import begins_sentence
from services.entities.found import NamedSpan
from services.entities.words import WordIndex

_ADDRESS = re.compile(r"\S+@\S+\.\S|://|\bwww\.", re.IGNORECASE)
_PATH = re.compile(r"\w\.\w{2,}/\w")
_LONGEST = {EntityKind.PERSON: 7}
"""Words of a name at most; works and laws can be long."""


def keep_plausible(text: str, index: WordIndex, spans: Sequence[NamedSpan]) -> list[NamedSpan]:
    """The spans that can be names: no addresses, no single letters, nothing all in small letters,
    no line label ("More:") and no common word that only the start of a sentence capitalised.
    """
    formed = [span for span in spans if _has_form_of_name(text, span)]
    labels = {key for key, group in _group(formed).items() if all(_is_line_label(text, s) for s in group)}
    return [span for span in formed if span.key not in labels and not _is_common_word(text, index, span)]


def _group(spans: Sequence[NamedSpan]) -> dict[str, list[NamedSpan]]:
    groups: dict[str, list[NamedSpan]] = {}
    for span in spans:
        groups.setdefault(span.key, []).append(span)
    return groups


def _has_form_of_name(text: str, span: NamedSpan) -> bool:
    letters = [char for char in span.surface if char.isalpha()]
    if len(letters) < 2 or all(char.islower() for char in letters):
        return False
    if len(span.surface.split()) > _LONGEST.get(span.kind, 15):
        return False
    if span.kind is EntityKind.PERSON and sum(char.isdigit() for char in span.surface) > 2:
        return False
    chunk = _chunk_around(text, span)
    return _ADDRESS.search(chunk) is None and _PATH.search(chunk) is None


def _chunk_around(text: str, span: NamedSpan) -> str:
    """The span with what is joined to it without a space; cut at 200 code points to either side."""
    before = text[max(0, span.start - 200) : span.start].split() if span.start else []
    joined = bool(before) and not text[span.start - 1].isspace()
    after = text[span.end : span.end + 200]
    tail = after.split(maxsplit=1)[0] if after[:1].strip() else ""
    return (before[-1] if joined else "") + text[span.start : span.end] + tail


def _is_line_label(text: str, span: NamedSpan) -> bool:
    """One word (or a line in capitals) and a colon at the head of a line; places head datelines that way."""
    if span.kind is EntityKind.PLACE or not (" " not in span.surface or span.surface.isupper()):
        return False
    before = text[max(0, span.start - 2) : span.start]
    return text[span.end : span.end + 1] == ":" and (not before.strip() or before.endswith("\n"))


def _is_common_word(text: str, index: WordIndex, span: NamedSpan) -> bool:
    """One word at the start of a sentence that the article also writes in small letters, and never
    capitalised within a sentence."""
    word = span.surface
    if word.lower() not in index or not word[1:].islower() or not begins_sentence(text, span.start):
        return False
    return all(begins_sentence(text, start) for start in index.get(word, []))

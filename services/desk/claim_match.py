"""Whether a claim is one of those asked for, told without the store: for the stream and for webhooks.

As in the search, but for `q`: here a word is found where it stands as a whole word, whatever its case and
accents; it is not led back to its stem, and "the" counts as much as any other.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from services.desk.sightings import Sighting
from services.store.claims import ClaimFilter
from services.store.spellings import fold
from services.store.triage import TriageFilter

Matches = Callable[[Sighting], bool]

_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_WORDS = re.compile(r"[^\W_]+")
_NOT_OF_ONE_CLAIM = {"order", "after", "limit"}


@dataclass(frozen=True)
class _Term:
    words: tuple[str, ...]
    unwanted: bool


def build_match(wanted: ClaimFilter) -> Matches:
    """A function that tells whether a claim is wanted."""
    given = [one.name for one in fields(wanted) if getattr(wanted, one.name) not in (None, "")]
    known = [name for name in given if name not in _NOT_OF_ONE_CLAIM]
    checks = [_CHECKS[name](getattr(wanted, name)) for name in known]
    return lambda sighting: all(check(sighting) for check in checks)


def _match_words(typed: str) -> Matches:
    groups = list(_read_groups(typed))

    def match(sighting: Sighting) -> bool:
        texts = _list_texts(sighting)
        return any(all(_holds(texts, term) for term in group) for group in groups)

    return match


def _read_groups(typed: str) -> Iterator[Sequence[_Term]]:
    """The alternatives that `or` parts, each the terms that have to be fulfilled together."""
    group: list[_Term] = []
    for found in _TERM.finditer(typed):
        if not found["minus"] and (found["word"] or "").casefold() == "or":
            if group:
                yield group
            group = []
        elif words := tuple(split_words(found["phrase"] or found["word"] or "")):
            group.append(_Term(words, bool(found["minus"])))
    if group:
        yield group


def split_words(text: str) -> list[str]:
    """The words of a text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _WORDS.findall("".join(letter for letter in apart if not unicodedata.combining(letter)))


def _list_texts(sighting: Sighting) -> list[list[str]]:
    claim = sighting.claim
    claimant = claim.claimant.name if claim.claimant else ""
    standalone = claim.standalone.text if claim.standalone else ""
    return [split_words(text) for text in (claim.text, standalone, claimant, sighting.article.title or "")]


def _holds(texts: Sequence[Sequence[str]], term: _Term) -> bool:
    length = len(term.words)
    found = any(
        tuple(words[at : at + length]) == term.words
        for words in texts
        for at in range(len(words) - length + 1)
    )
    return found is not term.unwanted


def _match_speaker(part: str) -> Matches:
    folded = fold(part)
    return lambda one: one.claim.claimant is not None and folded in fold(one.claim.claimant.name)


def _match_entity(part: str) -> Matches:
    folded = fold(part)

    def match(one: Sighting) -> bool:
        entities = (one.entities[found] for found in _list_entities(one) if found in one.entities)
        return any(folded in fold(name) for entity in entities for name in (entity.name, *entity.aliases))

    return match


def _list_entities(one: Sighting) -> list[UUID]:
    claimant = one.claim.claimant
    return [*one.claim.about, *([claimant.entity_id] if claimant and claimant.entity_id else [])]


def _match_source(part: str) -> Matches:
    folded = part.casefold()
    return lambda one: folded in (one.article.source or "").casefold()


def _equals(read: Callable[[Sighting], object]) -> Callable[..., Matches]:
    return lambda value: lambda one: read(one) == value


def _claimant(one: Sighting, name: str) -> object:
    return getattr(one.claim.claimant, name, None)


_CHECKS: dict[str, Callable[..., Matches]] = {
    "words": _match_words,
    "speaker": _match_speaker,
    "speaker_is": _equals(lambda one: _claimant(one, "name")),
    "speaker_id": _equals(lambda one: _claimant(one, "entity_id")),
    "entity": _match_entity,
    "entity_id": lambda value: lambda one: value in _list_entities(one),
    "about_id": lambda value: lambda one: value in one.claim.about,
    "source": _match_source,
    "source_is": _equals(lambda one: one.article.source),
    "since": lambda value: lambda one: one.article.said_at >= value,
    "until": lambda value: lambda one: one.article.said_at < value,
    "kind": _equals(lambda one: one.claim.kind),
    "quote_type": _equals(lambda one: one.claim.quote_type),
    "modality": _equals(lambda one: one.claim.modality),
    "polarity": _equals(lambda one: one.claim.polarity),
    "min_score": lambda value: lambda one: one.claim.check_worthiness.score >= value,
    "max_score": lambda value: lambda one: one.claim.check_worthiness.score <= value,
    "nested": _equals(lambda one: one.claim.nested_in is not None),
    "article_ids": lambda value: lambda one: one.article.article_id in value,
    # What is only just found has been judged by nobody.
    "triage": lambda value: lambda _: value in (TriageFilter.ANY, TriageFilter.OPEN),
}
"""A field of the filter that is not here can't be matched: KeyError when the match is built."""

"""One kind for all mentions of one name."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from schemas import EntityKind
from services.entities.found import NamedSpan
from services.entities.kinds import rank
from services.entities.known_names import find_known_kind
from services.entities.names import person_words
from services.entities.roles import TITLES

_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|outside|across)\s$", re.IGNORECASE)
_TITLE_BEFORE = re.compile(r"\b([A-Z][a-z]+)\.?\s$")


def vote_kinds(text: str, spans: Sequence[NamedSpan], links: Mapping[str, str]) -> dict[str, EntityKind]:
    """The kind of each linked key: what the tables know, else what most of its mentions were labelled.

    A name behind a title is a person's, whatever its label. The last word of a person's full name is
    that person too, unless it is labelled a place and stands as one somewhere ("in Lincoln"). In a tie
    the kind that comes first in EntityKind wins.
    """
    kinds = {span: EntityKind.PERSON if _follows_title(text, span) else span.kind for span in spans}
    votes: dict[str, Counter[EntityKind]] = {}
    for span, kind in kinds.items():
        votes.setdefault(links[span.key], Counter())[kind] += 1
    placed = {links[s.key] for s in spans if s.kind is EntityKind.PLACE and _stands_as_place(text, s)}
    surnames = {_take_surname(span) for span, kind in kinds.items() if kind is EntityKind.PERSON}
    for surname in surnames & votes.keys() - placed:
        votes[surname] = Counter({EntityKind.PERSON: 1})
    return {key: find_known_kind(key) or _elect(count) for key, count in votes.items()}


def _take_surname(span: NamedSpan) -> str:
    """The last word of a name of several words, else nothing."""
    words = person_words(span.key)
    return words[-1] if len(words) > 1 else ""


def _follows_title(text: str, span: NamedSpan) -> bool:
    title = _TITLE_BEFORE.search(text, max(0, span.start - 20), span.start)
    return title is not None and title[1].casefold() in TITLES and not find_known_kind(span.key)


def _stands_as_place(text: str, span: NamedSpan) -> bool:
    return _PLACE_BEFORE.search(text, max(0, span.start - 9), span.start) is not None


def _elect(count: Counter[EntityKind]) -> EntityKind:
    return min(count, key=lambda kind: (-count[kind], rank(kind)))

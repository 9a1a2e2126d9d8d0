"""One kind for all mentions of one name."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from schemas import EntityKind
from services.entities.found import NamedSpan
from services.entities.kinds import rank
from services.entities.known_names import find_known_kind
from services.entities.names import person_words

_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|outside|across)\s$", re.IGNORECASE)


def vote_kinds(text: str, spans: Sequence[NamedSpan], links: Mapping[str, str]) -> dict[str, EntityKind]:
    """The kind of each linked key: what the tables know, else what most of its mentions were labelled.

    A person's full name votes for its last word too. In a tie the kind that comes first in EntityKind wins.
    """
    votes: dict[str, Counter[EntityKind]] = {}
    for span in spans:
        votes.setdefault(links[span.key], Counter())[span.kind] += 1
    placed = {links[s.key] for s in spans if s.kind is EntityKind.PLACE and _stands_as_place(text, s)}
    for span in spans:
        surname = person_words(span.key)[-1]
        if (
            span.kind is EntityKind.PERSON
            and surname != span.key
            and surname in votes
            and surname not in placed
        ):
            votes[surname][EntityKind.PERSON] += 1
    return {key: find_known_kind(key) or _elect(count) for key, count in votes.items()}


def _stands_as_place(text: str, span: NamedSpan) -> bool:
    return _PLACE_BEFORE.search(text, max(0, span.start - 9), span.start) is not None


def _elect(count: Counter[EntityKind]) -> EntityKind:
    return min(count, key=lambda kind: (-count[kind], rank(kind)))

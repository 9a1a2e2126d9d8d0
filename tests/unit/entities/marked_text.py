"""Found mentions written into the sentence, and what tests ask of an extraction."""

import re
from uuid import UUID

from schemas import Entity
from services.entities import Extraction, FoundMention, merge

ARTICLE = UUID("6f1c1a52-0000-5000-8000-000000000001")


def read_marks(marked: str) -> tuple[str, list[FoundMention]]:
    """The text without marks, and the mentions they say: "[PERSON Anna Holm] met [GPE Norway]'s king"."""
    text, found, last = "", [], 0
    for mark in re.finditer(r"\[([A-Z_]+) ([^\]]+)\]", marked):
        text += marked[last : mark.start()]
        found.append(FoundMention(len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        last = mark.end()
    return text + marked[last:], found


def merge_marked(marked: str) -> Extraction:
    """The extraction of a marked text."""
    return merge(ARTICLE, *read_marks(marked))


def names(extraction: Extraction) -> list[str]:
    return [entity.name for entity in extraction.entities]


def entity(extraction: Extraction, name: str) -> Entity:
    return next(entity for entity in extraction.entities if entity.name == name)


def mentions_of(extraction: Extraction, name: str) -> list[str]:
    wanted = entity(extraction, name).entity_id
    return [mention.span.exact for mention in extraction.mentions if mention.entity_id == wanted]


def starts_of(extraction: Extraction, name: str) -> list[int]:
    wanted = entity(extraction, name).entity_id
    return [mention.span.start for mention in extraction.mentions if mention.entity_id == wanted]


def exacts(extraction: Extraction) -> list[str]:
    return [mention.span.exact for mention in extraction.mentions]

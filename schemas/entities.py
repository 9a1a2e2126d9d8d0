"""Mentions (stretches of text) of an article, and entities: the things they name."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from schemas.record import Record
from schemas.spans import Span


class EntityKind(StrEnum):
    """What sort of thing an entity is, whatever labels the model uses."""

    PERSON = "person"
    ORGANIZATION = "organization"
    PLACE = "place"
    GROUP = "group"
    EVENT = "event"
    WORK = "work"
    LAW = "law"
    PRODUCT = "product"
    OTHER = "other"


class Mention(Record):
    """A stretch of text that names an entity; the possessive ending is not part of it."""

    mention_id: UUID
    """Derived from the article, the bounds and the label."""
    entity_id: UUID
    """The entity that is named."""
    span: Span
    """Where it stands in the clean text."""
    label: str
    """The model's own label, such as PERSON or GPE."""


class Entity(Record):
    """A person, organization, place … as one article names it."""

    entity_id: UUID
    """Derived from the kind and the normalised name, so the same in every article that names it."""
    name: str
    """The fullest name in the article, without titles."""
    kind: EntityKind
    """What sort of thing it is."""
    aliases: tuple[str, ...] = ()
    """Other forms of the name in the article, in order of appearance."""
    titles: tuple[str, ...] = ()
    """Titles and roles that stand with the name ("President", "Kremlin spokesman")."""
    wikidata: str | None = Field(default=None, pattern=r"^Q[1-9][0-9]*$")
    """Its id in Wikidata, where the user's own table of entities knows the name."""

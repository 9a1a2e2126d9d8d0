"""What the offline commands print of a document."""

from enum import StrEnum
from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from schemas import Claim, Entity, Mention, Metadata, Removed
from schemas.record import Record


class Status(StrEnum):
    """How the work on a document ended."""

    DONE = "done"
    SKIPPED = "skipped"
    """Nothing is wrong, but there is nothing to do."""
    UNPROCESSABLE = "unprocessable"
    """It can never be processed."""


class Learning(StrEnum):
    """From which documents of a run the lines of their sources' templates are learnt."""

    NONE = "none"
    """From none."""
    STREAM = "stream"
    """From those before, in their order, as in the house."""
    BATCH = "batch"
    """From all of them, before the first is cleaned for good."""


class Cleaning(Record):
    """A document after cleaning."""

    id: str
    """The id it was given by, else where it stands (`a.jsonl:3`)."""
    status: Status = Status.DONE
    """How it ended."""
    reason: str | None = None
    """Why it was not done; left out where it was."""
    text: str = ""
    """The clean text, or the text as given; empty where the document was not done."""
    metadata: Metadata = Metadata()
    """What is known of it."""
    removed: tuple[Removed, ...] = ()
    """What is not part of the article, and why."""
    given: str = Field(default="", exclude=True)
    """What the text was taken from, for the terminal only."""
    cut: tuple[Removed, ...] = Field(default=(), exclude=True)
    """`removed`, with offsets in `given`, for the terminal only."""

    @model_serializer(mode="wrap")
    def _without_empty_reason(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        return {name: value for name, value in fields.items() if (name, value) != ("reason", None)}


class Analysis(Cleaning):
    """A document after all four stages; every span holds in `text`."""

    mentions: tuple[Mention, ...] = ()
    """In order of appearance."""
    entities: tuple[Entity, ...] = ()
    """What the mentions name."""
    claims: tuple[Claim, ...] = ()
    """Who claims what, in order of the content."""

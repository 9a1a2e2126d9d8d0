"""How a stage's work on an article can end."""

from enum import StrEnum

from pydantic import Field

from schemas.record import Record


class Outcome(StrEnum):
    """The one counted end of a message at a stage."""

    DONE = "done"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    DEAD = "dead"


class Skipped(Record):
    """Nothing is wrong, but there is nothing for this house to do: recorded with its reason."""

    reason: str = Field(min_length=1)
    """What a person should know, such as "no model for language 'sk'"."""


class Unprocessable(Exception):
    """The input can never be processed: a dead letter at once. Anything else that is raised is retried.

    `reason` names the field or the cause and says what to do about it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

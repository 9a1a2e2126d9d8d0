"""The face of a source."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

from services.ingest.files import Read


@dataclass(frozen=True)
class Place:
    """How far a reading has come."""

    part: int = 0
    """Parts (files, sitemaps) that were read in full."""
    item: int = 0
    """Items that were read of the next."""
    mark: str = ""
    """What the source looked like; where it looks otherwise now, the place means nothing."""


START = Place()


@dataclass(frozen=True)
class Item:
    """One submission, or why there is none, and the place after it."""

    read: Read
    place: Place


@dataclass(frozen=True)
class Progress:
    """What a source is at."""

    what: str
    """In words, such as `a feed of 20 items`."""
    part: int = 0
    parts: int | None = None
    """How many there are; None where nobody knows."""


Tell = Callable[[Progress], None]


class Source(Protocol):
    """Gives submissions. Reading it twice gives the same ones, as long as it does not change."""

    @property
    def name(self) -> str | None:
        """By what its place is remembered; None where there is nothing to go on with."""

    def items(self, after: Place, tell: Tell) -> AsyncIterator[Item]:
        """The items behind a place, `START` for all; `tell` hears what is being read."""


def say_nothing(progress: Progress) -> None:
    """For those who do not want to hear."""

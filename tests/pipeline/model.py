"""A stage's stream with its groups as a simple model: what must hold, in the plainest words."""

import time
from dataclasses import dataclass, field

NAMES = ("a", "b", "c", "d")
AN_HOUR_AGO = int(time.time() * 1000) - 3_600_000


@dataclass
class Held:
    """An entry that was delivered and is not acknowledged."""

    worker: str
    deliveries: int = 1
    idle: bool = False
    """Its worker has been silent for the claim time, so that another may take it over."""


@dataclass
class Model:
    """Entries are numbered as they come."""

    published: int = 0
    here: set[int] = field(default_factory=set)
    """Entries in the stream."""
    unread: list[int] = field(default_factory=list)
    held: dict[int, Held] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    """Entries that somebody deleted before anyone read them."""
    handed_on: list[int] = field(default_factory=list)
    given: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in NAMES})
    """All entries that a worker ever got: to one that was paused for long, they are its own still."""
    alive: set[str] = field(default_factory=set)
    foreign_unread: list[int] = field(default_factory=list)
    foreign_held: set[int] = field(default_factory=set)

    def of(self, worker: str) -> list[int]:
        """The entries that are the worker's in truth."""
        return [number for number, held in self.held.items() if held.worker == worker]


def entry_id(number: int) -> str:
    """Ids of one millisecond with a digit more from every eighth on: as text they would sort wrongly."""
    return f"{AN_HOUR_AGO}-{(number % 8 + 1) * 10 ** (number // 8)}"


def number_of(said: bytes | str) -> int:
    """The number in an entry's id."""
    digits = (said.decode() if isinstance(said, bytes) else said).partition("-")[2]
    return (len(digits) - 1) * 8 + int(digits[0]) - 1

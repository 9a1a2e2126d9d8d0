"""When so much ends dead that the fault is hardly the documents': the dead-letter limit."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class DeadLimit:
    """What is too much. A `run` of 0 or a `ratio` over 1 never trips."""

    run: int = 50
    """Dead letters in a row."""
    ratio: float = 0.5
    """Share of dead letters among the last ends, from 0 to 1."""
    window: int = 200
    """How many of the last ends count for the ratio."""
    least: int = 100
    """The ratio says nothing before so many ends."""


class DeadWindow:
    """The last ends of a worker, as far as the limit needs them."""

    def __init__(self, limit: DeadLimit) -> None:
        self._limit = limit
        self._last: deque[bool] = deque(maxlen=limit.window)
        self._run = 0

    def note(self, dead: bool) -> None:
        """Add an end; only a dead letter is `dead`, not a skip and not a duplicate."""
        self._last.append(dead)
        self._run = self._run + 1 if dead else 0

    def clear(self) -> None:
        """Forget all ends."""
        self._last.clear()
        self._run = 0

    def find_excess(self) -> str | None:
        """What is too much, in words; None while the limit is kept."""
        if 0 < self._limit.run <= self._run:
            return f"{self._run} dead letters in a row"
        seen, dead = len(self._last), sum(self._last)
        if seen >= max(1, self._limit.least) and dead >= self._limit.ratio * seen and self._limit.ratio <= 1:
            return f"{dead} of the last {seen} entries ended as dead letters"
        return None

"""When a message is sent again, and when a receiver is given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

GONE = 410
"""The status by which a receiver says that it wants nothing more."""
JITTER = 0.2
"""Part of a pause that chance takes or adds, so that not all come back at the same moment."""


def read_schedule(text: str) -> tuple[float, ...]:
    """Pauses in seconds, parted by blanks or commas. ValueError where there is none, or one is none."""
    pauses = tuple(float(part) for part in text.replace(",", " ").split())
    if not pauses or any(not 0 < pause < 10_000_000 for pause in pauses):
        raise ValueError("one pause or more in seconds, such as `5 300 1800`")
    return pauses


def find_pause(
    schedule: Sequence[float], attempts: int, chance: float, asked: float = 0.0
) -> timedelta | None:
    """The pause after so many attempts, at least as long as the receiver asks; None: it is given up.

    `chance` is a number from 0 to 1.
    """
    if attempts > len(schedule):
        return None
    pause = schedule[max(0, attempts - 1)] * (1 + JITTER * (2 * chance - 1))
    return timedelta(seconds=max(pause, asked))


def find_rest(schedule: Sequence[float], failures: int, asked: float = 0.0) -> timedelta:
    """How long a receiver that fails is left alone with everything: not longer than the second pause."""
    pause = schedule[min(max(0, failures - 1), 1, len(schedule) - 1)]
    return timedelta(seconds=max(pause, asked))


def find_end(status: int | None, failing_since: datetime, now: datetime, patience: timedelta) -> str | None:
    """Why a receiver that has just failed is told nothing more; None where it is."""
    if status == GONE:
        return f"the receiver wants nothing more (status {GONE})"
    if now - failing_since >= patience:
        hours = patience.total_seconds() / 3600
        return f"it has failed for {hours:g} hours, since {failing_since:%Y-%m-%d %H:%M} UTC"
    return None

"""When to try again."""

from collections.abc import Iterator


def backoff(attempt: int, first: float = 1.0, longest: float = 60.0) -> float:
    """Seconds to wait after the `attempt`-th failure (from 1): doubled each time, up to `longest`."""
    return min(longest, first * 2.0 ** min(attempt - 1, 30))


def delays(first: float = 0.1, longest: float = 5.0) -> Iterator[float]:
    """Seconds to wait between tries to reach a server, without end."""
    attempt = 1
    while True:
        yield backoff(attempt, first, longest)
        attempt += 1

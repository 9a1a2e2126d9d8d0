"""When a call is tried again, and after how long."""

import random
from dataclasses import dataclass

import httpx

BUSY = (429, 503)
"""Answers of a desk that has not taken the request: it is welcome later."""
LOST = (502, 504)
"""Answers of a proxy that has none of the desk: whether the request was carried out is not known."""
MOST_WAIT = 60.0


@dataclass(frozen=True)
class Patience:
    """How often a call is tried again when the desk is away, full or busy."""

    tries: int = 5
    first: float = 0.5
    """Seconds before the second try; doubled for each further one, with chance so that clients spread."""

    def find_wait(self, tried: int, response: httpx.Response | None) -> float | None:
        """Seconds until the next try; None where there is none."""
        if tried >= self.tries or (response is not None and response.status_code not in BUSY + LOST):
            return None
        said = _read_retry_after(response)
        backoff = self.first * 2.0 ** (tried - 1)
        return min(MOST_WAIT, max(said, backoff * random.uniform(0.5, 1.5)))  # noqa: S311 (no secret)


PATIENCE = Patience()


def _read_retry_after(response: httpx.Response | None) -> float:
    """Seconds of Retry-After (RFC 9110); a date there is not waited for."""
    said = response.headers.get("retry-after", "") if response is not None else ""
    return float(said) if said.isdecimal() else 0.0

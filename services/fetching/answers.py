"""What a status means: there is nothing to be had, or it may be had later."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_HOLD = 3600.0
"""Seconds that a host may keep us away for at most."""

_GONE = {
    401: "wants a login",
    402: "wants to be paid",
    403: "refuses",
    404: "has no such page",
    410: "has the page no more",
    451: "may not show the page",
}
_AGAIN = (408, 421, 425, 429)


def judge_status(status: int) -> str | None:
    """Why asking again would not help; None where it may."""
    if status in _AGAIN or status >= 500:
        return None
    return f"the site {_GONE.get(status, 'does not give the page')} (status {status})"


def read_retry_after(status: int, headers: Mapping[str, str], now: datetime | None = None) -> float:
    """Seconds that the host asks to be left alone; 0 where it does not ask."""
    said = headers.get("retry-after", "").strip()
    if status not in (429, 503) or not said:
        return 0.0
    if said.isdecimal():
        return min(float(said[:9]), LONGEST_HOLD)
    try:
        moment = parsedate_to_datetime(said)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, min(seconds, LONGEST_HOLD))

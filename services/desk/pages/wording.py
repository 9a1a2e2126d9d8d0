"""What pages say of moments and numbers, in words."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from schemas import CheckReason, Polarity


def say_day(moment: datetime | None) -> str:
    """23 Nov 2026."""
    return f"{moment.astimezone(UTC):%-d %b %Y}" if moment else ""


def say_moment(moment: datetime | None) -> str:
    """23 Nov 2026, 12:00; all times are UTC."""
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M}" if moment else ""


def put_moment(moment: datetime) -> str:
    """For the `datetime` attribute."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def say_seconds(seconds: float) -> str:
    """A duration: 40 ms, 3.2 s, 4 min, 2 h, 3 d."""
    if seconds < 1:
        return f"{round(max(seconds, 0) * 1000)} ms"
    for most, size, unit in ((60, 1, "s"), (3600, 60, "min"), (172_800, 3600, "h")):
        if seconds < most:
            return f"{seconds / size:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds / 86400:.0f} d"


def say_hundredths(number: float) -> str:
    """A score: 0.85."""
    return f"{number:.2f}"


def say_percent(share: float) -> str:
    """A share as the width of a bar: 85.0, never more than 100."""
    return f"{100 * min(max(share, 0), 1):.1f}"


def count_words(number: int, one: str, many: str | None = None) -> str:
    """1 claim, 1,200 claims."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def say_slug(slug: str) -> str:
    """A name of the code as words: not_worth is said "not worth"."""
    return str(slug).replace("_", " ")


def say_reason(reason: CheckReason) -> str:
    """What makes a score, for a reader: the model's own view is of the sentence as a whole."""
    return "as a whole" if reason is CheckReason.WORDING else say_slug(reason)


def show_reason(reason: CheckReason, words: str) -> str:
    """The words that show a reason."""
    return "as the model reads it" if reason is CheckReason.WORDING else words


def say_claim(row: Row[Any]) -> str:
    """The claim for a reader: what its source denies is never shown as if it had been said."""
    said = str(row._mapping.get("standalone") or row.text)
    return f"denied: {said}" if row._mapping.get("polarity") == Polarity.DENIED else said


FILTERS: dict[str, Callable[..., Any]] = {
    "day": say_day,
    "moment": say_moment,
    "iso": put_moment,
    "seconds": say_seconds,
    "claim": say_claim,
    "count": count_words,
    "hundredths": say_hundredths,
    "percent": say_percent,
    "words": say_slug,
    "reason": say_reason,
}

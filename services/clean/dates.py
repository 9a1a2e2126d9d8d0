"""Date lines: when the outlet says it published the article. Only absolute dates; no guess."""

import re
from datetime import UTC, datetime, timedelta, timezone

from services.clean.lines import Line

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?=\b|T)",
        rf"\b{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})\b",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b",
    )
)
_CLOCK = re.compile(
    r"(?:^|[\sT,•|])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))(?::(?P<second>\d{2})(?:\.\d+)?)?\s?(?P<half>[ap]\.?m\.?)?"
    r"\s?(?P<zone>Z\b|[+-]\d{2}:?\d{2}|[A-Z]{3,4}\b)?",
    re.IGNORECASE,
)
# Only abbreviations that mean one offset in the news of the world: no CST, IST, BST.
_ZONES = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
    "wib": 7,
    "jst": 9,
    "aest": 10,
} | {
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_REST = re.compile(
    r"(?:first |last |originally )?(?:published|posted|updated|modified|created|date|on|at|by|the|as of|et|"
    r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?|time|local)\b|[\W_]+",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_CHANGED = re.compile(r"\b(?:updated|modified|corrected)\b", re.IGNORECASE)
_MOST_WORDS = 24


def is_date_line(line: Line) -> bool:
    """Whether the line holds a date and nothing else but clock, zone, weekday and words like "Published"."""
    return drop_date(line) == ""


def drop_date(line: Line) -> str | None:
    """What a short line says besides its date, clock and words like "Published"; None without a date."""
    if len(line.words) > _MOST_WORDS or not _DIGIT.search(line.text):
        return None
    rest, found = line.text, 0
    for date in _DATES:
        rest, count = date.subn(" ", rest)
        found += count
    if not found:
        return None
    rest = _CLOCK.sub(" ", rest)
    return "" if not _REST.sub("", rest).strip() else rest.strip(" •|·-–—,")


def read_moment(text: str) -> datetime | None:
    """The first absolute date in a date line, in UTC; None where it only tells of an update or isn't one.

    A date without a clock, or with a clock in an unknown zone, stands for its day: midnight UTC.
    """
    said = _CHANGED.split(text, maxsplit=1)[0]
    matches = [match for date in _DATES if (match := date.search(said))]
    if not matches:
        return None
    date = min(matches, key=re.Match.start)
    try:
        return _set_clock(_read_day(date), said[date.end() :]) or _read_day(date)
    except (ValueError, OverflowError):
        return None


def _read_day(match: re.Match[str]) -> datetime:
    said = match.groupdict()
    month = int(said["number"]) if said.get("number") else _MONTHS.index(said["month"][:3].lower()) + 1
    return datetime(int(said["year"]), month, int(said["day"]), tzinfo=UTC)


def _set_clock(day: datetime, after: str) -> datetime | None:
    match = _CLOCK.search(after)
    offset = _read_offset(match["zone"]) if match else None
    if match is None or offset is None:
        return None
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    local = day.replace(
        hour=hour, minute=int(match["minute"]), second=int(match["second"] or 0), tzinfo=timezone(offset)
    )
    return local.astimezone(UTC)


def _read_offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    if zone[0] in "+-":
        size = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return size if zone[0] == "+" else -size
    return timedelta(hours=_ZONES[zone.lower()]) if zone.lower() in _ZONES else None

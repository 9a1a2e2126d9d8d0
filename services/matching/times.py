"""When a statement places what it tells of: years, months, days, quarters, also as counted from its day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
SHORT = {name[:3]: at for at, name in enumerate(MONTHS, start=1)} | {"sept": 9}
MONTH = {name: at for at, name in enumerate(MONTHS, start=1)} | SHORT
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}

_NAMES = "|".join([*(name.title() for name in MONTHS), *(f"{name.title()}\\.?" for name in SHORT)])
DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_NAMES})\b,?(?: ((?:19|20)\d\d)\b)?")
MONTH_FIRST = re.compile(
    rf"\b({_NAMES}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?(?:,\d{{3}}|%|per))(?:,? ((?:19|20)\d\d)\b)?"
)
MONTH_ALONE = re.compile(rf"\b({_NAMES})\b(?:,? ((?:19|20)\d\d)\b)?")
# Not a month: a verb that follows its subject is not written with a capital, a name that is one is rare.
YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?![\d]|,\d|\.\d|(?: (?:crowns|people|jobs|votes|cars)))\b")
QUARTER = re.compile(r"\b(first|second|third|fourth|last)[ -]quarter\b", re.IGNORECASE)
WEEKDAY = re.compile(r"\b(" + "|".join(name.title() for name in WEEKDAYS) + r")\b")
RELATIVE = re.compile(
    r"\b(last|this|next) (year|month)\b|\b(yesterday|today|tonight|tomorrow)\b", re.IGNORECASE
)
STEP = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
NEAR = timedelta(days=1)
"""What is said of a day is printed that day or the next."""


@dataclass(frozen=True)
class Times:
    """The points in time that a text names; `rest` is the text without its dates."""

    years: frozenset[int]
    months: frozenset[int]
    dates: frozenset[tuple[int, int]]
    """Month and day."""
    weekdays: frozenset[str]
    quarters: frozenset[int]
    days: frozenset[date]
    """Days that were only counted from the text's own: yesterday, today."""
    rest: str


def is_counted_from_its_day(text: str) -> bool:
    """Whether the text means another time when it is said on another day."""
    return RELATIVE.search(text) is not None


def find_times(text: str, day: date | None = None) -> Times:
    """The times in a text; what is counted from its `day`, such as "last year", only where that is known."""
    dates: set[tuple[int, int]] = set()
    years: set[int] = set()
    months: set[int] = set()

    def take(month: str, number: str | None, year: str | None) -> str:
        months.add(at := MONTH[month.lower().rstrip(".")])
        dates.update({(at, int(number))} if number else ())
        years.update({int(year)} if year else ())
        return " "

    rest = DAY_FIRST.sub(lambda found: take(found[2], found[1], found[3]), text)
    rest = MONTH_FIRST.sub(lambda found: take(found[1], found[2], found[3]), rest)
    rest = MONTH_ALONE.sub(lambda found: take(found[1], None, found[2]), rest)
    years.update(int(found[1]) for found in YEAR.finditer(rest))
    days: set[date] = set()
    for relative, of in _resolve(text, day):
        if of == "year":
            years.add(relative.year)
        elif of == "month":
            months.add(relative.month)
            years.add(relative.year)
        else:
            days.add(relative)
    quarters = frozenset(QUARTERS[found[1].lower()] for found in QUARTER.finditer(text))
    weekdays = frozenset(found[1].lower() for found in WEEKDAY.finditer(text))
    rest = QUARTER.sub(" ", YEAR.sub(" ", rest))
    return Times(
        frozenset(years), frozenset(months), frozenset(dates), weekdays, quarters, frozenset(days), rest
    )


@lru_cache(maxsize=65_536)
def is_time(word: str) -> bool:
    """Whether a capitalised word is a month or a day of the week."""
    return bool(MONTH_ALONE.fullmatch(word) or WEEKDAY.fullmatch(word))


def _resolve(text: str, day: date | None) -> Iterator[tuple[date, str]]:
    if day is None:
        return
    for found in RELATIVE.finditer(text):
        step = STEP[(found[1] or found[3]).lower()]
        if found[2] is None:
            yield day + timedelta(days=step), "day"
        elif found[2].lower() == "year":
            yield date(day.year + step, 1, 1), "year"
        else:
            yield (day.replace(day=15) + timedelta(days=30 * step)), "month"


def contradict(one: Times, other: Times) -> bool:
    """Whether the two cannot be of the same time: each names one that the other leaves out."""
    named = (
        (one.years, other.years),
        (one.months, other.months),
        (one.dates, other.dates),
        (one.weekdays, other.weekdays),
        (one.quarters, other.quarters),
    )
    if any(left - right and right - left for left, right in named):
        return True
    return bool(one.days and other.days) and not any(
        abs(left - right) <= NEAR for left in one.days for right in other.days
    )

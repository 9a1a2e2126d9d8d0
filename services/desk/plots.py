"""Numbers over time as the bars of a plot, to be drawn as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT, FOOT, HEAD = 720, 150, 18, 14
LEAST = 26
"""Bars that there is room for at least: half a year."""
MOST = 120
"""Bars at most: of more, the newest."""


@dataclass(frozen=True)
class PlotBar:
    """A bar, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


@dataclass(frozen=True)
class Tick:
    """A word below the bars."""

    x: float
    label: str


@dataclass(frozen=True)
class Plot:
    """A drawing."""

    bars: Sequence[PlotBar]
    ticks: Sequence[Tick]
    most: int
    """The highest value."""
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = HEIGHT - FOOT


def draw_weeks(counted: Sequence[tuple[date, int]]) -> Plot:
    """Weeks as bars, with a gap where nothing was counted."""
    given = dict(counted)
    if not given:
        return Plot([], [], 0)
    weeks = _list_weeks(min(given), max(given))
    most, step = max(given.values()), WIDTH / max(len(weeks), LEAST)
    tall = HEIGHT - FOOT - HEAD
    bars = [
        _draw(number, step, given[week], tall * given[week] / most, f"week of {week:%-d %b %Y}")
        for number, week in enumerate(weeks)
        if given.get(week)
    ]
    every = max(1, -(-len(weeks) // 8))
    ticks = [
        Tick(number * step, f"{week:%-d %b %y}") for number, week in enumerate(weeks) if number % every == 0
    ]
    return Plot(bars, ticks, most)


def _list_weeks(first: date, last: date) -> list[date]:
    number = (last - first).days // 7
    return [first + timedelta(weeks=week) for week in range(max(0, number + 1 - MOST), number + 1)]


def _draw(number: int, step: float, value: int, tall: float, label: str) -> PlotBar:
    gap = min(2.0, step / 5)
    y = HEIGHT - FOOT - tall
    return PlotBar(round(number * step, 2), round(y, 2), round(step - gap, 2), round(tall, 2), label, value)

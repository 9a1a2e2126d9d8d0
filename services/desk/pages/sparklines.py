"""Small plots of at most the last hour, as coordinates for SVG: drawn here, so that they need no script."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.control.history import EVERY, LENGTH, Point

WIDTH, HEIGHT = 240.0, 40.0
GAP = 3 * EVERY
"""Seconds without a point after which a line is broken: nobody knows what was between."""
SPANS = (300.0, 600.0, 900.0, 1800.0, LENGTH)
"""Seconds that an axis may go back: in steps, so that it does not move with every look."""


@dataclass(frozen=True)
class Line:
    """One quantity over the time shown."""

    name: str
    paths: tuple[str, ...]
    """`points` of polylines, one for each stretch without a gap."""
    now: float | None
    most: float


@dataclass(frozen=True)
class Plot:
    """Lines that share an axis."""

    lines: tuple[Line, ...]
    most: float
    """What the upper edge stands for."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(line.paths for line in self.lines)


Value = Callable[[Point], float | None]


def choose_span(histories: Iterable[Sequence[Point]], now: float) -> float:
    """Seconds that the axes of all plots go back: the shortest span that has everything there is."""
    oldest = min((points[0].at for points in histories if points), default=now)
    return next((span for span in SPANS if now - oldest <= span), LENGTH)


def draw_plot(points: Sequence[Point], now: float, span: float, values: dict[str, Value]) -> Plot:
    """A plot of these quantities of the points, oldest first, over the `span` seconds before `now`."""
    found = {name: _read(points, now - span, value) for name, value in values.items()}
    most = max((height for pairs in found.values() for _, height in pairs), default=0.0)
    return Plot(tuple(_draw(name, pairs, now, span, most) for name, pairs in found.items()), most)


def _read(points: Sequence[Point], since: float, value: Value) -> list[tuple[float, float]]:
    return [
        (point.at, height) for point in points if point.at >= since and (height := value(point)) is not None
    ]


def _draw(name: str, pairs: Sequence[tuple[float, float]], now: float, span: float, most: float) -> Line:
    paths = tuple(
        " ".join(f"{_across(at, now, span):.1f},{_up(height, most):.1f}" for at, height in stretch)
        for stretch in _part(pairs)
        if len(stretch) > 1
    )
    return Line(name, paths, pairs[-1][1] if pairs else None, max((height for _, height in pairs), default=0))


def _part(pairs: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """The stretches between gaps."""
    stretches = [[pair] for pair in pairs[:1]]
    for before, after in pairwise(pairs):
        if after[0] - before[0] > GAP:
            stretches.append([])
        stretches[-1].append(after)
    return stretches


def _across(at: float, now: float, span: float) -> float:
    return WIDTH * (1 - (now - at) / span)


def _up(height: float, most: float) -> float:
    """From the top; a line of nothing lies on the ground."""
    return HEIGHT - 1 - (HEIGHT - 2) * (height / most if most else 0)

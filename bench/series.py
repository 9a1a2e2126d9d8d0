"""Whether a quantity grows: its slope over an hour, against what is tolerated and against its noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean

FLAT, GROWS, UNCLEAR = "flat", "grows", "unclear"


@dataclass(frozen=True)
class Tolerance:
    """How much an hour may add and still count as flat: the greater of a share of the mean and a floor."""

    floor: float
    share: float = 0.05

    def of(self, mean: float) -> float:
        """The growth an hour that is tolerated for a quantity of this mean."""
        return max(self.floor, self.share * abs(mean))


@dataclass(frozen=True)
class Trend:
    """One quantity over a run; the slope and its standard error are those after the warm-up."""

    name: str
    unit: str
    first: float
    last: float
    low: float
    high: float
    mean: float
    slope: float
    """Growth an hour, by least squares."""
    error: float
    """Standard error of the slope, widened for samples that follow one another closely."""
    verdict: str | None
    """None where growth is by design."""


def find_trend(
    name: str, unit: str, samples: Sequence[tuple[float, float]], settled: float, tolerance: Tolerance | None
) -> Trend:
    """The trend of (seconds, value) samples; what comes before `settled` seconds is warm-up."""
    values = [value for _, value in samples]
    late = [(at / 3600, value) for at, value in samples if at >= settled] or list(samples[-1:])
    slope, error = fit_line(late)
    mean = fmean(value for _, value in late)
    verdict = judge_slope(slope, error, tolerance.of(mean)) if tolerance else None
    return Trend(name, unit, values[0], values[-1], min(values), max(values), mean, slope, error, verdict)


def judge_slope(slope: float, error: float, tolerated: float) -> str:
    """Flat within what is tolerated; beyond it, growth only where the noise does not explain it."""
    if slope <= tolerated:
        return FLAT
    return GROWS if slope > 2 * error else UNCLEAR


def fit_line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Slope of the least-squares line and its standard error."""
    across, up = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - across) ** 2 for x, _ in points)
    if len(points) < 3 or spread == 0:
        return 0.0, 0.0
    slope = sum((x - across) * (y - up) for x, y in points) / spread
    rest = [y - up - slope * (x - across) for x, y in points]
    variance = sum(one**2 for one in rest) / (len(points) - 2)
    return slope, sqrt(variance / spread) * _widening(rest)


def _widening(rest: Sequence[float]) -> float:
    """What correlation between neighbours adds to the error: fewer samples count than there are."""
    total = sum(one**2 for one in rest)
    if total == 0:
        return 1.0
    alike = sum(one * after for one, after in pairwise(rest)) / total
    alike = min(0.98, max(0.0, alike))
    return sqrt((1 + alike) / (1 - alike))

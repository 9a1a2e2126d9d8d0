"""The newest debates count most: lines move, and the next is likeliest drawn where the last was.

The corpus numbers its sentences debate by debate. Going through the training part in that order shows what
this is worth: each stretch of it is forecast by what lies well before it.
"""

from dataclasses import dataclass

import numpy as np

from training.checkworthiness.fitting import Fitted
from training.checkworthiness.judging import f1

HALF_LIFE = 2000.0
"""Numbers after which a sentence counts half; chosen by the forecasts."""
HALF_LIVES = (np.inf, 8000.0, 4000.0, HALF_LIFE, 1000.0)
GAP = 3000
"""Numbers left out before what is forecast; so many lie between the training part and dev-test."""
STRETCH, BEGIN = 1000, 11000
"""Numbers forecast at once, and where the forecasts begin."""
THRESHOLDS = np.arange(0.05, 0.95, 0.005)
PLATEAU = 0.005
"""How far below the best F1 a threshold still counts as as good."""


@dataclass(frozen=True)
class Forecast:
    """Probabilities of sentences by weights calibrated on what lies well before them."""

    chances: np.ndarray
    worthy: np.ndarray

    def lose(self) -> float:
        """Log-loss, the mean over the sentences."""
        return float(-np.log(np.where(self.worthy, self.chances, 1 - self.chances)).mean())

    def find_best(self) -> float:
        """The best F1 that one threshold gives over all stretches."""
        return max(f1(self.chances, self.worthy, threshold) for threshold in THRESHOLDS)

    def choose_threshold(self) -> float:
        """The middle of the thresholds at which F1 is best, or as good."""
        found = np.array([f1(self.chances, self.worthy, threshold) for threshold in THRESHOLDS])
        return round(float(np.median(THRESHOLDS[found >= found.max() - PLATEAU])), 3)


def weigh(numbers: np.ndarray, half_life: float = HALF_LIFE) -> np.ndarray:
    """How much each sentence counts; the last one counts once."""
    return np.asarray(0.5 ** ((numbers.max() - numbers) / half_life))


def forecast(
    numbers: np.ndarray,
    odds: np.ndarray,
    worthy: np.ndarray,
    half_life: float = HALF_LIFE,
    gap: float = GAP,
) -> Forecast:
    """The forecasts of all stretches from log-odds that are not calibrated."""
    chances, known = np.zeros(len(odds)), numbers >= BEGIN
    plain = Fitted(np.ones(1), 0.0)
    for start in range(BEGIN, int(numbers.max()) + 1, STRETCH):
        before, own = numbers < start - gap, (numbers >= start) & (numbers < start + STRETCH)
        line = plain.calibrate(odds[before], worthy[before], weigh(numbers[before], half_life))
        chances[own] = 1 / (1 + np.exp(-line.judge(odds[own, None])))
    return Forecast(chances[known], worthy[known])

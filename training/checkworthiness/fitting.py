"""A logistic sum whose weights keep to their sides of zero, and its calibration."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

RIDGE = 1.0
LEAST = 0.1
"""What any sign weighs at least, for or against: a reason that is shown must count."""


@dataclass(frozen=True)
class Fitted:
    """Weights of the columns, and a bias."""

    weights: np.ndarray
    bias: float

    def judge(self, table: np.ndarray) -> np.ndarray:
        """Log-odds of each row."""
        return np.asarray(table @ self.weights + self.bias)

    def calibrate(self, table: np.ndarray, worthy: np.ndarray) -> "Fitted":
        """The same ranks, stretched and moved so that the probabilities hold for these rows (Platt)."""
        line = fit(self.judge(table)[:, None], worthy, np.array([1]), ridge=0.0)
        return Fitted(self.weights * line.weights[0], self.bias * line.weights[0] + line.bias)

    def align(self, odds: np.ndarray, calibrated: "Fitted") -> np.ndarray:
        """Log-odds in the manner of these weights, stretched and moved as they were by calibration."""
        stretch = calibrated.weights[0] / self.weights[0]
        return np.asarray(odds * stretch + calibrated.bias - self.bias * stretch)


def fit(table: np.ndarray, worthy: np.ndarray, sides: np.ndarray, ridge: float = RIDGE) -> Fitted:
    """The likeliest weights, each at least LEAST on its side (1 or -1) of zero."""

    def lose(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = table @ weights[:-1] + weights[-1]
        surprise = 1 / (1 + np.exp(-odds)) - worthy
        slope = np.append(table.T @ surprise + ridge * weights[:-1], surprise.sum())
        loss = np.logaddexp(0, odds).sum() - odds[worthy].sum() + ridge / 2 * (weights[:-1] ** 2).sum()
        return float(loss), slope

    bounds = [(LEAST, None) if side > 0 else (None, -LEAST) for side in sides]
    start = np.append(sides * LEAST, -1.0)
    found = minimize(lose, start, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B")
    return Fitted(found.x[:-1], float(found.x[-1]))

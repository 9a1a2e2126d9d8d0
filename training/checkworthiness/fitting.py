"""A logistic sum whose weights keep to their sides of zero, and its calibration."""

from dataclasses import dataclass

import numpy as np

RIDGE = 5.0
ROUNDS, HALVINGS, CLOSE, TINY = 100, 30, 1e-7, 1e-9
LEAST = 0.3
"""What any sign weighs at least, for or against: a reason that is shown must count."""


@dataclass(frozen=True)
class Fitted:
    """Weights of the columns, and a bias."""

    weights: np.ndarray
    bias: float

    def judge(self, table: np.ndarray) -> np.ndarray:
        """Log-odds of each row."""
        return np.asarray(table @ self.weights + self.bias)

    def calibrate(self, odds: np.ndarray, worthy: np.ndarray, counts: np.ndarray | None = None) -> "Fitted":
        """The same ranks, stretched and moved so that the probabilities hold for these log-odds (Platt).

        The log-odds are in the manner of these weights; `counts` is how much each of them counts.
        """
        line = fit(odds[:, None], worthy, np.array([1]), ridge=0.0, counts=counts)
        return Fitted(self.weights * line.weights[0], self.bias * line.weights[0] + line.bias)

    def align(self, odds: np.ndarray, calibrated: "Fitted") -> np.ndarray:
        """Log-odds in the manner of these weights, stretched and moved as they were by calibration."""
        stretch = calibrated.weights[0] / self.weights[0]
        return np.asarray(odds * stretch + calibrated.bias - self.bias * stretch)


def fit(
    table: np.ndarray,
    worthy: np.ndarray,
    sides: np.ndarray,
    ridge: float = RIDGE,
    counts: np.ndarray | None = None,
) -> Fitted:
    """The likeliest weights, each at least LEAST on its side (1 or -1) of zero.

    A row counts once, or as much as `counts` says. Newton's steps, halved until they help; a weight
    that would leave its side is held at its bound.
    """
    rows, penalty = np.column_stack([table, np.ones(len(table))]), np.append(np.full(len(sides), ridge), 0.0)
    counts = np.ones(len(table)) if counts is None else counts
    low = np.append(np.where(sides > 0, LEAST, -np.inf), -np.inf)
    high = np.append(np.where(sides > 0, np.inf, -LEAST), np.inf)

    def lose(weights: np.ndarray) -> float:
        odds = rows @ weights
        return float(counts @ (np.logaddexp(0, odds) - odds * worthy) + penalty @ weights**2 / 2)

    weights = np.clip(np.zeros(rows.shape[1]), low, high)
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-(rows @ weights)))
        slope = rows.T @ (counts * (chances - worthy)) + penalty * weights
        held = ((weights <= low) & (slope > 0)) | ((weights >= high) & (slope < 0))
        curve = (rows * (counts * chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty + TINY)
        step = np.zeros(len(weights))
        step[~held] = np.linalg.solve(curve[np.ix_(~held, ~held)], slope[~held])
        tries = (np.clip(weights - step / 2**halved, low, high) for halved in range(HALVINGS))
        better = next((tried for tried in tries if lose(tried) < lose(weights)), weights)
        if np.abs(better - weights).max() < CLOSE:
            break
        weights = better
    return Fitted(weights[:-1], float(weights[-1]))

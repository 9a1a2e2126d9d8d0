"""How good scores are: average precision, F1, calibration."""

from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Sentences of like score: how many, their mean score, and the share of them that is worthy."""

    number: int
    score: float
    worthy: float


def average_precision(scores: np.ndarray, worthy: np.ndarray) -> float:
    """The mean precision over the worthy, each taken with all that score at least as high."""
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(worthy[order])
    last = np.searchsorted(-scores[order], -scores[order], side="right") - 1
    return float((found[last] / (last + 1))[worthy[order]].mean())


def f1(scores: np.ndarray, worthy: np.ndarray, threshold: float) -> float:
    """F1 of the worthy when scores from the threshold on are called so."""
    said = scores >= threshold
    return float(2 * (said & worthy).sum() / max(1, said.sum() + worthy.sum()))


def bin_scores(scores: np.ndarray, worthy: np.ndarray) -> list[Bin]:
    """The reliability table: ten bins of equal width, without those that are empty."""
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    chosen = [places == place for place in range(BINS) if (places == place).any()]
    return [Bin(int(row.sum()), float(scores[row].mean()), float(worthy[row].mean())) for row in chosen]


def calibration_error(scores: np.ndarray, worthy: np.ndarray) -> float:
    """How far, on average, the share of the worthy is from the score (ECE)."""
    bins = bin_scores(scores, worthy)
    return sum(one.number * abs(one.score - one.worthy) for one in bins) / len(scores)

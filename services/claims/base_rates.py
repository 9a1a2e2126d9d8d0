"""The same evidence weighs more where check-worthy statements are common: moving scores to a collection.

Debates of one year hold other shares of them than those of another, and news holds its own. Where the share
is known, scores are moved to it. Where it is not, it can be told from the scores without any label, as
Saerens, Latinne and Decaestecker (2002) do it; here the check-worthy of the collection may look less (or
more) so than those the weights were fitted on, too, while all the others look as they always do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

CAUTION = 50
"""Statements of the usual share that an estimate starts from, so that a handful of scores moves little."""
SPREAD = 1.0
"""How far, in log-odds, the check-worthy of another collection are expected to lie from the usual ones."""
MOVES = np.arange(-3.0, 1.05, 0.1)
WIDTH = 0.8
ROUNDS = 60
FARTHEST = 2.0


@dataclass(frozen=True)
class Usual:
    """The statements that weights were calibrated on: share of the worthy, and log-odds as quantiles."""

    base_rate: float
    worthy: tuple[float, ...]
    others: tuple[float, ...]


def find_shift(base_rate: float, to: float) -> float:
    """What must be added to log-odds that hold for one share so that they hold for another."""
    return float(np.log(to / (1 - to)) - np.log(base_rate / (1 - base_rate)))


def estimate_shift(odds: Sequence[float], usual: Usual) -> float:
    """What must be added to these log-odds so that they hold for the collection they are of.

    It makes the scores add up to the number of the worthy; a factor of e² in odds is the most.
    """
    given = np.asarray(odds, dtype=float)
    worthy = _count_worthy(given, usual) + CAUTION * usual.base_rate
    rest = find_shift(0.5, usual.base_rate)
    low, high = -FARTHEST, FARTHEST
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        too_much = _squash(given + middle).sum() + CAUTION * _squash(np.array(rest + middle)) > worthy
        low, high = (low, middle) if too_much else (middle, high)
    return (low + high) / 2


def choose_threshold(scores: Sequence[float]) -> float:
    """The score from which F1 is best, as far as calibrated scores themselves can tell; no label is needed.

    Whoever takes the n highest is right about as often as their scores add up to, of all that there are.
    """
    falling = np.sort(np.asarray(scores, dtype=float))[::-1]
    expected = 2 * np.cumsum(falling) / (np.arange(1, len(falling) + 1) + falling.sum())
    return float(falling[int(np.argmax(expected))])


def _count_worthy(odds: Numbers, usual: Usual) -> float:
    """The sum of the chances of being worthy, under the likeliest share and place of the worthy."""
    others = _density(odds, np.asarray(usual.others))
    return max(_place_worthy(odds, others, move, usual) for move in MOVES)[1]


def _place_worthy(odds: Numbers, others: Numbers, move: float, usual: Usual) -> tuple[float, float]:
    """How likely these log-odds are when the worthy lie `move` from the usual ones; how many those are."""
    worthy = _density(odds, np.asarray(usual.worthy) + move)
    share, start = usual.base_rate, CAUTION * usual.base_rate
    for _ in range(ROUNDS):
        chances = share * worthy / (share * worthy + (1 - share) * others)
        share = float((chances.sum() + start) / (len(odds) + CAUTION))
    likely = np.log(share * worthy + (1 - share) * others).sum() - (move / SPREAD) ** 2 / 2
    caution = start * np.log(share) + (CAUTION - start) * np.log(1 - share)
    return float(likely + caution), float(chances.sum())


def _density(odds: Numbers, points: Numbers) -> Numbers:
    bells = np.exp(-(((odds[:, None] - points) / WIDTH) ** 2) / 2)
    return np.asarray(bells.mean(1) / (WIDTH * np.sqrt(2 * np.pi)) + 1e-9)


def _squash(odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-odds)))

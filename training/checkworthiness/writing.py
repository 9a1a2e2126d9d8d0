"""Fitted weights as the file that `services.claims.weights` reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from services.claims.signs import SIGNS
from training.checkworthiness.fitting import Fitted

VERSION = "3"
QUANTILES = np.linspace(0.025, 0.975, 20)
HEAD = """\
# Weights of check-worthiness, written by `python -m training.checkworthiness.weights`, seed {seed}.
# Fitted on the training part of CheckThat! 2024 task 1, English, calibrated on its newest debates.
# log-odds = bias + reading * the encoder's log-odds + each sign's weight * its strength (0..1)

version = "{version}"
"""


@dataclass(frozen=True)
class Part:
    """Weights with a threshold, and how they judge the sentences that they are calibrated on.

    `counts` is how much each of these counts.
    """

    fitted: Fitted
    threshold: float
    odds: np.ndarray
    worthy: np.ndarray
    counts: np.ndarray


def write_parts(parts: Mapping[str, Part], seed: int) -> str:
    """The file's text."""
    written = [line for name, part in parts.items() for line in _write(name, part)]
    return HEAD.format(seed=seed, version=VERSION) + "\n".join([*written, ""])


def _write(name: str, part: Part) -> Iterator[str]:
    weights = part.fitted.weights
    yield f"\n[{name}]  # fitted on {len(part.odds)} sentences"
    yield f"bias = {part.fitted.bias:.4f}"
    if len(weights) > len(SIGNS):
        yield f"reading = {weights[0]:.4f}"
    yield f"threshold = {part.threshold:.3f}"
    yield "# What it is calibrated on: the share of the worthy, log-odds of the worthy and of the others."
    yield f"base_rate = {np.average(part.worthy, weights=part.counts):.4f}"
    for key, rows in (("worthy", part.worthy), ("others", ~part.worthy)):
        points = np.quantile(part.odds[rows], QUANTILES, weights=part.counts[rows], method="inverted_cdf")
        yield f"{key} = [{', '.join(f'{point:.2f}' for point in points)}]"
    yield f"\n[{name}.weights]"
    for reason, weight in zip(SIGNS, weights[-len(SIGNS) :], strict=True):
        yield f"{reason.value} = {weight:.4f}"

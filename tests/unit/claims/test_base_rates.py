"""Scores are moved to the collection that statements are from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.claims.base_rates import Usual, choose_threshold, estimate_shift, find_shift

shares = st.floats(0.01, 0.99)


def bend(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


def draw(number: int, share: float, less: float = 0.0, seed: int = 0) -> tuple[list[float], np.ndarray]:
    """Log-odds of a collection, calibrated for a share of .25, and which of its statements are worthy.

    `less` is how much less so the worthy look than usual.
    """
    chance = np.random.default_rng(seed)
    worthy = chance.random(number) < share
    centre = np.where(worthy, 3.0 - less, -3.0) + find_shift(0.5, 0.25)
    return list(chance.normal(centre, np.sqrt(6.0))), worthy


def usual() -> Usual:
    odds, worthy = draw(4000, 0.25, seed=1)
    quantiles = np.linspace(0.025, 0.975, 20)
    return Usual(
        float(worthy.mean()),
        tuple(np.quantile(np.array(odds)[worthy], quantiles)),
        tuple(np.quantile(np.array(odds)[~worthy], quantiles)),
    )


@given(shares, shares)
def test_a_shift_there_and_back_is_none(share: float, other: float) -> None:
    assert find_shift(share, other) + find_shift(other, share) == pytest.approx(0, abs=1e-9)


@given(shares)
def test_an_even_chance_moved_from_even_shares_is_the_new_share(share: float) -> None:
    assert bend(np.array(find_shift(0.5, share))) == pytest.approx(share)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_the_share_of_a_collection_is_told_without_labels(share: float) -> None:
    odds, worthy = draw(600, share)
    moved = bend(np.array(odds) + estimate_shift(odds, usual()))
    assert moved.mean() == pytest.approx(worthy.mean(), abs=0.05)


def test_worthy_statements_that_look_less_so_are_still_counted() -> None:
    """Labels of another year are given more freely: scores as they come would miss many of them."""
    odds, worthy = draw(600, 0.4, less=1.5)
    moved = bend(np.array(odds) + estimate_shift(odds, usual()))
    unmoved = bend(np.array(odds))
    assert abs(moved.mean() - worthy.mean()) < abs(unmoved.mean() - worthy.mean()) * 0.7


def test_a_handful_of_statements_moves_little() -> None:
    assert abs(estimate_shift([3.0], usual())) < 0.1


def test_without_statements_nothing_moves() -> None:
    assert estimate_shift([], usual()) == pytest.approx(0.0)


def test_scores_that_are_sure_are_cut_between_the_sure() -> None:
    assert choose_threshold([0.01, 0.02, 0.97, 0.99]) == 0.97


@pytest.mark.parametrize("seed", range(5))
def test_the_threshold_that_calibrated_scores_choose_is_near_the_best(seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores = bend(chance.normal(-1.0, 2.0, 3000))
    worthy = chance.random(3000) < scores

    def f1(threshold: float) -> float:
        said = scores >= threshold
        return float(2 * (said & worthy).sum() / (said.sum() + worthy.sum()))

    best = max(f1(threshold) for threshold in np.linspace(0.05, 0.95, 91))
    assert f1(choose_threshold(list(scores))) > best - 0.02

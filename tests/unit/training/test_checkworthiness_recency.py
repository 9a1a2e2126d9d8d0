"""Probabilities hold for the newest debates, and what that is worth is told by forecasts."""

import numpy as np
import pytest

from training.checkworthiness.fitting import Fitted
from training.checkworthiness.recency import BEGIN, STRETCH, Forecast, forecast, weigh

NUMBERS = np.arange(0, 30000, 4)
ODDS = np.random.default_rng(0).normal(-1.0, 2.0, len(NUMBERS))


def judge(line: np.ndarray | float) -> np.ndarray:
    """Which sentences are worthy to desks that add so much to the log-odds; the same in each test."""
    return np.random.default_rng(1).random(len(NUMBERS)) < 1 / (1 + np.exp(-ODDS - line))


def test_the_last_sentence_counts_once_and_one_a_half_life_older_half():
    assert list(weigh(np.array([0, 1000, 2000]), 1000)) == [0.25, 0.5, 1.0]


def test_without_a_half_life_all_count_alike():
    assert set(weigh(NUMBERS, np.inf)) == {1.0}


def test_probabilities_are_calibrated_on_the_newest():
    """Where the last debates were labelled more generously, so are the next taken to be."""
    worthy = judge(np.where(NUMBERS > 20000, 1.5, 0.0))
    plain = Fitted(np.ones(1), 0.0)
    assert plain.calibrate(ODDS, worthy, weigh(NUMBERS, 1000)).bias == pytest.approx(1.5, abs=0.35)
    assert plain.calibrate(ODDS, worthy).bias < 0.9


def test_where_the_line_moves_forecasts_by_the_newest_are_better():
    worthy = judge(NUMBERS / 5000 - 3)
    assert forecast(NUMBERS, ODDS, worthy, 1000).lose() < forecast(NUMBERS, ODDS, worthy, np.inf).lose()


def test_where_it_stays_they_are_hardly_worse():
    worthy = judge(0.0)
    loss = {half_life: forecast(NUMBERS, ODDS, worthy, half_life).lose() for half_life in (1000, np.inf)}
    assert loss[np.inf] < loss[1000] < loss[np.inf] + 0.02


def test_a_forecast_knows_nothing_of_what_it_tells_nor_of_what_lies_shortly_before():
    worthy, last = judge(0.0), NUMBERS >= 29000
    other = np.where(NUMBERS >= 27000, ~worthy, worthy)
    before, after = (forecast(NUMBERS, ODDS, labels, gap=2000).chances for labels in (worthy, other))
    known = NUMBERS[NUMBERS >= BEGIN]
    assert list(before[known >= 29000]) == list(after[known >= 29000])
    assert last.sum() == STRETCH // 4


def test_the_threshold_is_the_middle_of_the_best():
    told = Forecast(np.array([0.1, 0.2, 0.6, 0.9]), np.array([False, False, True, True]))
    assert told.find_best() == 1.0
    assert told.choose_threshold() == pytest.approx(0.4, abs=0.01)

"""The weights of check-worthiness are fitted within their bounds, and written as they are read."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from services.claims.signs import SIGNS
from services.claims.weights import read_weights
from training.checkworthiness.fitting import LEAST, RIDGE, Fitted, fit
from training.checkworthiness.judging import average_precision, bin_scores, calibration_error, f1
from training.checkworthiness.signs import read_readings
from training.checkworthiness.writing import Part, write_parts

CHANCE = np.random.default_rng(0)
TABLE = CHANCE.random((400, 3))
WORTHY = CHANCE.random(400) < 1 / (1 + np.exp(-(4 * TABLE[:, 0] - 3 * TABLE[:, 1] - 1)))


def bend(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


def test_a_weight_that_would_cross_to_the_other_side_stays_at_the_least():
    fitted = fit(TABLE, WORTHY, np.array([1, 1, -1]))
    assert fitted.weights[0] > 1
    assert fitted.weights[1] == pytest.approx(LEAST)


def test_calibration_keeps_the_ranks_and_the_sides():
    fitted = fit(TABLE[:200], WORTHY[:200], np.array([1, -1, 1]))
    calibrated = fitted.calibrate(fitted.judge(TABLE[200:]), WORTHY[200:])
    assert list(np.argsort(fitted.judge(TABLE))) == list(np.argsort(calibrated.judge(TABLE)))
    assert list(np.sign(calibrated.weights)) == [1, -1, 1]
    assert bend(calibrated.judge(TABLE[200:])).mean() == pytest.approx(WORTHY[200:].mean(), abs=0.01)


def test_log_odds_of_the_folds_are_stretched_as_the_weights_were():
    fitted = fit(TABLE, WORTHY, np.array([1, -1, 1]))
    calibrated = fitted.calibrate(fitted.judge(TABLE), WORTHY)
    assert fitted.align(fitted.judge(TABLE), calibrated) == pytest.approx(calibrated.judge(TABLE))


def test_the_weights_are_the_likeliest_within_their_bounds():
    """Whichever weight is moved a little, on its side, the data become less likely."""
    sides = np.array([1, 1, -1])
    fitted = fit(TABLE, WORTHY, sides)

    def lose(weights: np.ndarray, bias: float) -> float:
        odds = TABLE @ weights + bias
        return float(np.logaddexp(0, odds).sum() - odds[WORTHY].sum() + RIDGE * (weights**2).sum() / 2)

    least = lose(fitted.weights, fitted.bias)
    assert min(lose(fitted.weights, fitted.bias + move) for move in (-0.01, 0.01)) > least
    for at, side in enumerate(sides):
        for move in (0.01, -0.01):
            moved = fitted.weights + move * np.eye(3)[at]
            assert moved[at] * side < LEAST or lose(moved, fitted.bias) > least


def test_a_row_that_counts_twice_is_as_good_as_two():
    sides = np.array([1, 1, -1])
    twice = fit(TABLE, WORTHY, sides, counts=np.where(np.arange(400) < 100, 2.0, 1.0))
    doubled = fit(np.vstack([TABLE, TABLE[:100]]), np.append(WORTHY, WORTHY[:100]), sides)
    assert twice.weights == pytest.approx(doubled.weights, abs=1e-4)
    assert twice.bias == pytest.approx(doubled.bias, abs=1e-4)


def test_average_precision_counts_equal_scores_as_one_place():
    worthy = np.array([True, False, True, False])
    assert average_precision(np.array([0.9, 0.8, 0.7, 0.1]), worthy) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.array([0.5, 0.5, 0.5, 0.5]), worthy) == 0.5


def test_f1_is_of_the_worthy():
    worthy = np.array([True, False, True, False])
    assert f1(np.array([0.9, 0.8, 0.2, 0.1]), worthy, 0.5) == 0.5
    assert f1(np.array([0.9, 0.8, 0.2, 0.1]), worthy, 0.95) == 0.0


def test_scores_that_mean_what_they_say_have_no_calibration_error():
    scores, worthy = np.repeat([0.25, 0.75], 4), np.array([1, 0, 0, 0, 1, 1, 1, 0], dtype=bool)
    assert calibration_error(scores, worthy) == 0
    assert [(one.number, one.score) for one in bin_scores(scores, worthy)] == [(4, 0.25), (4, 0.75)]
    assert calibration_error(1 - scores, worthy) == 0.5


@pytest.mark.parametrize("with_reading", [False, True])
def test_what_is_written_is_what_is_read(with_reading: bool):
    weights = np.append([1.5] if with_reading else [], list(SIGNS.values()))
    odds, worthy = np.random.default_rng(1).normal(size=50), np.arange(50) < 20
    part = Part(Fitted(weights, -2.0), 0.35, odds, worthy, counts=np.ones(50))
    written = write_parts({"signs": part} | ({"encoder": part} if with_reading else {}), seed=3)
    read = read_weights(written).choose(read=with_reading)
    assert (read.bias, read.threshold, read.usual.base_rate) == (-2.0, 0.35, 0.4)
    assert read.reading == (1.5 if with_reading else 0.0)
    assert dict(read.signs) == dict(SIGNS)
    assert len(read.usual.worthy) == len(read.usual.others) == 20


def test_the_usual_share_is_that_of_the_rows_that_count():
    odds, worthy = np.linspace(-2, 2, 40), np.arange(40) >= 20
    counts = np.where(worthy, 3.0, 1.0)
    written = write_parts(
        {"signs": Part(Fitted(np.array([*SIGNS.values()]), 0.0), 0.4, odds, worthy, counts)}, 0
    )
    assert read_weights(written).by_signs.usual.base_rate == 0.75


def test_readings_are_found_by_the_number_of_the_sentence(tmp_path: Path):
    path = tmp_path / "readings.jsonl"
    path.write_text('{"id": 12, "reading": -1.5}\n\n{"id": "13", "reading": 2}\n', encoding="utf-8")
    assert read_readings(path) == {"12": -1.5, "13": 2.0}


def test_without_the_data_the_command_says_so_in_one_line(tmp_path: Path):
    command = [sys.executable, "-m", "training.checkworthiness.weights"]
    environment = os.environ | {"COPYDESK_EVAL": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "COPYDESK_EVAL" in done.stderr

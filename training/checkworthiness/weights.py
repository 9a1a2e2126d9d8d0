"""Fit the weights of check-worthiness: signs alone, and signs beside the encoder's readings.

    COPYDESK_EVAL=… python -m training.checkworthiness.weights [--readings FILE.jsonl] [--seed 0] [--out FILE]

`--readings` has a line {"id", "reading"} for each sentence that
the encoder has read: the corpus's number of it, and the raw log-odds. Of the training part only sentences
that the encoder was not trained on may be among them; of dev all must be. Without the option the encoder's
weights that the file has are left out.

Weights are fitted on the training part and judged there by five folds, each of debates that stand apart;
probabilities are calibrated on these judgements, those of the newest debates before all (`recency`). The
threshold is that at which forecasts of later debates from earlier ones have the best F1. Dev is judged for
its figures only; dev-test is not looked at.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from services.claims import load_pipeline
from services.claims.signs import SIGNS
from training.checkworthiness.corpus import Judged, read_sentences
from training.checkworthiness.fitting import fit
from training.checkworthiness.judging import average_precision, calibration_error, f1
from training.checkworthiness.recency import GAP, HALF_LIVES, forecast, weigh
from training.checkworthiness.signs import read_readings, tabulate
from training.checkworthiness.writing import Part, write_parts

FOLDS, BLOCKS = 5, 25
SIDES = np.array(list(SIGNS.values()))


def main() -> None:
    """Read, fit, judge, write."""
    options = read_options()
    train, dev = read_sentences("train"), read_sentences("dev")
    nlp = load_pipeline(attribution="rules")
    tables = tabulate(nlp, train), tabulate(nlp, dev)
    parts = {"signs": fit_part("signs", train, tables[0], SIDES, options.seed)}
    judge_part(parts["signs"], tables[1], dev)
    if options.readings:
        readings = read_readings(options.readings)
        read = [at for at, one in enumerate(train) if one.number in readings]
        sentences = [train[at] for at in read]
        joined = join(readings, sentences, tables[0][read])
        parts["encoder"] = fit_part("encoder", sentences, joined, np.append(1, SIDES), options.seed)
        judge_part(parts["encoder"], join(readings, dev, tables[1]), dev)
    options.out.write_text(write_parts(parts, options.seed), encoding="utf-8")


def join(readings: Mapping[str, float], sentences: Sequence[Judged], table: np.ndarray) -> np.ndarray:
    """The table with the readings for its first column."""
    return np.column_stack([[readings[one.number] for one in sentences], table])


def fit_part(name: str, sentences: Sequence[Judged], table: np.ndarray, sides: np.ndarray, seed: int) -> Part:
    """Weights from these sentences, calibrated on the newest of them; figures are printed."""
    numbers = np.array([int(one.number) for one in sentences])
    worthy, counts = np.array([one.worthy for one in sentences]), weigh(numbers)
    fitted, odds = fit(table, worthy, sides), judge_by_folds(numbers, table, worthy, sides, seed)
    calibrated = fitted.calibrate(odds, worthy, counts)
    threshold = forecast(numbers, odds, worthy).choose_threshold()
    precision = average_precision(odds, worthy)
    stretch = calibrated.weights[0] / fitted.weights[0]
    print(f"{name}: {len(sentences)} sentences, average precision by folds {precision:.3f}")
    print(f"  newest debates: log-odds * {stretch:.2f} {calibrated.bias - fitted.bias * stretch:+.2f}")
    print_forecasts(numbers, odds, worthy)
    return Part(calibrated, threshold, fitted.align(odds, calibrated), worthy, counts)


def print_forecasts(numbers: np.ndarray, odds: np.ndarray, worthy: np.ndarray) -> None:
    """What it is worth to let the newest count most: of the next debates, and of later ones."""
    for half_life in HALF_LIVES:
        near, far = (forecast(numbers, odds, worthy, half_life, gap) for gap in (0, GAP))
        print(
            f"  half-life {half_life:4.0f}: log-loss and F1 of what comes next "
            f"{near.lose():.4f}, {near.find_best():.3f}; "
            f"{GAP} numbers later {far.lose():.4f}, {far.find_best():.3f}"
        )


def judge_part(part: Part, table: np.ndarray, sentences: Sequence[Judged]) -> None:
    """Print how the weights judge other sentences."""
    worthy, scores = np.array([one.worthy for one in sentences]), 1 / (1 + np.exp(-part.fitted.judge(table)))
    print(
        f"  dev: average precision {average_precision(scores, worthy):.3f}, "
        f"F1 {f1(scores, worthy, part.threshold):.3f} at {part.threshold:.3f}, "
        f"calibration error {calibration_error(scores, worthy):.3f}"
    )


def judge_by_folds(
    numbers: np.ndarray, table: np.ndarray, worthy: np.ndarray, sides: np.ndarray, seed: int
) -> np.ndarray:
    """Log-odds of each sentence by weights that were fitted without its debate and those about it."""
    order = np.argsort(np.argsort(numbers))
    folds = np.random.default_rng(seed).permutation(BLOCKS)[order * BLOCKS // len(order)] % FOLDS
    odds = np.empty(len(numbers))
    for fold in range(FOLDS):
        own = folds == fold
        odds[own] = fit(table[~own], worthy[~own], sides).judge(table[own])
    return odds


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--readings", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("services/claims/checkworthiness.toml"))
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Fit the weights of check-worthiness: signs alone, and signs beside the encoder's readings.

    COPYDESK_EVAL=… python -m training.checkworthiness.weights [--readings FILE.jsonl] [--seed 0] [--out FILE]

`--readings` has a line {"id", "reading"} for each sentence that
the encoder has read: the corpus's number of it, and the raw log-odds. Of the training part only sentences
that the encoder was not trained on may be among them; of dev all must be. Without the option the encoder's
weights that the file has are left out.

Weights are fitted on the training part and judged there by five folds, each of debates that stand apart;
probabilities are calibrated on dev. The threshold is half of the best F1 on the training part, by folds: the
optimum for calibrated scores, where sentences are as hard to tell as those. Dev, small and easy, would set
it higher. Dev-test is not looked at.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.claims import load_pipeline
from services.claims.signs import SIGNS
from training.checkworthiness.corpus import Judged, read_sentences
from training.checkworthiness.fitting import fit
from training.checkworthiness.judging import average_precision, calibration_error, f1
from training.checkworthiness.signs import read_readings, tabulate
from training.checkworthiness.writing import Part, write_parts

FOLDS, BLOCKS = 5, 25
SIDES = np.array(list(SIGNS.values()))
THRESHOLDS = np.arange(0.05, 0.95, 0.005)


def main() -> None:
    """Read, fit, judge, write."""
    options = read_options()
    train, dev = read_sentences("train"), read_sentences("dev")
    nlp = load_pipeline()
    tables = tabulate(nlp, train), tabulate(nlp, dev)
    parts = {"signs": fit_part((train, dev), tables, SIDES, options.seed)}
    if options.readings:
        readings = read_readings(options.readings)
        read = [at for at, one in enumerate(train) if one.number in readings]
        sentences = [train[at] for at in read], dev
        columns = [np.array([[readings[one.number]] for one in part]) for part in sentences]
        joined = np.hstack([columns[0], tables[0][read]]), np.hstack([columns[1], tables[1]])
        parts["encoder"] = fit_part(sentences, joined, np.append(1, SIDES), options.seed)
    options.out.write_text(write_parts(parts, options.seed), encoding="utf-8")


def fit_part(
    sentences: tuple[Sequence[Judged], Sequence[Judged]],
    tables: tuple[np.ndarray, np.ndarray],
    sides: np.ndarray,
    seed: int,
) -> Part:
    """Weights from the first of each pair, calibrated on the second; figures are printed."""
    worthy = [np.array([one.worthy for one in part]) for part in sentences]
    fitted = fit(tables[0], worthy[0], sides)
    calibrated = fitted.calibrate(tables[1], worthy[1])
    out_of_fold = fitted.align(judge_by_folds(sentences[0], tables[0], sides, seed), calibrated)
    odds = calibrated.judge(tables[1])
    chances = [1 / (1 + np.exp(-given)) for given in (out_of_fold, odds)]
    threshold = choose_threshold(chances[0], worthy[0])
    for name, scores, truth in zip(("train, by folds", "dev"), chances, worthy, strict=True):
        print(
            f"{len(truth)} sentences of {name}: average precision {average_precision(scores, truth):.3f}, "
            f"F1 {f1(scores, truth, threshold):.3f} at {threshold:.3f}, "
            f"calibration error {calibration_error(scores, truth):.3f}"
        )
    return Part(calibrated, threshold, odds, worthy[1], len(sentences[0]))


def judge_by_folds(
    sentences: Sequence[Judged], table: np.ndarray, sides: np.ndarray, seed: int
) -> np.ndarray:
    """Log-odds of each sentence by weights that were fitted without its debate and those about it."""
    order = np.argsort(np.argsort([int(one.number) for one in sentences]))
    folds = np.random.default_rng(seed).permutation(BLOCKS)[order * BLOCKS // len(order)] % FOLDS
    worthy, odds = np.array([one.worthy for one in sentences]), np.empty(len(sentences))
    for fold in range(FOLDS):
        own = folds == fold
        odds[own] = fit(table[~own], worthy[~own], sides).judge(table[own])
    return odds


def choose_threshold(scores: np.ndarray, worthy: np.ndarray) -> float:
    """Half of the best F1: where calibrated scores are best cut (Lipton, Elkan and Naryanaswamy 2014)."""
    return round(max(f1(scores, worthy, threshold) for threshold in THRESHOLDS) / 2, 3)


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

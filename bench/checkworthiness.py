"""Sentences of debates that are worth a check: CT24's dev and dev-test, and how many news holds.

    COPYDESK_EVAL=… python -m bench.checkworthiness [--readings FILE.jsonl] [--json]

F1 is of the class Yes, at three thresholds that ask for no label of dev-test: the one chosen with the
weights, the share of the newest debates, and what `copydesk score --adapt` tells from the scores alone.
Beside them a linear SVM over TF-IDF, trained in the same run on the same sentences, and the majority.
Sentences are scored as the product does; with `--readings` by the encoder's log-odds in that file, lines of
{"id", "reading"}.
The SVM needs scikit-learn (the `bench` group).
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from spacy.language import Language

from bench.articles import clean_examples
from schemas import CheckWorthiness
from services.claims import load_pipeline
from services.claims.base_rates import choose_threshold, estimate_shift
from services.claims.checkworthiness import add_up, find_weights, move, rate
from services.claims.sentences import rate_sentences
from training.checkworthiness.corpus import FOLDER, Judged, read_sentences
from training.checkworthiness.judging import Bin, average_precision, bin_scores, calibration_error, f1
from training.checkworthiness.signs import read_readings

PARTS = ("dev", "dev-test")
NEWS = FOLDER.parent / "attribution" / "train.jsonl"
ARTICLES = 60
SHORTEST = 6
"""Words of a sentence of an article that is counted."""
SHARES = (0.1, 0.25, 0.5)


@dataclass(frozen=True)
class Row:
    """One way to judge one part; without probabilities there is no calibration."""

    part: str
    name: str
    f1: float
    threshold: float | None
    said: float
    """Share of the sentences called worthy."""
    average_precision: float
    calibration_error: float | None = None


@dataclass(frozen=True)
class Spread:
    """Where the scores of some news lie, without any label."""

    name: str
    sentences: int
    reaching: float
    """Share of the sentences that reach the threshold."""
    starts: dict[float, float]
    """For a share: the score at which so many of the highest begin."""


def main() -> None:
    """Measure, print."""
    options = read_options()
    parts = {name: read_sentences(name) for name in ("train", *PARTS)}
    nlp = load_pipeline()
    readings = read_readings(options.readings) if options.readings else {}
    worths = {name: rate_part(nlp, parts[name], readings) for name in PARTS}
    worthy = {name: np.array([one.worthy for one in parts[name]]) for name in PARTS}
    rows = [row for name in PARTS for row in judge_ours(name, worths[name], worthy[name])]
    rows += [row for name in PARTS for row in judge_others(parts, name)]
    bins = {name: bin_scores(_scores(worths[name]), worthy[name]) for name in PARTS}
    news = measure_news(nlp)
    if options.json:
        print(json.dumps(_as_json(rows, bins, news)))
    else:
        print_tables(rows, bins, news)


def rate_part(
    nlp: Language, sentences: Sequence[Judged], readings: dict[str, float]
) -> list[CheckWorthiness]:
    """The scores of the sentences, by readings from a file where there are some."""
    texts = [" ".join(one.text.split()) for one in sentences]
    if not readings:
        return list(rate_sentences(nlp, texts))
    docs = nlp.pipe(texts, batch_size=64)
    return [rate(list(doc), readings[one.number]) for doc, one in zip(docs, sentences, strict=True)]


def judge_ours(part: str, worths: Sequence[CheckWorthiness], worthy: np.ndarray) -> list[Row]:
    """The rows of Copydesk's score: as it comes, cut at the usual share, and adapted."""
    weights = find_weights(worths[0].reasons)
    shift = estimate_shift([add_up(worth.reasons) for worth in worths], weights.usual)
    scores = _scores(worths)
    moved = _scores([move(worth, shift) for worth in worths])
    at_share = float(np.quantile(scores, 1 - weights.usual.base_rate))
    return [
        make_row(part, "copydesk", scores, worthy, weights.threshold),
        make_row(part, "copydesk, at .5", scores, worthy, 0.5),
        make_row(part, f"copydesk, the highest {weights.usual.base_rate:.0%}", scores, worthy, at_share),
        make_row(part, "copydesk --adapt", moved, worthy, choose_threshold(list(moved))),
        make_row(part, "copydesk, at the best threshold", scores, worthy, find_best(scores, worthy)),
    ]


def make_row(part: str, name: str, scores: np.ndarray, worthy: np.ndarray, threshold: float) -> Row:
    """All figures of scores that are probabilities."""
    return Row(
        part,
        name,
        f1(scores, worthy, threshold),
        threshold,
        float((scores >= threshold).mean()),
        average_precision(scores, worthy),
        calibration_error(scores, worthy),
    )


def find_best(scores: np.ndarray, worthy: np.ndarray) -> float:
    """The threshold that somebody who knows the labels would choose: what a threshold can give at all."""
    return float(max(np.unique(scores), key=lambda threshold: f1(scores, worthy, threshold)))


def judge_others(parts: dict[str, list[Judged]], part: str) -> list[Row]:
    """The rows of the SVM and of the majority."""
    worthy = np.array([one.worthy for one in parts[part]])
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LinearSVC(C=0.5))
    model.fit([one.text for one in parts["train"]], [one.worthy for one in parts["train"]])
    margins = model.decision_function([one.text for one in parts[part]])
    said = float((margins >= 0).mean())
    return [
        Row(
            part,
            "TF-IDF, linear SVM",
            f1(margins, worthy, 0.0),
            None,
            said,
            average_precision(margins, worthy),
        ),
        Row(part, "majority (No)", 0.0, None, 0.0, float(worthy.mean())),
    ]


def measure_news(nlp: Language) -> list[Spread]:
    """The examples one by one and together, and the news of PolNeAR's training part."""
    worths = {name: rate_article(nlp, text) for name, text in clean_examples()}
    spreads = [spread_scores(name, found) for name, found in worths.items()]
    lines = islice(NEWS.open(encoding="utf-8"), ARTICLES) if NEWS.exists() else ()
    news = [worth for line in lines for worth in rate_article(nlp, json.loads(line)["text"])]
    together = [worth for found in worths.values() for worth in found]
    return [*spreads, spread_scores("all examples", together), spread_scores("PolNeAR, training part", news)]


def rate_article(nlp: Language, text: str) -> list[CheckWorthiness]:
    """The scores of the sentences that are long enough."""
    texts = [sent.text for sent in nlp(text).sents if len(sent.text.split()) >= SHORTEST]
    return list(rate_sentences(nlp, texts))


def spread_scores(name: str, worths: Sequence[CheckWorthiness]) -> Spread:
    """How the scores of some sentences lie; the threshold is that of the weights."""
    scores = _scores(worths) if worths else np.zeros(1)
    threshold = find_weights(worths[0].reasons).threshold if worths else 1.0
    starts = {share: float(np.quantile(scores, 1 - share)) for share in SHARES}
    return Spread(name, len(worths), float((scores >= threshold).mean()), starts)


def print_tables(rows: Sequence[Row], bins: dict[str, list[Bin]], news: Sequence[Spread]) -> None:
    """Figures, reliability, examples."""
    console = Console()
    figures = Table("part", "", "F1 of Yes", "threshold", "said Yes", "average precision", "ECE")
    for row in rows:
        threshold, error = (
            "—" if value is None else f"{value:.3f}" for value in (row.threshold, row.calibration_error)
        )
        cells = f"{row.f1:.3f}", threshold, f"{row.said:.2f}", f"{row.average_precision:.3f}", error
        figures.add_row(row.part, row.name, *cells)
    console.print(figures)
    for part, found in bins.items():
        curve = Table("sentences", "mean score", "worthy", title=f"{part}: calibration of the plain score")
        for one in found:
            curve.add_row(str(one.number), f"{one.score:.2f}", f"{one.worthy:.2f}")
        console.print(curve)
    spreads = Table(
        "news", "sentences", "at the threshold", *(f"highest {share:.0%} from" for share in SHARES)
    )
    for one in news:
        starts = (f"{one.starts[share]:.2f}" for share in SHARES)
        spreads.add_row(one.name, str(one.sentences), f"{one.reaching:.0%}", *starts)
    console.print(spreads)


def _scores(worths: Sequence[CheckWorthiness]) -> np.ndarray:
    return np.array([worth.score for worth in worths])


def _as_json(rows: Sequence[Row], bins: dict[str, list[Bin]], news: Sequence[Spread]) -> dict[str, Any]:
    return {
        "rows": [asdict(row) for row in rows],
        "calibration": {part: [asdict(one) for one in found] for part, found in bins.items()},
        "news": [asdict(one) for one in news],
    }


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--readings", type=Path)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()

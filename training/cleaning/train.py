"""Train the forest that finds an article in its page, and judge it by sites it has not seen.

    COPYDESK_EVAL=… python -m training.cleaning.train [--seed 0] [--out FILE] [--folds FILE]

Needs scikit-learn (`uv pip install --group training`). Five folds, no host in two of them: the figures
printed are of pages whose host was not trained on. `--folds` keeps the forests of the folds, with which
`bench.cleaning` judges each page by a forest that has not seen its host. Only numbers leave this script:
traits, limits and values of the nodes.
"""

import argparse
import gzip
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from services.clean.about import listen, read_head_title
from services.clean.article import choose_least, count_words, cut_page
from services.clean.linked_data import read_body
from services.clean.markup import parse
from services.clean.pieces import Piece
from services.clean.traits import Table, Witness, describe
from training.cleaning.export import write_forest
from training.cleaning.labels import label, read_words
from training.cleaning.overlap import judge_overlap

FOLDER = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "cleaning"
NO_DATA = 3
FOLDS = 5
SHARE_OF_PAGE = 0.25
LINKED, FEW_WORDS, EASY_KEPT = 0.95, 6, 0.4
Judgement = np.ndarray


@dataclass
class Example:
    """A page with what is known of its pieces."""

    id: str
    part: str
    host: str
    article: str
    pieces: list[Piece]
    table: Table
    is_article: np.ndarray
    weight: np.ndarray


def main() -> None:
    """Read, judge by folds, train on everything, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("services/clean/forest.json"))
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    paths = [FOLDER / "html.jsonl.gz", FOLDER / "scraped.jsonl.gz"]
    if missing := [path for path in paths if not path.exists()]:
        print(f"no {missing[0]}: set COPYDESK_EVAL to the folder of the evaluation data", file=sys.stderr)
        sys.exit(NO_DATA)
    examples = [example for path in paths for example in read_examples(path)]
    judged, forests = train(examples, options.seed)
    report(examples, judged)
    *folds, whole = map(write_forest, forests)
    options.out.write_text(json.dumps(whole, separators=(",", ":")).replace("]],[[", "]],\n[[") + "\n")
    if options.folds:
        options.folds.write_text(json.dumps({"of": number_folds(examples), "forests": folds}))


def read_examples(path: Path) -> Iterator[Example]:
    """Each page that has pieces."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for page in map(json.loads, lines):
            tree = parse(page["html"])
            said = listen(tree)
            title, told = read_head_title(said) or "", read_body(said.article)
            pieces, heard = cut_page(tree)
            if pieces:
                table = describe(pieces, [Witness(heard), Witness(told)], title)
                yield build_example(path.stem.partition(".")[0], page, pieces, table)


def build_example(part: str, page: dict[str, Any], pieces: list[Piece], table: Table) -> Example:
    """A piece weighs its words' share of the article, so that each page weighs about the same."""
    labels = np.array(label([piece.text for piece in pieces], page["text"]))
    words = np.array([len(read_words(piece.text)) for piece in pieces], dtype=float)
    size = max(1.0, len(read_words(page["text"])), SHARE_OF_PAGE * words.sum())
    weight = np.where(labels < 0, 0, np.minimum((words + 1) / size, 1))
    host = page.get("source") or ".".join((urlsplit(page["url"]).hostname or "").split(".")[-2:])
    return Example(page["id"], part, host, page["text"], pieces, table, labels >= 0.5, weight)


def train(
    examples: Sequence[Example], seed: int
) -> tuple[list[Judgement], list[HistGradientBoostingClassifier]]:
    """The judgement of each page by a forest that has not seen its host; the forests, of all pages last."""
    judged: list[Judgement] = [np.empty(0)] * len(examples)
    forests = []
    for seen, unseen in split(examples):
        forests.append(fit([examples[at] for at in seen], seed))
        for at in unseen:
            judged[at] = forests[-1].predict_proba(examples[at].table)[:, 1]
    return judged, [*forests, fit(examples, seed)]


def split(examples: Sequence[Example]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places of the pages to train on and to judge, fold by fold."""
    hosts = [one.host for one in examples]
    return GroupKFold(FOLDS).split(hosts, groups=hosts)


def number_folds(examples: Sequence[Example]) -> dict[str, int]:
    """The fold that judges each page, by the page's id."""
    return {examples[at].id: fold for fold, (_, unseen) in enumerate(split(examples)) for at in unseen}


def fit(rows: Sequence[Example], seed: int) -> HistGradientBoostingClassifier:
    """A forest; of the many short links, which are easy to tell, some stand for all."""
    table = np.concatenate([one.table for one in rows])
    is_article = np.concatenate([one.is_article for one in rows])
    weight = np.concatenate([one.weight for one in rows])
    easy = (table[:, 2] > LINKED) & (table[:, 0] < FEW_WORDS) & ~is_article
    kept = (weight > 0) & ~(easy & (np.random.default_rng(seed).random(len(easy)) > EASY_KEPT))
    weight = weight * np.where(easy, 1 / EASY_KEPT, 1)
    forest = HistGradientBoostingClassifier(
        max_iter=160,
        max_leaf_nodes=16,
        learning_rate=0.07,
        l2_regularization=5,
        min_samples_leaf=40,
        max_bins=100,
        max_features=0.5,
        early_stopping=False,
        random_state=seed,
    )
    return forest.fit(table[kept], is_article[kept], sample_weight=weight[kept] / weight[kept].mean())


def report(examples: Sequence[Example], judged: Sequence[Judgement]) -> None:
    """Print, for each part of the data, the overlap of what would be kept with the articles."""
    for part in dict.fromkeys(one.part for one in examples):
        pairs = [
            (keep(one, chances), one.article)
            for one, chances in zip(examples, judged, strict=True)
            if one.part == part
        ]
        figures = "F1 {:.4f}, precision {:.4f}, recall {:.4f}".format(*judge_overlap(pairs))
        print(f"{part}, unseen hosts: {figures}", flush=True)


def keep(one: Example, chances: Judgement) -> str:
    """The text that a judgement keeps of a page."""
    least = choose_least(chances, count_words(one.pieces))
    return "\n".join(piece.text for piece, chance in zip(one.pieces, chances, strict=True) if chance >= least)


if __name__ == "__main__":
    main()

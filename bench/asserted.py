"""Which of an article's own sentences, in which nobody is cited, become claims: how many, from which score.

    COPYDESK_EVAL=… python -m bench.asserted [--json]

The examples, and 60 articles of PolNeAR's training part that the encoder's training kept back. No label
says which of these sentences are worth a check: the table shows what a cut leaves of them, by the base rate
that the worker may be given.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from rich.console import Console
from rich.table import Table
from spacy.language import Language

from bench.articles import clean_examples
from schemas import CheckWorthiness, ClaimKind, Metadata, derive_id
from services.claims import Article, detect, load_pipeline
from services.claims.checkworthiness import place
from services.claims.detection import ASSERTED_FROM
from training.attribution.examples import FOLDER, hold_back, read_articles

BASE_RATES = (None, 0.2, 0.1, 0.05)
CUTS = (0.375, 0.5, 0.6, 0.7, ASSERTED_FROM, 0.9)


@dataclass(frozen=True)
class Row:
    """What a cut leaves of the own sentences of some articles."""

    articles: str
    base_rate: float | None
    cut: float
    share: float
    an_article: float


def main() -> None:
    """Read, count, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    nlp = load_pipeline()
    found = {name: [rate_own(nlp, text) for text in texts] for name, texts in read_texts()}
    rows = [row for name, worths in found.items() for row in count(name, worths)]
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        print_table(rows, found)


def read_texts() -> Iterator[tuple[str, list[str]]]:
    """The articles by where they are from; the open ones where they are there."""
    yield "examples", [text for _, text in clean_examples()]
    if (FOLDER / "train.jsonl").exists():
        yield "PolNeAR, kept back", [str(one["text"]) for one in hold_back(read_articles("train"))[1]]


def rate_own(nlp: Language, text: str) -> list[CheckWorthiness]:
    """The ratings of all own sentences of an article that are long enough."""
    article = Article(derive_id("article", "bench", text), text, Metadata(), (), ())
    (claims,) = detect(nlp, [article], asserted_from=0.0)
    return [claim.check_worthiness for claim in claims if claim.kind is ClaimKind.ASSERTED]


def count(name: str, articles: Sequence[Sequence[CheckWorthiness]]) -> Iterator[Row]:
    """A row for each base rate and cut."""
    worths = [worth for article in articles for worth in article]
    for rate in BASE_RATES:
        scores = np.array([(worth if rate is None else place(worth, rate)).score for worth in worths])
        for cut in CUTS:
            taken = scores >= cut
            yield Row(name, rate, cut, float(taken.mean()), float(taken.sum() / len(articles)))


def print_table(rows: Sequence[Row], found: dict[str, list[list[CheckWorthiness]]]) -> None:
    """A line for each base rate: share of the sentences, and how many an article."""
    console = Console()
    for name, articles in found.items():
        total = sum(map(len, articles))
        title = f"{name}: {len(articles)} articles, {total / len(articles):.1f} own sentences each"
        table = Table("base rate", *(f"from {cut:g}" for cut in CUTS), title=title)
        for rate in BASE_RATES:
            own = [row for row in rows if (row.articles, row.base_rate) == (name, rate)]
            label = "as in debates" if rate is None else f"{rate:.0%}"
            table.add_row(label, *(f"{row.share:.0%}, {row.an_article:.1f}" for row in own))
        console.print(table)


if __name__ == "__main__":
    main()

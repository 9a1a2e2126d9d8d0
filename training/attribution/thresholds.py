"""Choose the thresholds of the decoding on the training articles that were kept back.

    COPYDESK_EVAL=… python -m training.attribution.thresholds [--folder services/encoder/model]

Prints, for one value after another, F1 of found with source and found; the best of each goes by hand into
`services.claims.decoding.Thresholds`. Texts are read once. `whole` is `agreed` where no rule is asked.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import spacy
from spacy.tokens import Doc

from bench.attribution import load_scorer
from services.claims.decoding import Thresholds
from services.claims.tagging import tag
from services.encoder.sessions import SHIPPED, Encoder, Read
from training.attribution.examples import Article, hold_back, read_articles

TRIED: dict[str, Sequence[float]] = {
    "cue": (0.3, 0.4, 0.5, 0.6),
    "edge": (0.2, 0.3, 0.4, 0.5),
    "agreed": (0.35, 0.4, 0.45, 0.5, 0.55),
    "piece": (0.0, 0.05, 0.1, 0.2),
    "switch": (0.0, 0.3, 0.6, 1.0),
    "source": (0.0, 0.4, 0.7, 1.0, 1.4),
    "gap": (1, 2, 3),
    "overlap": (0.3, 0.5, 0.7),
}


def main() -> None:
    """Read the articles once, decode them in many ways."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    options = parser.parse_args()
    encoder, blank = Encoder(options.folder), spacy.blank("en")
    articles = hold_back(read_articles("train"))[1]
    docs = [blank.make_doc(article["text"]) for article in articles]
    reads = [encoder.read(doc.text) for doc in docs]
    scorer, chosen = load_scorer(), Thresholds()
    chosen = replace(chosen, agreed=chosen.whole)  # no rule is asked here
    for name, values in TRIED.items():
        for value in values:
            measured = measure(scorer, articles, docs, encoder, reads, replace(chosen, **{name: value}))
            mark = "  <- chosen" if getattr(chosen, name) == value else ""
            print(f"{name:8} {value:<5} with source {measured[0]:.3f}  found {measured[1]:.3f}{mark}")


def measure(
    scorer: ModuleType,
    articles: Sequence[Article],
    docs: Sequence[Doc],
    encoder: Encoder,
    reads: Sequence[Sequence[Read]],
    chosen: Thresholds,
) -> tuple[float, float]:
    """F1 of found with source, and of found."""
    predicted = {
        article["id"]: [
            {"source": list(one.source), "cue": [one.cue], "content": list(one.content)}
            for one in tag(doc, encoder, read, chosen)
        ]
        for article, doc, read in zip(articles, docs, reads, strict=True)
    }
    result = scorer.score(articles, predicted)
    return result["found with source"]["f1"], result["found"]["f1"]


if __name__ == "__main__":
    main()

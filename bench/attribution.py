"""Who says what, on PolNeAR dev: the model with rules beside it, rules alone, and textacy, in one run.

    COPYDESK_EVAL=… python -m bench.attribution [--json] [--part dev|kept-back]

The scorer is the data's own `score.py`. textacy finds quotations only (`direct_quotations`); where it refuses
a text for its quote marks, nothing is counted as found. Published figures stand below, on the test part.
`kept-back` are the training articles that no training sees: decisions are taken on those.
"""

import argparse
import importlib.util
import json
import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from spacy.language import Language
from spacy.tokens import Doc
from textacy.extract import direct_quotations

from services.claims import load_pipeline
from training.attribution.examples import FOLDER, Article, hold_back, read_articles

Spans = dict[str, list[tuple[int, int]]]
Row = dict[str, float]
PUBLISHED: dict[str, dict[str, float]] = {
    "BBC Citron, retrained (test)": {
        "found": 0.560, "with source": 0.500, "cue": 0.525, "source": 0.645, "content": 0.389
    },
    "BERT-base, fine-tuned (test, paper)": {"cue": 0.716, "source": 0.775, "content": 0.625},
    "two people (test)": {
        "found": 0.796, "with source": 0.754, "cue": 0.712, "source": 0.789, "content": 0.697
    },
}  # fmt: skip
SHOWN = ("found", "with source", "cue", "source", "content", "direct", "mixed", "indirect")


def main() -> None:
    """Run all over the same articles, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=("dev", "kept-back"), default="dev")
    options = parser.parse_args()
    articles = read_articles("dev") if options.part == "dev" else hold_back(read_articles("train"))[1]
    rows = compare(articles)
    if options.json:
        print(json.dumps({"part": options.part, "articles": len(articles), "rows": rows}))
    else:
        Console().print(
            tabulate(rows, f"PolNeAR {options.part}, {len(articles)} articles: F1; recall by type")
        )


def compare(articles: list[Article]) -> dict[str, Row]:
    """The figures of each reader of the same articles."""
    scorer = load_scorer()
    readers: dict[str, tuple[Language, Callable[[Doc], Iterable[Spans]]]] = {
        "copydesk, model and rules": (load_pipeline(), read_ours),
        "copydesk, rules alone": (load_pipeline(attribution="rules"), read_ours),
        "textacy, direct_quotations": (load_pipeline(attribution="rules"), read_textacy),
    }
    return {
        name: measure(scorer, articles, nlp, reader) for name, (nlp, reader) in readers.items()
    } | PUBLISHED


def measure(
    scorer: ModuleType, articles: list[Article], nlp: Language, reader: Callable[[Doc], Iterable[Spans]]
) -> Row:
    """The scorer's figures for what a reader makes of the parsed articles."""
    docs = nlp.pipe(article["text"] for article in articles)
    found = {
        article["id"]: list(reader(doc))
        for article, doc in track(
            zip(articles, docs, strict=True), total=len(articles), console=Console(stderr=True)
        )
    }
    result: dict[str, Any] = scorer.score(articles, found)
    kinds = {kind: result[f"recall {kind}"]["found"] for kind in ("direct", "mixed", "indirect")}
    spans = {role: result[f"{role} span"]["f1"] for role in ("cue", "source", "content")}
    return {
        "found": result["found"]["f1"],
        "precision": result["found"]["p"],
        "recall": result["found"]["r"],
        "with source": result["found with source"]["f1"],
        **spans,
        **kinds,
    }


def read_ours(doc: Doc) -> Iterable[Spans]:
    """The attributions of the pipeline that the claims worker runs."""
    for one in doc._.attributions:
        yield {"source": list(one.source), "cue": list(one.cue), "content": list(one.content)}


def read_textacy(doc: Doc) -> Iterable[Spans]:
    """textacy's quotations, as characters."""
    try:
        for speaker, cue, content in direct_quotations(doc):
            yield {
                "source": [(token.idx, token.idx + len(token)) for token in speaker],
                "cue": [(token.idx, token.idx + len(token)) for token in cue],
                "content": [(content.start_char, content.end_char)],
            }
    except ValueError as error:
        print(f"textacy refuses a text: {error}", file=sys.stderr)


def load_scorer() -> ModuleType:
    """The `score.py` that lies beside the data."""
    spec = importlib.util.spec_from_file_location("score", FOLDER / "score.py")
    if spec is None or spec.loader is None:
        raise RuntimeError(f"no scorer in {FOLDER}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tabulate(rows: dict[str, Row], title: str) -> Table:
    """One line for each reader."""
    table = Table("", *SHOWN, title=title)
    for name, row in rows.items():
        table.add_row(name, *(f"{row[key]:.3f}" if key in row else "" for key in SHOWN))
    return table


if __name__ == "__main__":
    main()

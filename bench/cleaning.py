"""Cleaning beside other extractors, on the open pages in COPYDESK_EVAL, with the scorer that lies there.

    uv pip install --group bench && python -m bench.cleaning [--sample N] [--only html|scraped] [--folds FILE]
        [--json]

The pages are also what Copydesk was trained on. With the forests that `training.cleaning.train --folds FILE`
keeps, each page is judged by one that has not seen its site: that row is the one to compare.

HTML: shingle precision, recall and F1, and pages per CPU second. Scraped text: the same, content lines kept
and furniture lines removed; what learns in the order of arrival is given ten orders, mean and spread.
"""

import argparse
import gzip
import importlib.util
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import mean, pstdev
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import NAMESPACE_DNS, uuid5

from rich.console import Console
from rich.table import Table

from bench import rivals
from bench.bylines import compare_metadata
from bench.rivals import Extract, Reading, Scraped
from schemas import MediaType, Metadata
from services.clean import Cleaned, Policy, article, clean
from services.clean.forest import read_forest
from services.offline.cleaning import clean_documents
from services.offline.documents import Document
from services.offline.results import Learning

Row = dict[str, Any]
Page = dict[str, Any]
FOLDER = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "cleaning"
NO_DATA = 3
ORDERS = 10
WIDTH = 132


class AnyLanguage(frozenset[str]):
    """Holds every language, so that each page counts."""

    def __contains__(self, code: object) -> bool:
        return True


EVERY_PAGE = Policy(min_words=0, languages=AnyLanguage())


def clean_one(content: str, kind: MediaType) -> str:
    """The article's text as `copydesk clean` prints it."""
    cleaned = clean(content, kind, Metadata(), EVERY_PAGE)
    return cleaned.text if isinstance(cleaned, Cleaned) else ""


def clean_all(pages: Sequence[Scraped], learning: Learning) -> Iterator[str]:
    """The pages through what `copydesk clean --learn` runs."""
    return (cleaned.text for cleaned in clean_documents(map(_read_document, pages), learning))


def _read_document(page: Scraped) -> Document:
    article_id = uuid5(NAMESPACE_DNS, page.id)
    return Document(page.id, article_id, page.text, MediaType.TEXT, Metadata(source=page.source))


# What reads a source's pages in their order of arrival, and what may look at all of them first.
READINGS: dict[str, Reading] = {
    "keep all": rivals.keep_all,
    "C4's line rules": rivals.keep_sentences,
    "jusText on lines": rivals.keep_just_text,
    "repeats, source known": rivals.drop_known_repeats,
    "repeats, in order": rivals.drop_repeats,
    "copydesk, learn none": partial(clean_all, learning=Learning.NONE),
    "copydesk, learn stream": partial(clean_all, learning=Learning.STREAM),
    "copydesk, learn batch": partial(clean_all, learning=Learning.BATCH),
}
IN_ORDER = {"repeats, in order", "copydesk, learn stream"}


def main() -> None:
    """Measure and print."""
    options = _read_options()
    scorer = _load_scorer()
    result: dict[str, dict[str, Row]] = {}
    if options.only != "scraped":
        pages = _load("html", options.sample)
        unseen = {"copydesk, unseen sites": clean_unseen(pages, options.folds)} if options.folds else {}
        result["html"] = measure_html(pages, scorer, unseen)
        result["metadata"] = compare_metadata(pages)
    if options.only != "html":
        result["scraped"] = measure_scraped(_load("scraped", options.sample), scorer)
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for name, rows in result.items():
        Console(width=WIDTH).print(_tabulate(name, rows))


def clean_unseen(pages: Sequence[Page], path: Path) -> Extract:
    """Our cleaning of each page by the forest of the fold that does not have its site."""
    kept = json.loads(path.read_text())
    forests = [read_forest(one) for one in kept["forests"]]
    forest_of = {page["html"]: forests[kept["of"][page["id"]]] for page in pages if page["id"] in kept["of"]}

    def extract(page: str) -> str:
        with patch.object(article, "load_forest", lambda: forest_of.get(page, forests[0])):
            return clean_one(page, MediaType.HTML)

    return extract


def measure_html(pages: Sequence[Page], scorer: ModuleType, unseen: dict[str, Extract]) -> dict[str, Row]:
    """One row an extractor, ours last."""
    ours = {"copydesk, as shipped": lambda page: clean_one(page, MediaType.HTML)}
    extractors = rivals.list_extractors() | ours | unseen
    rows = {}
    for name, extract in extractors.items():
        _try(extract, pages[0]["html"])
        texts, seconds = _time(_try(extract, page["html"]) for page in pages)
        rows[name] = _score(scorer, pages, texts) | {"pages/CPU s": len(pages) / seconds}
    return rows


def measure_scraped(
    pages: Sequence[Page], scorer: ModuleType, readings: Mapping[str, Reading] = READINGS
) -> dict[str, Row]:
    """One row a reading; those that learn in order have the mean over ten orders, and its spread."""
    rows = {}
    for name, read in readings.items():
        orders = _shuffle(pages) if name in IN_ORDER else [list(pages)]
        runs = [_read(scorer, order, read) for order in orders]
        rows[name] = {figure: mean(run[figure] for run in runs) for figure in runs[0]}
        rows[name]["F1 spread"] = pstdev(run["F1"] for run in runs)
    return rows


def _read(scorer: ModuleType, pages: Sequence[Page], read: Reading) -> Row:
    scraped = [Scraped(page["id"], page["source"], page["scraped"]) for page in pages]
    texts, seconds = _time(read(scraped))
    return _score(scorer, pages, texts) | {"pages/CPU s": len(pages) / seconds}


def _shuffle(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages of each source in ten random orders."""
    return [random.Random(seed).sample(list(pages), len(pages)) for seed in range(ORDERS)]


def _time(texts: Iterable[str]) -> tuple[list[str], float]:
    began = time.process_time()
    done = list(texts)
    return done, max(1e-9, time.process_time() - began)


def _try(extract: Callable[[str], str], page: str) -> str:
    """The text, empty where the extractor fails: a page that one can't read counts as empty."""
    try:
        return extract(page)
    except Exception:
        return ""


def _score(scorer: ModuleType, pages: Sequence[Page], texts: Sequence[str]) -> Row:
    result = scorer.score(pages, {page["id"]: text for page, text in zip(pages, texts, strict=True)})
    shingles = result["shingles"]
    row = {"F1": shingles["f1"], "precision": shingles["p"], "recall": shingles["r"]}
    return row | result.get("snippets", {}) | (result.get("lines", {}) if "source" in pages[0] else {})


def _load_scorer() -> ModuleType:
    _require("score.py")
    spec = importlib.util.spec_from_file_location("score", FOLDER / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _load(name: str, sample: int | None) -> list[Page]:
    with gzip.open(_require(f"{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    return pages[:: max(1, len(pages) // sample)][:sample] if sample else pages


def _require(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        print(f"no {path}: set COPYDESK_EVAL to the folder of the evaluation data", file=sys.stderr)
        sys.exit(NO_DATA)
    return path


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=int, help="so many pages, evenly drawn")
    parser.add_argument("--only", choices=["html", "scraped"])
    parser.add_argument("--folds", type=Path, help="forests that `training.cleaning.train` kept")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _tabulate(name: str, rows: dict[str, Row]) -> Table:
    figures = list(next(iter(rows.values())))
    table = Table("", *figures, title=name)
    table.columns[0].no_wrap = True
    for way, row in rows.items():
        table.add_row(
            way, *(f"{row[figure]:.1f}" if "/" in figure else f"{row[figure]:.3f}" for figure in figures)
        )
    return table


if __name__ == "__main__":
    main()

"""What learning a source's lines adds on scraped pages: python -m bench.learning [SEEDS]

Runs `copydesk clean`'s own code over the open scraped pages in COPYDESK_EVAL (`cleaning/scraped.jsonl.gz`)
without learning, in stream order (shuffled, with each seed) and from the batch, and scores them with the
`score.py` that lies beside them. Exit code 3 where the pages are not there.
"""

import gzip
import importlib.util
import json
import os
import random
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from schemas import MediaType, Metadata
from services.cli.cleaning import clean_documents
from services.cli.documents import Document
from services.cli.results import Learning

HERE = Path(__file__).parents[1]
Pages = list[dict[str, Any]]


def main() -> None:
    """Print one row for each way of learning."""
    folder = Path(os.environ.get("COPYDESK_EVAL", HERE.parent / "shared" / "eval")) / "cleaning"
    if not (folder / "scraped.jsonl.gz").exists():
        print(f"{folder}/scraped.jsonl.gz is not there; set COPYDESK_EVAL", file=sys.stderr)
        sys.exit(3)
    with gzip.open(folder / "scraped.jsonl.gz", "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    scorer = load_scorer(folder / "score.py")
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
    print_row("none", [score(scorer, pages, Learning.NONE)])
    print_row("stream", [score(scorer, shuffle(pages, seed), Learning.STREAM) for seed in seeds])
    print_row("batch", [score(scorer, pages, Learning.BATCH)])


def load_scorer(path: Path) -> ModuleType:
    """The scorer that counts."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shuffle(pages: Pages, seed: int) -> Pages:
    """The pages in another order."""
    return random.Random(seed).sample(pages, len(pages))


def score(scorer: ModuleType, pages: Pages, learning: Learning) -> tuple[float, float, float]:
    """Shingle F1, content lines kept, furniture lines removed."""
    cleaned = clean_documents(map(read, pages), learning)
    result = scorer.score(pages, {one.id: one.text for one in cleaned})
    lines = result["lines"]
    return result["shingles"]["f1"], lines["content kept"], lines["furniture removed"]


def read(page: dict[str, Any]) -> Document:
    """A scraped page as the command would read it."""
    article_id = uuid5(NAMESPACE_DNS, page["id"])
    return Document(page["id"], article_id, page["scraped"], MediaType.TEXT, Metadata(source=page["source"]))


def print_row(name: str, scores: Iterable[tuple[float, float, float]]) -> None:
    """Means over the seeds, and how far F1 spreads."""
    columns = list(zip(*scores, strict=True))
    f1, kept, removed = map(statistics.mean, columns)
    spread = f" ± {statistics.stdev(columns[0]):.3f}" if len(columns[0]) > 1 else ""
    print(f"{name:8} F1 {f1:.3f}{spread}  content kept {kept:.3f}  furniture removed {removed:.3f}")


if __name__ == "__main__":
    main()

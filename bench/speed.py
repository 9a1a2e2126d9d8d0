"""CPU seconds for 1,000 words, and memory, of what the entities and the claims worker compute.

    python -m bench.speed [--articles 30] [--rounds 5] [--json]

Each worker's computation as the worker itself loads it, beside spaCy's whole small pipeline over the same
texts: articles of PolNeAR dev where COPYDESK_EVAL is set, else of the examples. Each of the three has one
thread in a process of its own, and takes its turn in every round, in another order each time. Processor
time is the process's own, loading excluded; memory is its peak, loading included. Linux only.
"""

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.articles import vary_examples
from schemas import ArticleCleaned, Message, derive_id
from services.claims import handler as claims
from services.claims.settings import ClaimsSettings
from services.entities import handler as entities
from services.entities.settings import EntitiesSettings
from services.kit.pipelines import load_installed
from services.kit.settings import SPACY_PIPELINE
from services.kit.work import Handler, Job

BATCH = 16
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
BARE, ENTITIES, CLAIMS, BOTH = "spaCy's whole pipeline", "entities worker", "claims worker", "both workers"
Compute = Callable[[Sequence[Any]], list[Message]]


@dataclass
class Row:
    """What one of them took in each round."""

    peak: float = 0.0
    """Megabytes."""
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = list(islice(read_texts(options.articles), options.articles))
    words = sum(len(text.split()) for text in texts)
    figures = summarise(measure(texts, options.rounds), words)
    if options.json:
        print(json.dumps({"articles": len(texts), "words": words, "rows": figures}))
    else:
        Console().print(tabulate(figures, f"{len(texts)} articles, {words:,} words"))


def read_texts(number: int) -> Iterator[str]:
    """The open articles where they are, else as many as are wanted of the examples."""
    folder = os.environ.get("COPYDESK_EVAL")
    if not folder:
        yield from (one.text or "" for one in vary_examples(number))
        return
    with (Path(folder) / "attribution" / "dev.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


def measure(texts: Sequence[str], rounds: int) -> dict[str, Row]:
    """Each over all texts, once a round, after a first time that is not counted."""
    cleaned = [_write_message(number, text) for number, text in enumerate(texts)]
    rows = {name: Row() for name in (BARE, ENTITIES, CLAIMS)}
    with ExitStack() as stack:
        pipes = {name: stack.enter_context(_start(name)) for name in rows}
        extracted, *_ = _take_turn(pipes[ENTITIES], cleaned)
        given = {BARE: texts, ENTITIES: cleaned, CLAIMS: extracted}
        for turn in range(rounds + 1):
            names = list(rows)
            for name in names[turn % 3 :] + names[: turn % 3]:
                _, seconds, rows[name].peak = _take_turn(pipes[name], given[name])
                rows[name].seconds += [seconds] if turn else []
    return rows


def summarise(rows: dict[str, Row], words: int) -> dict[str, dict[str, float]]:
    """Medians over the rounds; ratios are taken within a round."""
    both = [one + other for one, other in zip(rows[ENTITIES].seconds, rows[CLAIMS].seconds, strict=True)]
    measured = rows | {BOTH: Row(rows[ENTITIES].peak + rows[CLAIMS].peak, both)}
    return {name: _figures(row, rows[BARE], words) for name, row in measured.items()}


def _figures(row: Row, bare: Row, words: int) -> dict[str, float]:
    costs = [seconds / words * 1000 for seconds in row.seconds]
    ratios = [one / other for one, other in zip(row.seconds, bare.seconds, strict=True)]
    return {
        "seconds": median(costs),
        "lowest": min(costs),
        "highest": max(costs),
        "ratio": median(ratios),
        "megabytes": row.peak,
    }


@contextmanager
def _start(name: str) -> Iterator[Connection]:
    """A process that computes what it is sent, and ends with the block."""
    os.environ |= dict.fromkeys(THREADS, "1")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(name, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join()


def _take_turn(pipe: Connection, given: Sequence[Any]) -> tuple[list[Message], float, float]:
    """What the process made of it, its seconds, and the megabytes it needed at most so far."""
    pipe.send(list(given))
    answer: tuple[list[Message], float, float] = pipe.recv()
    return answer


def _serve(name: str, pipe: Connection) -> None:
    loads: dict[str, Callable[[], Compute]] = {
        BARE: _load_bare,
        ENTITIES: lambda: _load_worker(entities.build_handler(EntitiesSettings())),
        CLAIMS: lambda: _load_worker(claims.build_handler(ClaimsSettings())),
    }
    compute = loads[name]()
    while True:
        try:
            given = pipe.recv()
        except EOFError:
            return
        began = time.process_time()
        made = [one for at in range(0, len(given), BATCH) for one in compute(given[at : at + BATCH])]
        pipe.send((made, time.process_time() - began, _read_peak()))


def _load_bare() -> Compute:
    nlp = load_installed(SPACY_PIPELINE, "", "parser", ())

    def compute(texts: Sequence[Any]) -> list[Message]:
        for _ in nlp.pipe(texts, batch_size=BATCH):
            pass
        return []

    return compute


def _load_worker(handler: Handler[Any, Any]) -> Compute:
    process, now = handler.load(), datetime.now(UTC)
    return lambda messages: list(process([Job(message, "0-1", 1, now) for message in messages]))


def _read_peak() -> float:
    """The most that this process had resident, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


def _write_message(number: int, text: str) -> ArticleCleaned:
    now = datetime.now(UTC)
    return ArticleCleaned(
        message_id=derive_id("message", number),
        article_id=derive_id("article", number),
        revision="0",
        submitted_at=now,
        produced_at=now,
        text=text,
    )


def tabulate(figures: dict[str, dict[str, float]], title: str) -> Table:
    """A row each."""
    table = Table("", "CPU s for 1,000 words", "lowest to highest", "of spaCy's", "peak MB", title=title)
    for name, row in figures.items():
        table.add_row(
            name,
            f"{row['seconds']:.3f}",
            f"{row['lowest']:.3f} to {row['highest']:.3f}",
            f"{row['ratio']:.2f}",
            f"{row['megabytes']:.0f}",
        )
    return table


if __name__ == "__main__":
    main()

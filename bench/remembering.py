"""What the clean stage's memory costs: processor time an article without it, with it, and with copies too.

    python -m bench.remembering [--articles 400] [--rounds 3] [--json]

- `none`: the article alone is cleaned, and its text stored.
- `memory`: the pages of its source are recalled and remembered too, so that their common lines are known.
- `memory and copies`: the stage as it is: each text's signature as well, and the search for what it copies.

Each way works through the same articles in the stage's own batches, on a store emptied before; they are made
of the examples' paragraphs, from four sources, and one in five is an edited copy of an earlier one. The first
half fills the memory and is not counted. Rounds alternate; the lowest cost of all rounds is compared, since
nothing makes a round cheaper than it is. `worker` is the processor time of the stage's own process, `store`
that of its connection's process in Postgres; ratios are of both together.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, text

from bench.copies import read_texts
from schemas import ArticleCleaned, ArticleIngested, MediaType, Metadata, Outcome, Skipped, derive_id
from services.clean import clean
from services.clean.handler import ROW, build_handler, describe_page, recall_sources
from services.clean.settings import CleanSettings
from services.embedded import Servers
from services.kit.bookkeeping import commit, recall
from services.kit.work import Delivery, End, Handler, Job, Process, carry_on, each, while_current
from services.store.articles import Arrival, save_arrival
from services.store.engine import connect
from services.store.migration import migrate
from services.store.source_pages import remember_pages
from services.store.tables import metadata
from services.store.texts import save_texts

NONE, MEMORY, COPIES = "none", "memory", "memory and copies"
KINDS = (MediaType.TEXT, MediaType.HTML)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOURCES = ("Harbour Post", "Highton News", "Lowton Gazette", "Dunhaven Echo")
MENU = ("Home", "News", "Council and courts", "Harbour and shipping", "Sport", "Letters to the editor")
PARAGRAPHS = 12
COPIED = 0.2
Article = Job[ArticleIngested]


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time an article."""

    worker: float
    store: float

    @property
    def both(self) -> float:
        """The stage's process and the store's."""
        return self.worker + self.store


def write_articles(number: int, kind: MediaType) -> list[ArticleIngested]:
    """Articles on pages of their sources, one in five an edited copy."""
    chance = random.Random(5)
    pool = [paragraph for told in read_texts() for paragraph in told.split("\n\n")]
    told: list[list[str]] = []
    for _ in range(number):
        if told and chance.random() < COPIED:
            told.append([*chance.choice(told)[:-1], f"{chance.choice(pool)} So it was said."])
        else:
            told.append(chance.sample(pool, PARAGRAPHS))
    return [_ingest(n, kind, SOURCES[n % len(SOURCES)], paragraphs) for n, paragraphs in enumerate(told)]


def _ingest(number: int, kind: MediaType, source: str, paragraphs: Sequence[str]) -> ArticleIngested:
    page = _lay_out if kind is MediaType.HTML else _scrape
    at = NOON + timedelta(seconds=number)
    return ArticleIngested(
        message_id=derive_id("message", number),
        article_id=derive_id("article", number),
        revision=f"{number:064x}",
        submitted_at=at,
        produced_at=at,
        media_type=kind,
        metadata=Metadata(source=source, language="en"),
        content=page(source, paragraphs),
    )


def _close(source: str) -> str:
    return f"Our readers keep the {source} alive, so please give what you can today."


def _scrape(source: str, paragraphs: Sequence[str]) -> str:
    return "\n\n".join([*MENU, *paragraphs[:4], _close(source), *paragraphs[4:], f"The {source} newsroom"])


def _lay_out(source: str, paragraphs: Sequence[str]) -> str:
    menu = "".join(f"<li><a href='/{n}'>{name}</a></li>" for n, name in enumerate(MENU))
    told = "".join(f"<p>{paragraph}</p>" for paragraph in [*paragraphs[:4], _close(source), *paragraphs[4:]])
    return (
        f"<html><body><nav><ul>{menu}</ul></nav><article>{told}</article>"
        f"<footer>The {source} newsroom</footer></body></html>"
    )


def clean_alone(job: Article) -> ArticleCleaned | Skipped:
    """The clean text of an article by itself."""
    article = job.message
    cleaned = clean(article.content, article.media_type, article.metadata)
    if isinstance(cleaned, Skipped):
        return cleaned
    return ArticleCleaned(
        **carry_on(job, ROW), metadata=cleaned.metadata, text=cleaned.text, removed=cleaned.removed
    )


def settle_remembering(
    tx: Connection, done: Sequence[tuple[Article, ArticleCleaned]], most: int
) -> Sequence[Outcome | Skipped]:
    """Store the texts and remember their pages; nothing of copies."""
    outcomes = while_current(save_texts)(tx, done)
    remember_pages(tx, [page for pair in done for page in describe_page(*pair)], most)
    return outcomes


def build_ways() -> dict[str, Handler[Any, Any]]:
    """The stage as it is, and with parts left out."""
    settings = CleanSettings()
    whole = build_handler(settings)
    remembering = partial(settle_remembering, most=settings.remembered_pages)
    return {
        NONE: replace(whole, load=partial(each, clean_alone), settle=while_current(save_texts), recall=None),
        MEMORY: replace(whole, settle=remembering, recall=recall_sources),
        COPIES: whole,
    }


class House:
    """The store, and the processor time that it and this process have taken."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        migrate(engine)
        with engine.connect() as connection:
            backend = connection.execute(text("select pg_backend_pid()")).scalar_one()
        self._backend = psutil.Process(backend)

    def fill(self, articles: Sequence[ArticleIngested]) -> None:
        """Only these articles, as ingest leaves them."""
        names = ", ".join(table.name for table in metadata.sorted_tables)
        with self.engine.begin() as tx:
            tx.execute(text(f"truncate {names}"))
            for one in articles:
                save_arrival(tx, Arrival(one.message_id, one, "text", one.content.encode(), {}))

    def read_clocks(self) -> tuple[float, float]:
        """Seconds of processor time so far: of this process, and of the store's."""
        used = self._backend.cpu_times()
        return time.process_time(), used.user + used.system

    def work(self, handler: Handler[Any, Any], articles: Sequence[ArticleIngested]) -> Cost:
        """All articles through one way of the stage; the cost of the second half."""
        self.fill(articles)
        process = handler.load()
        half = len(articles) // 2
        self._pass(handler, process, articles[:half])
        before = self.read_clocks()
        self._pass(handler, process, articles[half:])
        spent = [after - was for after, was in zip(self.read_clocks(), before, strict=True)]
        worker, store = (1000 * seconds / (len(articles) - half) for seconds in spent)
        return Cost(worker, store)

    def _pass(
        self, handler: Handler[Any, Any], process: Process[Any, Any], articles: Sequence[ArticleIngested]
    ) -> None:
        for first in range(0, len(articles), ROW.batch):
            part = articles[first : first + ROW.batch]
            jobs = recall(self.engine, handler, [Job(one, "1-1", 1, datetime.now(UTC)) for one in part])
            ends = [_end(job, result) for job, result in zip(jobs, process(jobs), strict=True)]
            commit(self.engine, handler, ends, "bench")


def _end(job: Article, result: object) -> End:
    if not isinstance(result, ArticleCleaned):
        raise TypeError(f"an article of the benchmark was not cleaned: {result}")
    return End(Delivery(job.entry_id, {}), Outcome.DONE, job, message=result)


def measure(number: int, rounds: int) -> dict[tuple[MediaType, str], list[Cost]]:
    """The costs of alternating rounds."""
    ways = build_ways()
    found: dict[tuple[MediaType, str], list[Cost]] = {pair: [] for pair in product(KINDS, ways)}
    with tempfile.TemporaryDirectory() as folder, Servers(Path(folder)) as addresses:
        engine = connect(addresses.database_url, 1)
        house = House(engine)
        given = {kind: write_articles(number, kind) for kind in KINDS}
        for _ in range(rounds):
            for (kind, way), costs in found.items():
                costs.append(house.work(ways[way], given[kind]))
        engine.dispose()
    return found


def summarise(found: dict[tuple[MediaType, str], list[Cost]]) -> Iterator[dict[str, Any]]:
    """The cheapest round of each way, the spread, and its ratio to the article alone."""
    for (kind, way), costs in found.items():
        least = min(costs, key=lambda cost: cost.both)
        alone = min(cost.both for cost in found[kind, NONE])
        yield {
            "kind": kind.value,
            "way": way,
            "worker_ms": round(least.worker, 2),
            "store_ms": round(least.store, 2),
            "spread_ms": f"{least.both:.2f} to {max(cost.both for cost in costs):.2f}",
            "of_none": round(least.both / alone, 2),
        }


def main() -> None:
    """Run all and print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = list(summarise(measure(options.articles, options.rounds)))
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    table = Table(*rows[0], title=f"{options.articles} articles, {options.rounds} rounds")
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()

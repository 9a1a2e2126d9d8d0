"""Articles a second through the whole house, against bare `nlp.pipe` over the same texts.

    python -m bench.throughput [--articles 300] [--json]

House: embedded servers, one worker of each stage; two of them (entities, claims) run the model.
Bare: the same model's full pipeline over the same clean texts, half of them in each of two processes.
Both are timed in one run, loading excluded, and the ratio is what counts.
"""

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from pathlib import Path

import psutil
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, select

from bench.articles import vary_examples
from schemas import TOPOLOGY, StageName
from services.control.probe import probe
from services.control.publication import Candidate, Published, find_ended, publish
from services.control.topology import apply_topology
from services.embedded.processes import Crew, serve
from services.entities.settings import EntitiesSettings
from services.ingest import find_ref
from services.kit.pipelines import load_installed
from services.store.engine import connect
from services.store.tables import claims, texts

BATCH = 16


async def run_house(number: int) -> tuple[float, list[str], dict[str, float], int]:
    """Seconds for `number` articles, their clean texts, MB of each worker, claims found."""
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as addresses:
        redis, engine = Redis.from_url(addresses.redis_url), connect(addresses.database_url)
        await apply_topology(redis, engine)
        environment = {
            "COPYDESK_REDIS_URL": addresses.redis_url,
            "COPYDESK_DATABASE_URL": addresses.database_url,
        }
        crew = Crew(environment, Path(folder) / "logs")
        crew.start(dict.fromkeys(StageName, 1))
        try:
            await wait_for_workers(redis)
            candidates = [
                Candidate(str(n), one, find_ref(one)) for n, one in enumerate(vary_examples(number))
            ]
            began = time.perf_counter()
            published = await publish(redis, engine, candidates)
            await wait_for_ends(engine, published)
            seconds = time.perf_counter() - began
            memory = {name: psutil.Process(pid).memory_info().rss / 1e6 for pid, name in crew.pids().items()}
        finally:
            crew.stop()
        with engine.connect() as connection:
            clean = list(connection.execute(select(texts.c.text)).scalars())
            found = len(connection.execute(select(claims.c.claim_id)).all())
        await redis.aclose()
        engine.dispose()
        return seconds, clean, memory, found


async def wait_for_workers(redis: Redis) -> None:
    """Return when each stage has a live worker."""
    while not all([(await probe(redis, row)).consumers for row in TOPOLOGY]):
        await asyncio.sleep(0.2)


async def wait_for_ends(engine: Engine, published: list[Published]) -> None:
    """Return when all articles have come to their end."""
    while len(await asyncio.to_thread(find_ended, engine, published)) < len(published):
        await asyncio.sleep(0.2)


def pipe_half(part: list[str], start: "multiprocessing.Barrier", done: "multiprocessing.Queue") -> None:
    """One process of the bare run; puts its seconds into `done`."""
    nlp = load_installed(EntitiesSettings().pipeline, "COPYDESK_ENTITIES_PIPELINE", needs="ner", unused=())
    start.wait()
    began = time.perf_counter()
    for _ in nlp.pipe(part, batch_size=BATCH):
        pass
    done.put(time.perf_counter() - began)


def run_bare(clean: list[str]) -> float:
    """Seconds for the texts in two processes, the slower of the two."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(2), context.Queue()
    processes = [context.Process(target=pipe_half, args=(clean[half::2], start, done)) for half in (0, 1)]
    for process in processes:
        process.start()
    seconds = max(done.get() for _ in processes)
    for process in processes:
        process.join()
    return seconds


def main() -> None:
    """Run both and print the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    seconds, clean, memory, found = asyncio.run(run_house(options.articles))
    bare = run_bare(clean)
    result = {
        "articles": len(clean),
        "words": sum(len(text.split()) for text in clean),
        "claims": found,
        "house_articles_per_second": round(len(clean) / seconds, 2),
        "bare_articles_per_second": round(len(clean) / bare, 2),
        "ratio": round(bare / seconds, 3),
        "worker_memory_mb": {stage: round(size) for stage, size in memory.items()},
    }
    if options.json:
        print(json.dumps(result, indent=2))
        return
    table = Table("figure", "value", title="whole house against bare nlp.pipe, two processes each")
    for name, value in result.items():
        table.add_row(name, str(value))
    Console().print(table)


if __name__ == "__main__":
    main()

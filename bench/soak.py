"""Memory, connections, open files, streams and lag under a steady load: do they stay flat?

    python -m bench.soak --minutes 30 --rate 2 [--every 3] [--json FILE]

The embedded house with one worker of each stage and control, and a publisher that hands in `rate` articles a
second, each different. The slopes are those of the second half. Exit code 1 where something is not flat, or
a process had to be started again. `claims.detected` has no reader, so its entries stay for the retention:
here a minute instead of a week. Postgres grows by design; its size is reported and not judged.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.articles import vary_examples
from bench.series import FLAT, Tolerance, Trend, find_trend
from bench.throughput import wait_for_workers
from schemas import STREAMS, TOPOLOGY, ArticleSubmitted, Outcome, StageName
from services.control.probe import probe
from services.control.publication import LAST, Candidate, publish
from services.control.topology import apply_topology
from services.embedded.processes import Crew, serve
from services.ingest import find_ref
from services.store.engine import connect
from services.store.ledger import count_outcomes

CONTROL = {"COPYDESK_CONTROL_RETENTION": "60", "COPYDESK_CONTROL_TRIM_EVERY": "5"}
TOLERATED = {
    "MB": Tolerance(5.0),
    "connections": Tolerance(1.0),
    "files": Tolerance(1.0),
    "entries": Tolerance(100.0),
}
"""By unit, what an hour may add: at two articles a second an uncut stream would add 7,200 entries."""
BY_DESIGN = "postgres size"
REPORT_EVERY = 60.0

stderr = Console(stderr=True)


@dataclass
class Soak:
    """One run's world and what was seen of it."""

    redis: Redis
    engine: Engine
    crew: Crew
    began: float = field(default_factory=time.monotonic)
    published: int = 0
    seen: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began

    def note(self, name: str, unit: str, value: float) -> None:
        """Add a value to its series."""
        self.seen[name, unit].append((self.seconds, value))


async def keep_publishing(soak: Soak, rate: float, until: float) -> None:
    """Hand in `rate` articles a second; what was missed in a slow moment is made up for."""
    articles = vary_examples(sys.maxsize)
    while soak.seconds < until:
        due = int(soak.seconds * rate) - soak.published
        if due > 0:
            await publish(soak.redis, soak.engine, list(_candidates(articles, due, soak.published)))
            soak.published += due
        await asyncio.sleep(0.5)


def _candidates(articles: Iterator[ArticleSubmitted], number: int, first: int) -> Iterator[Candidate]:
    for n, one in enumerate(islice(articles, number), first):
        yield Candidate(str(n), one, find_ref(one))


async def keep_sampling(soak: Soak, every: float, until: float) -> None:
    """Take samples, start again what has ended, and say how it goes."""
    report_at = 0.0
    while soak.seconds < until:
        for name, code in soak.crew.watch():
            stderr.print(f"[red]{name} ended with code {code}; it is started again[/]")
        sample_processes(soak)
        await sample_redis(soak)
        await asyncio.to_thread(sample_postgres, soak)
        if soak.seconds >= report_at:
            await report(soak)
            report_at += REPORT_EVERY
        await asyncio.sleep(every)


def sample_processes(soak: Soak) -> None:
    """Memory and open files of the workers and of control."""
    for pid, name in soak.crew.pids().items():
        try:
            process = psutil.Process(pid)
            memory, files = process.memory_info().rss / 1e6, process.num_fds()
        except psutil.NoSuchProcess:
            continue
        soak.note(f"{name} memory", "MB", memory)
        soak.note(f"{name} open files", "files", files)


async def sample_redis(soak: Soak) -> None:
    """Memory, connections, open files, lengths of the streams, backlog of the stages."""
    info = await soak.redis.info()
    soak.note("redis used memory", "MB", info["used_memory"] / 1e6)
    soak.note("redis resident memory", "MB", info["used_memory_rss"] / 1e6)
    soak.note("redis connections", "connections", info["connected_clients"])
    soak.note("redis open files", "files", psutil.Process(info["process_id"]).num_fds())
    for stream in STREAMS:
        soak.note(f"{stream} length", "entries", await soak.redis.xlen(stream))
    for row in TOPOLOGY:
        sample = await probe(soak.redis, row)
        soak.note(f"{row.stage} lag", "entries", sample.lag or 0)
        soak.note(f"{row.stage} pending", "entries", sample.pending or 0)


def sample_postgres(soak: Soak) -> None:
    """Connections, and the size of the data."""
    with soak.engine.connect() as connection:
        backends = text("select count(*) from pg_stat_activity where backend_type = 'client backend'")
        soak.note("postgres connections", "connections", connection.execute(backends).scalar_one())
        size = text("select pg_database_size(current_database())")
        soak.note(BY_DESIGN, "MB", connection.execute(size).scalar_one() / 1e6)


async def report(soak: Soak) -> None:
    """One line: time, articles, memory, backlog."""
    last = {name: series[-1][1] for (name, _), series in soak.seen.items()}
    done = await asyncio.to_thread(count_done, soak.engine)
    memory = " ".join(f"{name}={last[f'{name} memory']:.0f}" for name in soak.crew.pids().values())
    backlog = sum(value for name, value in last.items() if name.endswith((" lag", " pending")))
    stderr.print(
        f"{soak.seconds / 60:5.1f} min  published={soak.published} done={done} backlog={backlog:.0f} "
        f"redis={last['redis used memory']:.1f} MB  {memory}",
        highlight=False,
    )


def count_done(engine: Engine) -> int:
    """Articles that are through the last stage."""
    with engine.connect() as connection:
        return count_outcomes(connection).get((LAST, Outcome.DONE), 0)


def find_trends(soak: Soak, settled: float) -> list[Trend]:
    """The trend of each series, in the order in which they were first seen."""
    return [
        find_trend(name, unit, series, settled, None if name == BY_DESIGN else TOLERATED[unit])
        for (name, unit), series in soak.seen.items()
    ]


async def run_soak(minutes: float, rate: float, every: float) -> dict[str, Any]:
    """The whole run: house up, load, samples, house down; returns what is printed."""
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as addresses:
        redis, engine = Redis.from_url(addresses.redis_url), connect(addresses.database_url)
        await apply_topology(redis, engine)
        environment = {
            **CONTROL,
            "COPYDESK_REDIS_URL": addresses.redis_url,
            "COPYDESK_DATABASE_URL": addresses.database_url,
        }
        crew = Crew(environment, Path(folder) / "logs")
        crew.start(dict.fromkeys(StageName, 1), control=True)
        try:
            await wait_for_workers(redis)
            soak, until = Soak(redis, engine, crew), minutes * 60
            await asyncio.gather(keep_publishing(soak, rate, until), keep_sampling(soak, every, until))
            done = count_done(engine)
        finally:
            crew.stop()
            await redis.aclose()
            engine.dispose()
    trends = find_trends(soak, until / 2)
    return {
        "minutes": minutes,
        "rate": rate,
        "published": soak.published,
        "done": done,
        "restarts": crew.restarts,
        "flat": crew.restarts == 0 and all(one.verdict in (FLAT, None) for one in trends),
        "series": [asdict(one) for one in trends],
    }


def print_table(result: dict[str, Any]) -> None:
    """All series with their slopes and verdicts."""
    table = Table(title=f"{result['minutes']:g} minutes, {result['rate']:g} articles a second")
    table.add_column("series")
    for column in ("first", "last", "min", "max", "mean of 2nd half", "slope an hour", "± standard error"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for one in result["series"]:
        numbers = [one[name] for name in ("first", "last", "low", "high", "mean", "slope", "error")]
        name = f"{one['name']} ({one['unit']})" if one["unit"] == "MB" else one["name"]
        table.add_row(name, *(f"{number:,.1f}" for number in numbers), one["verdict"] or "by design")
    Console(width=max(150, Console().width)).print(table)
    word = FLAT if result["flat"] else "NOT flat"
    print(f"published {result['published']}, done {result['done']}, restarts {result['restarts']}: {word}")


def main() -> int:
    """Run and print; 1 where something is not flat."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=2.0, help="articles a second")
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two samples")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there as well")
    options = parser.parse_args()
    result = asyncio.run(run_soak(options.minutes, options.rate, options.every))
    print_table(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0 if result["flat"] else 1


if __name__ == "__main__":
    sys.exit(main())

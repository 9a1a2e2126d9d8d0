"""What a stage costs beyond its computation: the real worker with a handler that only copies, against raw.

    python -m bench.hop [--entries 20000] [--rounds 5] [--json]

- `raw`: redis-py alone: XREADGROUP COUNT 100, Pydantic, one MULTI with all XADDs and the XACK.
- `stage`: the real worker (FastStream, lease, hop, trace, metrics), COUNT 100, its transaction left out.
- `stage and store`: the same with it: a ledger row in Postgres for each entry.

Each runs as one process on the same Valkey with the same 3 KB articles. A round fills the stream while the
process is stopped (SIGSTOP), lets it go, and takes the time until all is acknowledged, and the processor
time of that process. Rounds alternate; the medians are compared, and the ratio is what counts. On a machine
that has other work too the lowest cost of all rounds says more: nothing makes a round cheaper than it is.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, text

from schemas import ArticleIngested, MediaType, Metadata, Outcome, StageName, derive_id, find_stage
from services.embedded import Addresses, Servers
from services.kit.app import build_app
from services.kit.settings import Settings
from services.kit.stage import Stage
from services.kit.wire import FIELD, encode
from services.kit.work import End, Handler, Job
from services.store.engine import connect
from services.store.migration import migrate

RAW, STAGE, STORE = "raw", "stage", "stage and store"
COUNT = 100
SENTENCE = (
    "The committee said on Tuesday that the harbour took 2.1 percent more goods, “for the third year”; "
    "in Świnoujście the figures are not yet known. "
)
POLL = 0.01


class ArticleCopied(ArticleIngested):
    """What the copying stage hands on."""


ROW = replace(find_stage(StageName.CLEAN), produces=ArticleCopied, batch=COUNT)


@dataclass(frozen=True)
class Round:
    """One process's way through all entries."""

    rate: float
    """Entries a second."""
    cost: float
    """Microseconds of processor time an entry."""


def write_article(number: int) -> ArticleIngested:
    """An article of 3 KB."""
    now = "2026-11-22T10:00:00Z"
    return ArticleIngested(
        message_id=derive_id("message", number),
        article_id=derive_id("article", number),
        revision=f"{number:064x}",
        submitted_at=now,
        produced_at=now,
        traceparent=f"00-{number + 1:032x}-{1:016x}-01",
        media_type=MediaType.TEXT,
        metadata=Metadata(url=f"https://desk.example/{number}", title="Harbour takes more", source="desk"),
        content=(SENTENCE * 30)[:2600],
    )


def copy_on(jobs: Sequence[Job[ArticleIngested]]) -> list[ArticleIngested]:
    """The whole computation."""
    return [job.message for job in jobs]


def settle_all(tx: Connection, done: Sequence[object]) -> list[Outcome]:  # noqa: ARG001
    """No results to store but the ledger's rows."""
    return [Outcome.DONE] * len(done)


async def skip_store(stage: Stage, ends: Sequence[End]) -> list[End]:  # noqa: ARG001
    """In place of the turn's transaction and its thread, where their cost is to be left out."""
    return list(ends)


async def run_raw(url: str) -> None:
    """Read, parse, write and acknowledge, as plainly as it can be done."""
    redis = AsyncRedis.from_url(url, socket_timeout=60)  # it is stopped while the stream is filled
    while True:
        found: Any = await redis.xreadgroup(ROW.group, "raw", {ROW.source: ">"}, count=COUNT, block=1000)
        if not found:
            continue
        ((_, entries),) = found.items() if isinstance(found, dict) else found
        entries = entries[0] if isinstance(found, dict) else entries
        async with redis.pipeline(transaction=True) as pipe:
            for _, fields in entries:
                article = ArticleIngested.model_validate_json(fields[FIELD])
                pipe.xadd(ROW.target, {FIELD: encode(article)})
            pipe.xack(ROW.source, ROW.group, *[entry_id for entry_id, _ in entries])
            await pipe.execute()


async def run_stage(settings: Settings, stores: bool) -> None:
    """The real worker."""
    if not stores:
        Stage._commit = skip_store
    handler: Handler[Any, Any] = Handler(row=ROW, load=lambda: copy_on, settle=settle_all)
    await build_app(handler, settings).run()


class House:
    """The servers, and one process at a time on them."""

    def __init__(self, addresses: Addresses, entries: int) -> None:
        self.redis = Redis.from_url(addresses.redis_url)
        self._engine = connect(addresses.database_url)
        migrate(self._engine)
        self._payloads = [encode(write_article(number)) for number in range(entries)]
        self._environment = {
            **os.environ,
            "COPYDESK_REDIS_URL": addresses.redis_url,
            "COPYDESK_DATABASE_URL": addresses.database_url,
            "COPYDESK_LOG_LEVEL": "warning",
        }

    def run(self, way: str) -> Round:
        """One round of one process."""
        self._empty()
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.hop", "--run", way], env=self._environment, start_new_session=True
        )
        try:
            self._wait(lambda: self.redis.xinfo_consumers(ROW.source, ROW.group))
            time.sleep(1.0)
            os.kill(process.pid, signal.SIGSTOP)
            self._fill()
            return self._time(psutil.Process(process.pid))
        finally:
            process.kill()
            process.wait()

    def _empty(self) -> None:
        self.redis.flushall()
        self.redis.xgroup_create(ROW.source, ROW.group, id="0", mkstream=True)
        with self._engine.begin() as tx:
            tx.execute(text("truncate ledger"))

    def _fill(self) -> None:
        with self.redis.pipeline(transaction=False) as pipe:
            for number, payload in enumerate(self._payloads, 1):
                pipe.xadd(ROW.source, {FIELD: payload})
                if number % 1000 == 0:
                    pipe.execute()
            pipe.execute()

    def _time(self, process: psutil.Process) -> Round:
        number, before = len(self._payloads), process.cpu_times()
        began = time.perf_counter()
        process.resume()
        self._wait(lambda: self._has_ended(number))
        seconds, after = time.perf_counter() - began, process.cpu_times()
        used = after.user + after.system - before.user - before.system
        assert self.redis.xlen(ROW.target) == number
        return Round(number / seconds, used / number * 1e6)

    def _has_ended(self, number: int) -> bool:
        (group,) = self.redis.xinfo_groups(ROW.source)
        return bool(group["entries-read"] == number and group["pending"] == 0)

    def _wait(self, holds: Callable[[], Any]) -> None:
        deadline = time.monotonic() + 300
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError("the process did not come to its end")
            time.sleep(POLL)


def measure(entries: int, rounds: int) -> dict[str, list[Round]]:
    """Alternating rounds of each way, after one of each that does not count."""
    with tempfile.TemporaryDirectory() as folder, Servers(Path(folder)) as addresses:
        house = House(addresses, entries)
        found: dict[str, list[Round]] = {way: [] for way in (RAW, STAGE, STORE)}
        for _ in range(rounds):
            for way, done in found.items():
                done.append(house.run(way))
        return found


def summarise(found: dict[str, list[Round]]) -> list[dict[str, Any]]:
    """Medians, the processor time's spread, and ratios to raw: of the medians, and of the lowest times."""
    rates = {way: median(one.rate for one in rounds) for way, rounds in found.items()}
    costs = {way: median(one.cost for one in rounds) for way, rounds in found.items()}
    lowest = {way: min(one.cost for one in rounds) for way, rounds in found.items()}
    return [
        {
            "way": way,
            "entries_per_second": round(rates[way]),
            "cpu_microseconds": round(costs[way], 1),
            "cpu_spread": f"{lowest[way]:.1f} to {max(one.cost for one in found[way]):.1f}",
            "rate_of_raw": round(rates[way] / rates[RAW], 3),
            "cpu_of_raw": round(costs[RAW] / costs[way], 3),
            "lowest_cpu_of_raw": round(lowest[RAW] / lowest[way], 3),
        }
        for way in found
    ]


def main() -> None:
    """Run all and print the ratios; with --run, be one of the processes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--run", choices=(RAW, STAGE, STORE), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        settings = Settings()
        url = settings.redis_url.get_secret_value()
        asyncio.run(run_raw(url) if options.run == RAW else run_stage(settings, options.run == STORE))
        return
    rows = summarise(measure(options.entries, options.rounds))
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    table = Table(*rows[0], title=f"{options.entries:,} entries, COUNT {COUNT}, {options.rounds} rounds")
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()

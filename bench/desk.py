"""What the desk serves at 100,000 claims while the workers are busy, beside a bare FastAPI endpoint.

    python -m bench.desk [--claims 100000] [--seconds 8] [--clients 4] [--json]

A store is filled with invented claims (bench/million.py), the desk and the workers are processes of their own
as `copydesk up` starts them, and articles are handed in all the while. A few clients in this process ask for
one address after the other, each for so many seconds, on loopback. The bare endpoint answers `{}` from a
process of its own, by the same server: what is left of its rate is the ratio.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from statistics import quantiles

import httpx
import uvicorn
from fastapi import FastAPI
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.articles import vary_examples
from bench.million import Pool, fill, make_pool
from schemas import Metadata, StageName
from services.control.publication import Candidate, publish
from services.control.topology import apply_topology
from services.embedded import Addresses, Servers
from services.embedded.processes import Crew
from services.ingest import find_ref
from services.kit.reach import open_redis
from services.store.engine import connect, unhurried
from tests.servers import find_port

PAUSE = 0.2
"""Seconds between two articles that are handed in: more than a worker can do."""
RECORDS = """
with placed as (
    select claim_id, coalesce(sum(length(text) + 2) over (
        partition by article_id order by position, claim_id rows between unbounded preceding and 1 preceding
    ), 0)::int as place from claims
)
update claims set position = place, record = jsonb_build_object(
    'claim_id', claims.claim_id, 'kind', kind, 'text', text, 'quote_type', quote_type, 'polarity', polarity,
    'modality', modality, 'about', to_jsonb(about), 'content', jsonb_build_array(jsonb_build_object(
        'start', place, 'end', place + length(text), 'exact', text, 'prefix', '', 'suffix', '')),
    'claimant', case when claimant is not null then jsonb_build_object('name', claimant, 'entity_id',
        claimant_entity_id, 'found_by', 'name', 'confidence', 0.9) end,
    'check_worthiness', jsonb_build_object('score', check_worthiness, 'reasons', jsonb_build_array(
        jsonb_build_object('reason', 'figures', 'weight', 0.8, 'words', left(text, 12)),
        jsonb_build_object('reason', 'past_event', 'weight', 0.3, 'words', right(text, 12)))),
    'provenance', jsonb_build_object('method', 'model', 'version', 'bench', 'confidence', 0.9)
) from placed where placed.claim_id = claims.claim_id
"""
REVISIONS = """
insert into revisions (article_id, revision, submission_id, submitted_at, media_type, given, raw, submission)
select article_id, revision, gen_random_uuid(), submitted_at, 'text/plain', 'text', ''::bytea, '{}'
from articles
"""
TEXTS = """
insert into texts (article_id, revision, text, metadata, removed)
select article_id, 'a', string_agg(text || '.', ' ' order by position), cast(:metadata as jsonb), '[]'
from claims group by 1
"""


@dataclass(frozen=True)
class Served:
    """How an address was served."""

    name: str
    requests: int
    seconds: float
    p50: float
    """Milliseconds."""
    p95: float
    bytes: int
    """Of an answer, on the average."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def fill_store(engine: Engine, claims: int, say: Console) -> Pool:
    """Claims with whole records, and the texts that they stand in."""
    pool = make_pool(claims)
    fill(engine, claims, pool, say)
    for statement in (RECORDS, REVISIONS, TEXTS):
        with engine.begin() as tx, unhurried(tx):
            tx.execute(text(statement), {"metadata": Metadata().model_dump_json()})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    return pool


def list_addresses(engine: Engine, pool: Pool, desk: str, bare: str) -> dict[str, list[str]]:
    """What is asked for, several addresses of each kind in turn."""
    words = [pool.words[number] for number in range(50, 450, 20)]
    with engine.connect() as connection:
        ids = connection.scalars(text("select article_id from articles limit 20")).all()
    return {
        "bare endpoint": [bare],
        "search (API)": [f"{desk}/api/v1/claims?q={word}" for word in words],
        "search, facets (API)": [f"{desk}/api/v1/claims?q={word}&facets=1" for word in words],
        "article (API)": [f"{desk}/api/v1/articles/{one}/text" for one in ids],
        "inbox (page)": [f"{desk}/claims", f"{desk}/claims?min_score=0.7"],
        "search (page)": [f"{desk}/claims?q={word}" for word in words],
        "article (page)": [f"{desk}/articles/{one}" for one in ids],
    }


async def load(name: str, addresses: Sequence[str], clients: int, seconds: float) -> Served:
    """So many clients ask for the addresses in turn, one request after the other, for so long."""
    turn = cycle(addresses)
    took: list[float] = []
    size = 0
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(limits=limits, timeout=60, headers={"Accept": "text/html,*/*"}) as http:
        for address in addresses:  # what is read for the first time does not count
            (await http.get(address)).raise_for_status()
        began = time.perf_counter()

        async def ask() -> None:
            nonlocal size
            while time.perf_counter() - began < seconds:
                start = time.perf_counter()
                answer = await http.get(next(turn))
                answer.raise_for_status()
                took.append(time.perf_counter() - start)
                size += len(answer.content)

        await asyncio.gather(*(ask() for _ in range(clients)))
    elapsed = time.perf_counter() - began
    cuts = [1_000 * cut for cut in quantiles(took, n=20)]
    return Served(name, len(took), elapsed, cuts[9], cuts[18], size // len(took))


@asynccontextmanager
async def publishing(addresses: Addresses, engine: Engine) -> AsyncIterator[None]:
    """Articles are handed in until the context is left."""
    redis: Redis = open_redis(addresses.redis_url)

    async def hand_in() -> None:
        for number, one in enumerate(vary_examples(100_000)):
            await publish(redis, engine, [Candidate(str(number), one, find_ref(one))])
            await asyncio.sleep(PAUSE)

    task = asyncio.create_task(hand_in())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await redis.aclose()


@contextmanager
def serving(command: Sequence[str], address: str, environment: dict[str, str]) -> Iterator[str]:
    """A process that serves at the address, once it answers."""
    process = subprocess.Popen([sys.executable, "-m", *command], stdin=subprocess.PIPE, env=environment)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{address}/livez")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


def serve_bare(port: int) -> None:
    """The endpoint that everything is compared with."""
    app = FastAPI()

    @app.get("/")
    async def answer() -> dict[str, str]:
        return {}

    uvicorn.run(app, port=port, log_level="error", access_log=False)


def count_done(engine: Engine) -> int:
    """Articles that came through all stages."""
    with engine.connect() as connection:
        done = text("select count(*) from ledger where stage = 'claims' and outcome = 'done'")
        return int(connection.execute(done).scalar_one())


def run(options: argparse.Namespace, say: Console) -> tuple[list[Served], int]:
    """Start everything, fill the store, ask; also how many articles the workers did meanwhile."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-bench-")))
        addresses = stack.enter_context(Servers(folder))
        engine = connect(addresses.database_url)
        stack.callback(engine.dispose)
        asyncio.run(_apply(addresses, engine))
        pool = fill_store(engine, options.claims, say)
        desk_port, bare_port = find_port(), find_port()
        environment = {
            **os.environ,
            "COPYDESK_REDIS_URL": addresses.redis_url,
            "COPYDESK_DATABASE_URL": addresses.database_url,
            "COPYDESK_DESK_PORT": str(desk_port),
            "COPYDESK_DESK_RATE": "1000000/minute",
        }
        desk, bare = f"http://127.0.0.1:{desk_port}", f"http://127.0.0.1:{bare_port}"
        stack.enter_context(serving(["services.cli.desk"], desk, environment))
        stack.enter_context(serving(["bench.desk", "--bare", str(bare_port)], bare, environment))
        crew = Crew(environment, folder / "logs")
        stack.callback(crew.stop)
        crew.start(dict.fromkeys(StageName, 1), control=True)
        asked = list_addresses(engine, pool, desk, f"{bare}/")
        return asyncio.run(_ask(addresses, engine, asked, options, say)), count_done(engine)


async def _apply(addresses: Addresses, engine: Engine) -> None:
    redis = open_redis(addresses.redis_url)
    await apply_topology(redis, engine)
    await redis.aclose()


async def _ask(
    addresses: Addresses,
    engine: Engine,
    asked: dict[str, list[str]],
    options: argparse.Namespace,
    say: Console,
) -> list[Served]:
    served = []
    async with publishing(addresses, engine):
        while not await asyncio.to_thread(count_done, engine):
            await asyncio.sleep(0.5)
        for name, urls in asked.items():
            say.print(f"{name} …")
            served.append(await load(name, urls, options.clients, options.seconds))
    return served


def show(served: Sequence[Served], done: int, options: argparse.Namespace) -> None:
    """The table."""
    bare = served[0]
    table = Table(
        title=f"{options.claims:,} claims, {options.clients} clients, workers busy ({done} articles done)"
    )
    for head in ("address", "requests/s", "of bare", "p50 ms", "p95 ms", "p95 / bare", "kB"):
        table.add_column(head, justify="left" if head == "address" else "right")
    for one in served:
        table.add_row(
            one.name,
            f"{one.rate:.0f}",
            f"{one.rate / bare.rate:.3f}",
            f"{one.p50:.1f}",
            f"{one.p95:.1f}",
            f"{one.p95 / bare.p95:.1f}",
            f"{one.bytes / 1_000:.1f}",
        )
    Console().print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--bare", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.bare:
        serve_bare(options.bare)
        return
    served, done = run(options, Console(stderr=True))
    if options.json:
        print(json.dumps([{**asdict(one), "rate": one.rate} for one in served], indent=2))
    else:
        show(served, done, options)


if __name__ == "__main__":
    main()

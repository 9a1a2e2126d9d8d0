"""In whatever order servers, topology, workers and the control service come: all wait, and then all works."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from redis.asyncio import Redis
from sqlalchemy import Engine, make_url, text

from services.control.service import Control
from services.control.settings import ControlSettings
from services.control.topology import apply_topology
from services.embedded import Addresses
from services.kit.health import Health
from services.kit.reach import open_redis
from services.store.engine import connect
from tests.chaos.proxy import Lines, lines_to
from tests.pipeline.desk import check_each_is_done_once, desk, until, until_some_are_done
from tests.pipeline.stagehand import ROW, make_ticket, send

QUICK = ControlSettings(sample_every=0.2, trim_every=0.2, reconcile_every=0.2, patience=0.5)
FRESH = "fresh_house"


@pytest.fixture
def fresh_store(servers: Addresses, engine: Engine) -> Iterator[Engine]:
    """A database without tables."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"drop database if exists {FRESH} with (force)"))
        connection.execute(text(f"create database {FRESH}"))
    address = make_url(servers.database_url).set(database=FRESH)
    fresh = connect(address.render_as_string(hide_password=False))
    yield fresh
    fresh.dispose()


@pytest.fixture
async def lines(servers: Addresses, fresh_store: Engine) -> AsyncIterator[Lines]:
    """Lines to an empty Redis and to the fresh store; both refuse."""
    async with lines_to(replace(servers, database_url=str(fresh_store.url))) as lines:
        lines.redis.refuse()
        lines.postgres.refuse()
        yield lines


@asynccontextmanager
async def control(servers: Addresses) -> AsyncIterator[Health]:
    """The control service, without a process of its own."""
    redis, engine = open_redis(servers.redis_url), connect(servers.database_url)
    health, stop = Health(tick_limit=60, turn_limit=60), asyncio.Event()
    running = asyncio.create_task(Control(redis, engine, QUICK, health).run(stop))
    try:
        yield health
    finally:
        stop.set()
        await running
        await redis.aclose()
        engine.dispose()


@pytest.mark.parametrize("order", list(itertools.permutations(["redis", "postgres", "topology"])), ids=str)
async def test_a_worker_that_comes_first_waits_for_each(redis, fresh_store, lines, order):
    """It names what lacks until the last is there; then it works, and what was sent before is done."""
    async with desk(lines.addresses) as worker:
        await worker.until_it_lacks("redis", "store")
        for step in order:
            assert await worker.ask("/livez") == {}
            if step == "topology":
                await apply_topology(redis, fresh_store)
                await send(redis, *(make_ticket(number) for number in range(5)))
            else:
                await getattr(lines, step).restore()
        await worker.until_it_lacks()
        await check_each_is_done_once(redis, fresh_store, 5)


@pytest.mark.parametrize("order", ["redis postgres", "postgres redis"])
async def test_control_that_comes_first_makes_the_house_ready(redis, fresh_store, lines, order):
    """It says what lacks, makes groups and tables as soon as it can, and the worker goes to work."""
    async with control(lines.addresses) as health, desk(lines.addresses) as worker:
        await worker.until_it_lacks("redis", "store")
        assert "lease" in health.ready
        for line in lines.find(order):
            await line.restore()
        await worker.until_it_lacks()
        await send(redis, *(make_ticket(number) for number in range(5)))
        await check_each_is_done_once(redis, fresh_store, 5)
        async with asyncio.timeout(20):
            while health.ready:
                await asyncio.sleep(0.05)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("gone", ["redis", "postgres"])
async def test_control_outlives_an_outage(redis, engine, servers, gone):
    """It says which duty fails, and does it when the server is back."""
    async with lines_to(servers) as lines, control(lines.addresses) as health:

        async def ready() -> bool:
            return not health.ready

        async def not_ready() -> bool:
            return bool(health.ready)

        await until(ready, "control is ready")
        for line in lines.find(gone):
            line.refuse()
        await until(not_ready, "control says what fails")
        await asyncio.sleep(1)
        for line in lines.find(gone):
            await line.restore()
        await redis.delete(ROW.source)
        await until(ready, "control is ready again")
        await until(lambda: exists(redis, ROW.source), "control has made the group again")


async def exists(redis: Redis, key: str) -> bool:
    return bool(await redis.exists(key))


async def test_an_emptied_redis_ends_the_worker_and_no_document(redis, engine, servers, house):
    """FLUSHALL in the midst of work: the process ends, to be started again; nothing becomes a dead letter."""
    await send(redis, *(make_ticket(number, "slow 0.05") for number in range(20)))
    async with desk(servers):
        await until_some_are_done(redis)
        await redis.flushall()
        await asyncio.sleep(1.5)
    await apply_topology(redis, engine)
    with engine.begin() as tx:
        tx.execute(text("truncate ledger"))
    await send(redis, *(make_ticket(number) for number in range(5)))
    async with desk(servers):
        await check_each_is_done_once(redis, engine, 5)

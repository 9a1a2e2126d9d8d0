"""Servers that answer, but with an error of their own: waited for, and no document pays for it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.control.topology import apply_topology
from services.kit.reach import open_redis
from services.store.engine import connect, is_away
from services.store.migration import migrate
from tests.chaos.fragile import FragileServers
from tests.pipeline.desk import check_each_is_done_once, desk, until, until_some_are_done
from tests.pipeline.stagehand import make_ticket, send


@asynccontextmanager
async def replica_of_nobody(redis, engine) -> AsyncIterator[None]:
    """As after a failover: READONLY to every write."""
    await redis.execute_command("REPLICAOF", "127.0.0.1", "1")
    try:
        yield
    finally:
        await redis.execute_command("REPLICAOF", "NO", "ONE")


@asynccontextmanager
async def read_only_store(redis, engine) -> AsyncIterator[None]:
    """As a standby: 25006 to every write."""
    change_store(engine, "alter system set default_transaction_read_only = on")
    try:
        yield
    finally:
        change_store(engine, "alter system reset default_transaction_read_only")


@asynccontextmanager
async def store_without_rights(redis, engine) -> AsyncIterator[None]:
    """A table that was renamed away: not set up, which no document can help."""
    change_store(engine, "alter table dead_letters rename to gone", "alter table ledger rename to away")
    try:
        yield
    finally:
        change_store(engine, "alter table gone rename to dead_letters", "alter table away rename to ledger")


def change_store(engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(text("select pg_reload_conf()"))


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("ill", "lacks"),
    [
        pytest.param(replica_of_nobody, "redis", id="Redis is a replica"),
        pytest.param(read_only_store, "store", id="Postgres is a standby"),
        pytest.param(store_without_rights, "store", id="Postgres has lost tables"),
    ],
)
async def test_an_ill_server_is_waited_for(redis, engine, servers, ill, lacks):
    """/readyz says which, for longer than all attempts would last; then all is done, at the first attempt."""
    await send(redis, *(make_ticket(number, "slow 0.05") for number in range(30)))
    async with desk(servers) as worker:
        await until_some_are_done(redis)
        async with ill(redis, engine):
            await worker.until_it_lacks(lacks)
            await asyncio.sleep(2.5)
            assert await worker.ask("/livez") == {}
        await worker.until_it_lacks()
        await check_each_is_done_once(redis, engine, 30)


async def test_an_ill_redis_is_not_asked_without_pause(redis, engine, servers, house):
    """A read that is refused is made again after some time, not in a loop that takes the whole core."""
    async with desk(servers) as worker, replica_of_nobody(redis, engine):
        await worker.until_it_lacks("redis")
        await redis.config_resetstat()
        await asyncio.sleep(3)
        refused = (await redis.info("commandstats")).get("cmdstat_xreadgroup", {})
    assert refused.get("rejected_calls", 0) < 10


STATES = {
    "08006": True,  # connection failure
    "25006": True,  # read-only transaction
    "25P03": True,  # a transaction left idle was ended
    "40001": True,  # serialization failure
    "40P01": True,  # deadlock
    "42501": True,  # no rights
    "53100": True,  # disk full
    "53200": True,  # out of memory
    "53300": True,  # too many connections
    "55P03": True,  # lock not available
    "57014": True,  # statement timeout
    "57P01": True,  # shutting down
    "57P03": True,  # starting up
    "58030": True,  # the disk fails
    "XX001": True,  # data corrupted
    "22001": False,  # value too long
    "23505": False,  # not unique
    "54000": False,  # a value longer than an index can take
    "XX000": False,
}


@pytest.mark.parametrize(("state", "away"), STATES.items())
def test_what_is_the_stores_fault_and_what_is_a_documents(engine, state, away):
    """By the code that Postgres itself gives."""
    raising = f"do $$ begin raise exception 'so it goes' using errcode = '{state}'; end $$"
    with pytest.raises(DBAPIError) as raised, engine.begin() as tx:
        tx.execute(text(raising))
    assert is_away(raised.value) is away


@pytest.fixture
def fragile(tmp_path_factory) -> Iterator[FragileServers]:
    servers = FragileServers(tmp_path_factory.mktemp("fragile"))
    engine = connect(servers.database_url)
    migrate(engine)
    engine.dispose()
    yield servers
    servers.stop()


@pytest.fixture
async def fragile_house(fragile):
    """Both servers' clients, with groups and tables."""
    redis, engine = open_redis(fragile.redis_url), connect(fragile.database_url)
    await apply_topology(redis, engine)
    yield redis, engine
    await redis.aclose()
    engine.dispose()


async def test_killed_servers_that_come_back_lose_nothing(fragile, fragile_house):
    """Postgres and then Redis are killed and started again in the midst of work."""
    redis, engine = fragile_house
    await send(redis, *(make_ticket(number, "slow 0.05") for number in range(60)))
    async with desk(fragile) as worker:
        await until_some_are_done(redis)
        await asyncio.to_thread(fragile.restart_postgres)
        await asyncio.to_thread(fragile.restart_valkey)
        await redis.connection_pool.disconnect()  # the test's own connections went with the server
        await worker.until_it_lacks()
        await check_each_is_done_once(redis, engine, 60)


async def test_a_redis_that_cannot_save_is_waited_for(fragile, fragile_house, tmp_path_factory):
    """MISCONF: it refuses all writes, reading included."""
    redis, engine = fragile_house
    await redis.config_set("save", "3600 1")
    name = (await redis.config_get("dbfilename"))["dbfilename"]
    in_the_way = fragile.home / "valkey" / name / "in the way"
    in_the_way.mkdir(parents=True)

    async def saves(how: str) -> bool:
        if not (persistence := await redis.info("persistence"))["rdb_bgsave_in_progress"]:
            if persistence["rdb_last_bgsave_status"] == how:
                return True
            await redis.bgsave()
        return False

    await send(redis, *(make_ticket(number, "slow 0.05") for number in range(30)))
    async with desk(fragile) as worker:
        await until_some_are_done(redis)
        await until(lambda: saves("err"), "saving fails")
        await worker.until_it_lacks("redis")
        await asyncio.sleep(1)
        in_the_way.rmdir()
        in_the_way.parent.rmdir()
        await until(lambda: saves("ok"), "saving works")
        await worker.until_it_lacks()
        await check_each_is_done_once(redis, engine, 30)


async def test_a_worker_starts_on_a_full_redis(fragile, fragile_house):
    """It must: it is what makes room."""
    redis, engine = fragile_house
    await send(redis, *(make_ticket(number) for number in range(10)))
    await redis.config_set("maxmemory", 1)
    async with desk(fragile):
        await check_each_is_done_once(redis, engine, 10)

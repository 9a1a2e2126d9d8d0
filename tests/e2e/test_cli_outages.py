"""What commands say when a server goes while they run, and how they end."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator

import pytest

from schemas import Outcome, StageName
from services.cli.exits import Exit
from services.control.publication import ENTRANCE
from services.embedded import Addresses
from services.store.articles import save_arrival
from services.store.ledger import record_entries
from tests.chaos.proxy import Lines, lines_to
from tests.integration.records import make_arrival, make_entry

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
async def lines(servers: Addresses) -> AsyncIterator[Lines]:
    async with lines_to(servers) as lines:
        yield lines


async def start(servers: Addresses, *words: str) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
    }
    command = [sys.executable, "-m", "services.cli.main", *words]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
    )


def write_articles(first: int, number: int) -> bytes:
    text = (
        "The harbour board closed the old bridge on Monday, and the mayor said it would reopen in May. " * 3
    )
    lines = [json.dumps({"url": f"https://post.example/{first + n}", "text": text}) for n in range(number)]
    return "\n".join(lines).encode() + b"\n"


@pytest.mark.parametrize(("gone", "named"), [("redis", "Redis"), ("postgres", "Postgres")])
async def test_publish_ends_with_4_and_what_it_named_is_accepted(redis, lines, gone, named, tmp_path):
    """The first batches go through, then the server goes."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(write_articles(0, 2000))
    command = await start(lines.addresses, "publish", "--json", str(path))
    printed = await command.stdout.readline()
    for line in lines.find(gone):
        line.refuse()
    rest, said = await asyncio.wait_for(command.communicate(), 60)
    assert command.returncode == Exit.UNREACHABLE, said.decode()
    assert f"{named} at 127.0.0.1:" in said.decode()
    assert "Traceback" not in said.decode()
    named_entries = {json.loads(one)["entry_id"] for one in (printed + rest).splitlines()}
    there = {entry_id.decode() for entry_id, _ in await redis.xrange(ENTRANCE)}
    assert named_entries
    assert named_entries <= there


async def test_reconcile_on_a_full_redis_says_so(redis, engine, servers):
    """Exit code 5, a sentence, and no traceback."""
    with engine.begin() as tx:
        save_arrival(tx, make_arrival())
        record_entries(tx, [make_entry(1, "a", StageName.INGEST, Outcome.DONE)])
    await redis.config_set("maxmemory", 1)
    try:
        command = await start(servers, "reconcile", "--patience", "0")
        _, said = await asyncio.wait_for(command.communicate(), 60)
    finally:
        await redis.config_set("maxmemory", 0)
    assert command.returncode == Exit.LIMIT, said.decode()
    assert "is full" in said.decode()
    assert "Traceback" not in said.decode()


async def test_a_command_on_a_replica_says_so(redis, servers):
    """Redis answers, and cannot take anything."""
    await redis.execute_command("REPLICAOF", "127.0.0.1", "1")
    try:
        command = await start(servers, "publish", "-")
        _, said = await asyncio.wait_for(command.communicate(write_articles(0, 1)), 60)
    finally:
        await redis.execute_command("REPLICAOF", "NO", "ONE")
    assert command.returncode == Exit.UNREACHABLE, said.decode()
    assert "can't work: You can't write against a read only replica" in said.decode()

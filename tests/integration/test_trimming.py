"""Streams are cut behind what every group has acknowledged, and nowhere else."""

import random

import pytest
from redis.asyncio import Redis

from schemas import STREAMS, TOPOLOGY
from services.control.trimming import trim_streams

ROW = TOPOLOGY[1]
WEEK = 7 * 86_400.0


@pytest.fixture(params=["redis", "debian_redis"])
def server(request: pytest.FixtureRequest) -> Redis:
    """Valkey, then Redis 7.0."""
    return request.getfixturevalue(request.param)


async def fill(server: Redis, *groups: str, entries: int = 5, old: bool = False) -> list[bytes]:
    for group in groups:
        await server.xgroup_create(ROW.source, group, "0", mkstream=True)
    ids = [f"{number}-0" if old else "*" for number in range(1, entries + 1)]
    return [await server.xadd(ROW.source, {"n": "1"}, id=one) for one in ids]


async def read(server: Redis, group: str, count: int) -> list[bytes]:
    found = await server.xreadgroup(group, "c", {ROW.source: ">"}, count=count)
    return [entry_id for entry_id, _ in found[0][1]] if found else []


async def left(server: Redis) -> list[bytes]:
    return [entry_id for entry_id, _ in await server.xrange(ROW.source)]


async def test_streams_that_do_not_exist_are_no_error(server):
    assert [(one.stream, one.entries) for one in await trim_streams(server, WEEK)] == [
        (stream, 0) for stream in STREAMS
    ]


async def test_all_goes_when_all_is_acknowledged(server):
    ids = await fill(server, ROW.group, "foreign")
    for group in (ROW.group, "foreign"):
        await server.xack(ROW.source, group, *await read(server, group, 10))
    await trim_streams(server, WEEK)
    assert ids
    assert await left(server) == []


async def test_own_groups_hold_without_limit(server):
    ids = await fill(server, ROW.group, old=True)
    await read(server, ROW.group, 1)
    await trim_streams(server, 1.0)
    assert await left(server) == ids


async def test_an_own_group_that_is_not_made_yet_needs_everything(server):
    ids = await fill(server, "foreign", old=True)
    await server.xack(ROW.source, "foreign", *await read(server, "foreign", 10))
    await trim_streams(server, 1.0)
    assert await left(server) == ids


async def test_a_dead_foreign_group_is_passed_after_the_retention_and_counted(server):
    await fill(server, ROW.group, "foreign", old=True)
    await server.xack(ROW.source, ROW.group, *await read(server, ROW.group, 10))
    trimmed = {one.stream: one for one in await trim_streams(server, 60.0)}
    assert (trimmed[ROW.source].entries, trimmed[ROW.source].unread) == (5, 5)


async def test_a_stream_that_nobody_reads_keeps_the_retention(server):
    stream = STREAMS[-1]
    await server.xadd(stream, {"n": "1"}, id="1-0")
    new = await server.xadd(stream, {"n": "2"})
    await trim_streams(server, 60.0)
    assert [entry_id for entry_id, _ in await server.xrange(stream)] == [new]


@pytest.mark.parametrize("seed", range(12))
async def test_nothing_that_a_group_still_needs_is_cut(server, seed):
    choice = random.Random(seed)
    groups = [ROW.group, "mirror", "archive"]
    needed = {group: set(await fill(server, *groups)) for group in groups[:1]}
    needed |= {group: set(needed[ROW.group]) for group in groups[1:]}
    held: dict[str, list[bytes]] = {group: [] for group in groups}
    for _ in range(60):
        group = choice.choice(groups)
        match choice.choice(("add", "read", "ack", "trim")):
            case "add":
                entry_id = await server.xadd(ROW.source, {"n": "1"})
                for one in groups:
                    needed[one].add(entry_id)
            case "read":
                held[group] += await read(server, group, choice.randint(1, 4))
            case "ack" if held[group]:
                entry_id = held[group].pop(choice.randrange(len(held[group])))
                await server.xack(ROW.source, group, entry_id)
                needed[group].discard(entry_id)
            case _:
                await trim_streams(server, WEEK)
                assert set().union(*needed.values()) <= set(await left(server))

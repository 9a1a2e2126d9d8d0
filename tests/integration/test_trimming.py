"""Streams are cut behind what every group has acknowledged, and nowhere else."""

import random

import pytest
from redis.asyncio import Redis

from schemas import STREAMS, TOPOLOGY
from services.control.trimming import trim_streams
from tests.servers import on_each_server

pytestmark = on_each_server
ROW = TOPOLOGY[1]
WEEK = 7 * 86_400.0


async def fill(redis: Redis, *groups: str, entries: int = 5, old: bool = False) -> list[bytes]:
    for group in groups:
        await redis.xgroup_create(ROW.source, group, "0", mkstream=True)
    ids = [f"{number}-0" if old else "*" for number in range(1, entries + 1)]
    return [await redis.xadd(ROW.source, {"n": "1"}, id=one) for one in ids]


async def read(redis: Redis, group: str, count: int) -> list[bytes]:
    found = await redis.xreadgroup(group, "c", {ROW.source: ">"}, count=count)
    return [entry_id for entry_id, _ in found[0][1]] if found else []


async def left(redis: Redis) -> list[bytes]:
    return [entry_id for entry_id, _ in await redis.xrange(ROW.source)]


async def test_streams_that_do_not_exist_are_no_error(redis):
    assert [(one.stream, one.entries) for one in await trim_streams(redis, WEEK)] == [
        (stream, 0) for stream in STREAMS
    ]


async def test_all_goes_when_all_is_acknowledged(redis):
    ids = await fill(redis, ROW.group, "foreign")
    for group in (ROW.group, "foreign"):
        await redis.xack(ROW.source, group, *await read(redis, group, 10))
    await trim_streams(redis, WEEK)
    assert ids
    assert await left(redis) == []


async def test_own_groups_hold_without_limit(redis):
    ids = await fill(redis, ROW.group, old=True)
    await read(redis, ROW.group, 1)
    await trim_streams(redis, 1.0)
    assert await left(redis) == ids


async def test_an_own_group_that_is_not_made_yet_needs_everything(redis):
    ids = await fill(redis, "foreign", old=True)
    await redis.xack(ROW.source, "foreign", *await read(redis, "foreign", 10))
    await trim_streams(redis, 1.0)
    assert await left(redis) == ids


async def test_a_dead_foreign_group_is_passed_after_the_retention_and_counted(redis):
    await fill(redis, ROW.group, "foreign", old=True)
    await redis.xack(ROW.source, ROW.group, *await read(redis, ROW.group, 10))
    trimmed = {one.stream: one for one in await trim_streams(redis, 60.0)}
    assert (trimmed[ROW.source].entries, trimmed[ROW.source].unread) == (5, 5)


async def test_a_stream_that_nobody_reads_keeps_the_retention(redis):
    stream = STREAMS[-1]
    await redis.xadd(stream, {"n": "1"}, id="1-0")
    new = await redis.xadd(stream, {"n": "2"})
    await trim_streams(redis, 60.0)
    assert [entry_id for entry_id, _ in await redis.xrange(stream)] == [new]


@pytest.mark.parametrize("seed", range(12))
async def test_nothing_that_a_group_still_needs_is_cut(redis, seed):
    choice = random.Random(seed)
    groups = [ROW.group, "mirror", "archive"]
    needed = {group: set(await fill(redis, *groups)) for group in groups[:1]}
    needed |= {group: set(needed[ROW.group]) for group in groups[1:]}
    held: dict[str, list[bytes]] = {group: [] for group in groups}
    for _ in range(60):
        group = choice.choice(groups)
        match choice.choice(("add", "read", "ack", "trim")):
            case "add":
                entry_id = await redis.xadd(ROW.source, {"n": "1"})
                for one in groups:
                    needed[one].add(entry_id)
            case "read":
                held[group] += await read(redis, group, choice.randint(1, 4))
            case "ack" if held[group]:
                entry_id = held[group].pop(choice.randrange(len(held[group])))
                await redis.xack(ROW.source, group, entry_id)
                needed[group].discard(entry_id)
            case _:
                await trim_streams(redis, WEEK)
                assert set().union(*needed.values()) <= set(await left(redis))

"""Nothing is left behind: no consumers of dead workers, no signs of life, no keys that nobody clears."""

import asyncio
import random
import signal

import pytest
from redis.asyncio import Redis

from schemas import STREAMS, TOPOLOGY
from services.control import consumers
from services.control.consumers import clear_consumers
from services.control.lag import take_samples
from services.control.service import Control
from services.control.settings import ControlSettings
from services.kit import presence
from services.kit.gate import held_key
from services.kit.health import Health
from services.kit.lease import Lease
from services.kit.presence import presence_key, sign_in
from tests.conftest import wait_until
from tests.pipeline.processes import stage_process
from tests.pipeline.stagehand import ROW, make_ticket, received, send, until_ended, working

pytestmark = pytest.mark.usefixtures("house")

RESTARTS = 100
KNOWN = {*STREAMS, *(presence_key(row) for row in TOPOLOGY), *(held_key(row) for row in TOPOLOGY)}
"""Keys that stay: as many as there are stages, however long the house runs."""


async def find_litter(redis: Redis) -> list[str]:
    """Keys that are neither known nor end by themselves."""
    names = [name.decode() async for name in redis.scan_iter()]
    return [name for name in names if name not in KNOWN and await redis.ttl(name) < 0]


async def names_in_group(redis: Redis) -> set[str]:
    return {one["name"].decode() for one in await redis.xinfo_consumers(ROW.source, ROW.group)}


async def live_and_die(redis: Redis, number: int, chance: random.Random) -> bool:
    """What a worker does to Redis in its life; True where it leaves in order."""
    lease = Lease(redis, ROW, f"host-{number}", 15.0)
    await sign_in(redis, ROW, lease.consumer)
    (entry_id,) = await send(redis, make_ticket(number))
    await redis.xreadgroup(ROW.group, lease.consumer, {ROW.source: ">"})
    with lease.hold([entry_id]):
        await lease.renew()
    if chance.random() < 0.5:
        await lease.release()
        await lease.retire()
        await presence.sign_out(redis, ROW, lease.consumer)
        return True
    return False


async def test_a_hundred_workers_that_die_leave_no_consumer(redis, engine, servers, monkeypatch):
    """Half leave in order, half do not; what they held is done, and then they are taken off the group."""
    chance = random.Random(1)
    in_order = [await live_and_die(redis, number, chance) for number in range(RESTARTS)]
    dead = {f"host-{number}" for number, left in enumerate(in_order) if not left}
    monkeypatch.setattr(consumers, "SILENT_AFTER", -1.0)
    assert dead <= await names_in_group(redis)
    await clear_consumers(redis)
    assert dead <= await names_in_group(redis), "something is pending for each of them"

    async with working(servers):
        await until_ended(redis, RESTARTS)
    await asyncio.sleep(0.01)
    await clear_consumers(redis)
    assert await names_in_group(redis) == set()
    assert len(await received(redis)) == RESTARTS
    assert await find_litter(redis) == []


async def test_processes_killed_and_stopped_leave_no_litter(redis, engine, servers, tmp_path, monkeypatch):
    """SIGKILL and SIGTERM by turns, in the midst of work."""
    monkeypatch.setattr(consumers, "SILENT_AFTER", -1.0)
    await send(redis, *(make_ticket(number, "slow 0.2") for number in range(40)))
    for number in range(6):
        done = await redis.xlen(ROW.target)
        with stage_process(servers, tmp_path / "log", batch=2) as worker:
            for _ in range(400):
                if await redis.xlen(ROW.target) > done:
                    break
                await asyncio.sleep(0.05)
            worker.send_signal(signal.SIGKILL if number % 2 else signal.SIGTERM)
            await wait_until(lambda: worker.poll() is not None, 20, "the worker ends")
    async with working(servers):
        await until_ended(redis, 40)
    await clear_consumers(redis)
    assert await names_in_group(redis) == set()
    assert len(await received(redis)) == 40
    assert await find_litter(redis) == []


async def test_starting_and_stopping_again_and_again_leaves_nothing(redis, engine, servers):
    """Thirty times in one process: no consumer, no sign of life."""
    await send(redis, *(make_ticket(number) for number in range(30)))
    for _ in range(30):
        async with working(servers, batch=1):
            pass
    async with working(servers):
        await until_ended(redis, 30)
    assert await names_in_group(redis) == set()
    assert await redis.exists(presence_key(ROW)) == 0
    assert await find_litter(redis) == []


async def test_signs_of_life_are_forgotten(redis, monkeypatch):
    """Those of workers that were killed, after a day."""
    await sign_in(redis, ROW, "killed")
    monkeypatch.setattr(presence, "FORGOTTEN_AFTER", -0.001)
    await sign_in(redis, ROW, "alive")
    monkeypatch.undo()
    await sign_in(redis, ROW, "alive")
    assert await redis.zrange(presence_key(ROW), 0, -1) == [b"alive"]


async def test_the_control_service_leaves_no_keys(redis, engine):
    """Its lease ends with it, its samples by themselves."""
    stop = asyncio.Event()
    settings = ControlSettings(sample_every=0.1, trim_every=0.1, reconcile_every=0.1, patience=0)
    running = asyncio.create_task(Control(redis, engine, settings, Health(60, 60)).run(stop))
    await asyncio.sleep(1.0)
    assert await find_litter(redis) == []
    stop.set()
    await running
    await take_samples(redis)
    assert await find_litter(redis) == []


async def test_a_key_that_nobody_clears_would_be_found(redis):
    """The check itself sees what it is for."""
    await redis.set("copydesk.forgotten", "1")
    assert await find_litter(redis) == ["copydesk.forgotten"]

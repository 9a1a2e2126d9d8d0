"""Of several control services one works, and another takes over when it goes."""

import asyncio
import time
from itertools import pairwise

import pytest
from redis.asyncio import Redis

from schemas import TOPOLOGY
from services.control import history, tenure
from services.control.service import Control, end_duties
from services.control.settings import ControlSettings
from services.control.tenure import LEASE, LeaseLost, Tenure
from services.kit.health import Health
from tests.conftest import end

pytestmark = pytest.mark.usefixtures("house")
QUICK = ControlSettings(sample_every=0.1, trim_every=0.1, reconcile_every=0.1, patience=0)


def make_control(redis, engine) -> Control:
    return Control(redis, engine, QUICK, Health(tick_limit=10, turn_limit=10))


async def until(holds, seconds=30.0):
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.02)


async def test_another_takes_over_when_the_first_is_killed(redis, engine, servers, monkeypatch):
    """Its connection goes with it: what is cut off in mid-answer is no connection for others."""
    monkeypatch.setattr(tenure, "LEASE_SECONDS", 1.0)
    stop = asyncio.Event()
    own = Redis.from_url(servers.redis_url)
    first = asyncio.create_task(make_control(own, engine).run(stop))
    await until(lambda: redis.exists(LEASE))
    token = await redis.get(LEASE)
    second = asyncio.create_task(make_control(redis, engine).run(stop))
    await asyncio.sleep(0.5)
    assert await redis.get(LEASE) == token
    await end(first)
    await own.aclose()

    async def taken() -> bool:
        return await redis.get(LEASE) not in (None, token)

    await until(taken)
    stop.set()
    await second
    assert not await redis.exists(LEASE)


async def test_no_duty_is_left_behind_by_whoever_is_cancelled_again():
    """It would go on renewing the lease."""

    async def linger() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.wait([asyncio.create_task(asyncio.sleep(0.2))])

    duty = asyncio.create_task(linger())
    await asyncio.sleep(0)
    ending = asyncio.create_task(end_duties({duty}))
    await asyncio.sleep(0)
    ending.cancel()
    await asyncio.wait([ending])
    assert ending.cancelled()
    assert duty.done()


async def test_it_makes_the_groups_again_after_redis_is_emptied(redis, engine):
    stop = asyncio.Event()
    task = asyncio.create_task(make_control(redis, engine).run(stop))
    await until(lambda: redis.exists(LEASE))
    await redis.flushall()
    await until(lambda: redis.exists("article.cleaned"))
    stop.set()
    await task


async def test_a_duty_longer_than_the_lease_keeps_it(redis, monkeypatch):
    """Nobody takes over while it is done."""
    monkeypatch.setattr(tenure, "LEASE_SECONDS", 0.6)
    first, second = Tenure(redis), Tenure(redis)
    assert await first.hold()
    work = asyncio.create_task(first.perform(lambda: asyncio.sleep(1.5)))
    for _ in range(12):
        await asyncio.sleep(0.1)
        assert not await second.hold()
    await work
    await first.leave()
    assert await second.hold()


async def test_a_duty_is_stopped_when_the_lease_is_lost(redis, monkeypatch):
    """What follows of it is left to whoever works now."""
    monkeypatch.setattr(tenure, "LEASE_SECONDS", 0.6)
    first, second = Tenure(redis), Tenure(redis)
    assert await first.hold()
    done = []

    async def duty() -> None:
        await asyncio.sleep(1.0)
        done.append("all of it")

    work = asyncio.create_task(first.perform(duty))
    await asyncio.sleep(0.1)
    await redis.delete(LEASE)  # as after a pause longer than the lease
    assert await second.hold()
    with pytest.raises(LeaseLost):
        await work
    await asyncio.sleep(1.0)
    assert done == []


async def test_a_duty_that_fails_is_said_and_hinders_no_other(redis, engine, monkeypatch):
    """Whatever it raises: the service stays, tells it in /readyz, and goes on when it is mended."""
    control = make_control(redis, engine)
    broken = control._upkeep[0]
    good, calls = broken.act, []

    async def bad() -> None:
        calls.append(1)
        raise ValueError("nobody expected this")

    broken.act = bad
    stop = asyncio.Event()
    task = asyncio.create_task(control.run(stop))
    async with asyncio.timeout(10):
        while len(calls) < 2 or not await redis.exists("copydesk.samples.clean"):
            await asyncio.sleep(0.02)
        assert control._health.ready["topology"] == "ValueError: nobody expected this"
        broken.act = good
        while control._health.ready:
            await asyncio.sleep(0.02)
    stop.set()
    await task


async def test_the_last_hour_is_kept_a_point_every_quarter_of_a_minute(redis, engine, monkeypatch):
    """Here a point every fifth of a second, five of them; a full hour takes an hour."""
    monkeypatch.setattr(history, "EVERY", 0.2)
    monkeypatch.setattr(history, "KEPT", 5)
    await redis.xadd(TOPOLOGY[0].source, {"__data__": "{}"})
    stop = asyncio.Event()
    task = asyncio.create_task(make_control(redis, engine).run(stop))
    began = time.time()

    async def enough() -> bool:
        points = (await history.read_history(redis, time.time()))["ingest"]
        return len(points) == 5 and points[0].at > began + 0.3

    await until(enough)
    stop.set()
    await task
    points = (await history.read_history(redis, time.time()))["ingest"]
    assert [(one.status, one.backlog) for one in points] == [("stopped", 1)] * 5
    assert all(after.at - before.at > 0.1 for before, after in pairwise(points))
    assert 0 < await redis.ttl(history.history_key(TOPOLOGY[0])) <= 2 * history.LENGTH

"""Of several control services one works, and another takes over when it goes."""

import asyncio

import pytest

from services.control import service
from services.control.service import LEASE, Control
from services.control.settings import ControlSettings
from services.kit.health import Health
from tests.conftest import end

pytestmark = pytest.mark.usefixtures("house")
QUICK = ControlSettings(sample_every=0.1, trim_every=0.1, reconcile_every=0.1, patience=0)


def make_control(redis, engine) -> Control:
    return Control(redis, engine, QUICK, Health(tick_limit=10, turn_limit=10))


async def until(holds, seconds=10.0):
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.02)


async def test_another_takes_over_when_the_first_is_killed(redis, engine, monkeypatch):
    monkeypatch.setattr(service, "LEASE_SECONDS", 1.0)
    stop = asyncio.Event()
    first = asyncio.create_task(make_control(redis, engine).run(stop))
    await until(lambda: redis.exists(LEASE))
    token = await redis.get(LEASE)
    second = asyncio.create_task(make_control(redis, engine).run(stop))
    await asyncio.sleep(0.5)
    assert await redis.get(LEASE) == token
    await end(first)

    async def taken() -> bool:
        return await redis.get(LEASE) not in (None, token)

    await until(taken)
    stop.set()
    await second
    assert not await redis.exists(LEASE)


async def test_it_makes_the_groups_again_after_redis_is_emptied(redis, engine):
    stop = asyncio.Event()
    task = asyncio.create_task(make_control(redis, engine).run(stop))
    await until(lambda: redis.exists(LEASE))
    await redis.flushall()
    await until(lambda: redis.exists("article.cleaned"))
    stop.set()
    await task

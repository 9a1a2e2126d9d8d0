"""Consumers of dead workers are cleared, but never with something pending."""

import pytest

from schemas import TOPOLOGY
from services.control import consumers
from services.control.consumers import clear_consumers
from services.kit.presence import sign_in

pytestmark = pytest.mark.usefixtures("house")
ROW = TOPOLOGY[1]


@pytest.fixture(autouse=True)
def _silent_at_once(monkeypatch):
    monkeypatch.setattr(consumers, "SILENT_AFTER", -1.0)


async def names(redis):
    return {one["name"] for one in await redis.xinfo_consumers(ROW.source, ROW.group)}


async def test_twenty_dead_workers_leave_no_litter(redis):
    for number in range(20):
        await redis.xgroup_createconsumer(ROW.source, ROW.group, f"worker-{number}")
    assert await clear_consumers(redis) == 20
    assert await names(redis) == set()


async def test_a_dead_consumer_with_something_pending_stays(redis):
    await redis.xadd(ROW.source, {"n": "1"})
    await redis.xreadgroup(ROW.group, "dead", {ROW.source: ">"})
    assert await clear_consumers(redis) == 0
    assert await names(redis) == {b"dead"}


async def test_a_live_consumer_stays(redis, monkeypatch):
    monkeypatch.setattr(consumers, "SILENT_AFTER", 15.0)
    await redis.xgroup_createconsumer(ROW.source, ROW.group, "alive")
    await sign_in(redis, ROW, "alive")
    assert await clear_consumers(redis) == 0

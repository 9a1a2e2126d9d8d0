"""Who holds an entry, one behaviour a test, on a real Valkey."""

import asyncio

import pytest

from services.kit.lease import Lease
from services.kit.work import Delivery
from tests.pipeline.stagehand import ROW, make_ticket, send

pytestmark = pytest.mark.usefixtures("house")


async def deliver(redis, consumer: str) -> str:
    """An entry that the consumer has read."""
    (entry_id,) = await send(redis, make_ticket(1))
    await redis.xreadgroup(ROW.group, consumer, {ROW.source: ">"})
    return entry_id


async def read_pending(redis, entry_id: str) -> dict:
    (pending,) = await redis.xpending_range(ROW.source, ROW.group, entry_id, entry_id, 1)
    return pending


async def test_what_is_in_hand_is_renewed(redis):
    """It looks as if it had just been delivered, and it counts as one delivery."""
    lease = Lease(redis, ROW, "a", 10.0)
    entry_id = await deliver(redis, "a")
    await asyncio.sleep(0.2)
    with lease.hold([entry_id]):
        await lease.renew()
    pending = await read_pending(redis, entry_id)
    assert pending["time_since_delivered"] < 150
    assert pending["times_delivered"] == 1


async def test_what_another_took_over_is_not_stolen_back(redis):
    """Neither by renewing nor by postponing nor by releasing."""
    paused, other = Lease(redis, ROW, "paused", 0.05), Lease(redis, ROW, "other", 0.05)
    entry_id = await deliver(redis, "paused")
    await asyncio.sleep(0.1)
    with paused.hold([entry_id]):
        taken = await other.take_over()
        assert taken is not None
        await paused.renew()
        await paused.postpone(Delivery(entry_id, {}, 1))
        await paused.release()
    pending = await read_pending(redis, entry_id)
    assert (pending["consumer"], pending["times_delivered"]) == (b"other", 2)


async def test_own_work_in_hand_is_not_taken_over(redis):
    """After a pause it is idle beyond the claim time, but it is being done."""
    lease = Lease(redis, ROW, "a", 0.05)
    entry_id = await deliver(redis, "a")
    await asyncio.sleep(0.1)
    with lease.hold([entry_id]):
        assert await lease.take_over() is None


async def test_a_delivery_that_was_tried_counts_when_it_is_released(redis):
    """Of a document that hung; one that was only waiting behind it counts as never delivered."""
    lease = Lease(redis, ROW, "a", 10.0)
    tried, waited = await deliver(redis, "a"), await deliver(redis, "a")
    assert await lease.release(tried=[tried]) == 2
    assert (await read_pending(redis, tried))["times_delivered"] == 1
    assert (await read_pending(redis, waited))["times_delivered"] == 0

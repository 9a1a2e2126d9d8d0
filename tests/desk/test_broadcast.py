"""One source for many listeners, whoever comes and goes."""

import asyncio
from collections.abc import AsyncIterator

from services.desk.live.broadcast import Broadcast


class Source:
    """A source that counts how many times it is open, and is slow to end."""

    def __init__(self) -> None:
        self.open = self.most = self.begun = 0

    async def produce(self) -> AsyncIterator[int]:
        self.open += 1
        self.begun += 1
        self.most = max(self.most, self.open)
        try:
            while True:
                await asyncio.sleep(0.01)
                yield self.begun
        finally:
            await asyncio.sleep(0.2)
            self.open -= 1


async def take_one(broadcast: Broadcast[int]) -> int | None:
    async with broadcast.listen() as listener:
        return await listener.take(5.0)


async def test_who_comes_while_the_source_ends_waits_for_it_and_is_served():
    """Two sources at once would be two readers, and the end of the first would undo what the second began."""
    source = Source()
    broadcast: Broadcast[int] = Broadcast("numbers", source.produce, newest_only=True)
    first = asyncio.create_task(take_one(broadcast))
    while source.open == 0 or broadcast.listeners:
        await asyncio.sleep(0.005)
    assert source.open == 1  # it ends
    assert await take_one(broadcast) == 2
    assert await first == 1
    assert (source.most, source.open, broadcast.listeners) == (1, 0, 0)


async def test_it_is_ended_by_who_comes_where_who_went_was_cut_off():
    source = Source()
    broadcast: Broadcast[int] = Broadcast("numbers", source.produce, newest_only=True)
    first = asyncio.create_task(take_one(broadcast))
    while source.open == 0 or broadcast.listeners:
        await asyncio.sleep(0.005)
    first.cancel()
    assert await take_one(broadcast) == 2
    assert (source.most, source.open) == (1, 0)


async def test_who_comes_and_goes_while_the_source_ends_leaves_nothing_open():
    source = Source()
    broadcast: Broadcast[int] = Broadcast("numbers", source.produce, newest_only=True)
    assert await take_one(broadcast) == 1
    first = asyncio.create_task(take_one(broadcast))
    await asyncio.sleep(0.05)
    async with broadcast.listen():
        pass
    await first
    await broadcast.close()
    assert (source.most, source.open) == (1, 0)

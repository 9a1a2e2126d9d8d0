"""The lag of all stages, measured once for all who look at it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict

from redis.exceptions import RedisError

from services.control.lag import measure_lag
from services.desk.house import House
from services.desk.live.broadcast import Broadcast
from services.desk.live.response import RETRY, write_event, write_mark

EVERY = 2.0
"""Seconds between two looks."""


class LivePipeline:
    """The numbers of `copydesk lag --json`, again and again while somebody looks."""

    def __init__(self, house: House, every: float = EVERY) -> None:
        self._house = house
        self._every = every
        self._broadcast: Broadcast[bytes] = Broadcast("pipeline", self._produce, newest_only=True)

    @property
    def listeners(self) -> int:
        """How many look."""
        return self._broadcast.listeners

    async def follow(self, heartbeat: float) -> AsyncIterator[bytes]:
        """An event for each look; `trouble` where there can be none."""
        yield write_mark("the lag of all stages", retry=RETRY)
        async with self._broadcast.listen() as listener:
            while not listener.ended.is_set():
                event = await listener.take(heartbeat)
                if not listener.ended.is_set():
                    yield event or write_mark("still here")

    async def close(self) -> None:
        """End all who look."""
        await self._broadcast.close()

    async def _produce(self) -> AsyncIterator[bytes]:
        while True:
            began = time.monotonic()
            yield await self._look()
            await asyncio.sleep(max(0.0, began + self._every - time.monotonic()))

    async def _look(self) -> bytes:
        try:
            statuses = await measure_lag(self._house.redis, self._house.engine, self._house.run)
        except (RedisError, OSError) as error:
            return write_event(
                "trouble", json.dumps({"detail": f"Redis can't be asked: {type(error).__name__}"})
            )
        stages = [asdict(one) for one in statuses]
        return write_event("lag", json.dumps({"at": time.time(), "stages": stages}))

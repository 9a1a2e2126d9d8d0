"""A worker's hold on the entries it works on: renewed while it lives, taken over when it is silent.

Redis counts idle time from delivery, so entries in hand are touched every quarter of the claim time.
What fails is postponed by setting its idle time back; what is left on SIGTERM is released by setting it
ahead. Only commands of Redis 7 are used.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from schemas import StageRow
from services.kit.retries import backoff
from services.kit.work import Delivery

FIRST, LAST = "0-0", "+"
LONG_AGO = 10_000_000
"""Milliseconds of idleness by which a released entry is anybody's at once."""


class Lease:
    """The entries of `row`'s group that `consumer` holds."""

    def __init__(self, redis: "Redis", row: StageRow, consumer: str, claim_after: float) -> None:
        self._redis = redis
        self._row = row
        self.consumer = consumer
        self._claim_after = claim_after
        self._held: set[str] = set()
        self._cursor = FIRST

    @contextmanager
    def hold(self, entry_ids: Sequence[str]) -> Iterator[None]:
        """Have these entries renewed while the block runs."""
        self._held.update(entry_ids)
        try:
            yield
        finally:
            self._held.difference_update(entry_ids)

    async def renew(self) -> None:
        """Touch the entries in hand, so that nobody takes them over."""
        if self._held:
            await self._touch(list(self._held), idle=0)

    async def postpone(self, delivery: Delivery) -> None:
        """Let the entry be taken again after a backoff, at most the claim time from now."""
        self._held.discard(delivery.entry_id)
        wait = min(backoff(delivery.attempt), self._claim_after)
        await self._touch([delivery.entry_id], idle=int((self._claim_after - wait) * 1000))

    async def take_over(self) -> Delivery | None:
        """One entry whose worker is silent or which waits for another try; None where there is none.

        Each call looks at a part of the pending list; `came_round` tells when all was looked at.
        """
        answer = await self._redis.xautoclaim(
            self._row.source,
            self._row.group,
            self.consumer,
            min_idle_time=int(self._claim_after * 1000),
            start_id=self._cursor,
            count=1,
        )
        self._cursor = _text(answer[0])
        for entry_id, fields in answer[1]:
            if fields:
                return Delivery(_text(entry_id), fields, await self._count(_text(entry_id)))
        return None

    @property
    def came_round(self) -> bool:
        """Whether the last call of `take_over` reached the end of the pending list."""
        return self._cursor == FIRST

    async def release(self) -> int:
        """Give up all that is still pending here, as if it had never been delivered; returns how many."""
        released = 0
        for entry in await self._pending_here():
            entry_id = _text(entry["message_id"])
            await self._touch([entry_id], idle=LONG_AGO, count=max(0, entry["times_delivered"] - 1))
            released += 1
        return released

    async def retire(self) -> None:
        """Take the consumer off the group, where nothing is pending for it."""
        if not await self._pending_here(1):
            await self._redis.xgroup_delconsumer(self._row.source, self._row.group, self.consumer)

    async def _pending_here(self, count: int = 10_000) -> list[dict[str, Any]]:
        return await self._redis.xpending_range(
            self._row.source, self._row.group, "-", LAST, count, consumername=self.consumer
        )

    async def _count(self, entry_id: str) -> int:
        pending = await self._redis.xpending_range(self._row.source, self._row.group, entry_id, entry_id, 1)
        return int(pending[0]["times_delivered"]) if pending else 1

    async def _touch(self, entry_ids: Sequence[str], idle: int, count: int | None = None) -> None:
        await self._redis.xclaim(
            self._row.source,
            self._row.group,
            self.consumer,
            min_idle_time=0,
            message_ids=list(entry_ids),
            idle=idle,
            retrycount=count,
            justid=True,
        )


async def ensure_group(redis: "Redis", row: StageRow) -> bool:
    """Create the stage's group at the beginning of its stream; False where it was there already."""
    try:
        await redis.xgroup_create(row.source, row.group, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise
        return False
    return True


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

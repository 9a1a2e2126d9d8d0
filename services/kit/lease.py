"""A worker's hold on the entries it works on: renewed while it lives, taken over when it is silent.

Redis counts idle time from delivery, so entries in hand are touched every quarter of the claim time.
What fails is postponed by setting its idle time back; what is left on SIGTERM is released by setting it
ahead. Only commands of Redis 7 are used.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, ResponseError

from schemas import StageRow
from services.kit.retries import backoff
from services.kit.work import Delivery

FIRST, LAST = "0-0", "+"
LONG_AGO = 10_000_000
"""Milliseconds of idleness by which a released entry is anybody's at once."""

# KEYS: stream. ARGV: group, consumer, idle in ms, delivery count ('' leaves it), entry ids.
# Only what is pending for this consumer is touched: what another took over meanwhile stays the other's.
TOUCH = """
local touched = 0
for i = 5, #ARGV do
  local mine = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #mine == 1 then
    local claim = {'XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', ARGV[3]}
    if ARGV[4] ~= '' then
      claim[#claim + 1] = 'RETRYCOUNT'
      claim[#claim + 1] = ARGV[4]
    end
    claim[#claim + 1] = 'JUSTID'
    redis.call(unpack(claim))
    touched = touched + 1
  end
end
return touched
"""


class Lease:
    """The entries of `row`'s group that `consumer` holds."""

    def __init__(self, redis: "Redis", row: StageRow, consumer: str, claim_after: float) -> None:
        self._redis = redis
        self._row = row
        self.consumer = consumer
        self._claim_after = claim_after
        self._held: Counter[str] = Counter()
        self._cursor = FIRST
        self._script = redis.register_script(TOUCH)

    @contextmanager
    def hold(self, entry_ids: Sequence[str]) -> Iterator[None]:
        """Have these entries renewed while the block runs."""
        self._held.update(entry_ids)
        try:
            yield
        finally:
            self._held -= Counter(entry_ids)

    async def renew(self) -> None:
        """Touch the entries in hand, so that nobody takes them over."""
        if self._held:
            await self._touch(list(self._held), idle=0)

    async def postpone(self, delivery: Delivery, seconds: float | None = None) -> None:
        """Let the entry be taken again after a backoff, at most the claim time from now.

        With `seconds` it is after these, and this delivery does not count.
        """
        del self._held[delivery.entry_id]
        wait = min(backoff(delivery.attempt) if seconds is None else seconds, self._claim_after)
        count = None if seconds is None else delivery.attempt - 1
        await self._touch([delivery.entry_id], idle=int((self._claim_after - wait) * 1000), count=count)

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
            # After a pause, the own work in hand is idle too: it is done, not done once more.
            if fields and not self._held[_text(entry_id)]:
                return Delivery(_text(entry_id), fields, await self._count(_text(entry_id)))
        return None

    @property
    def came_round(self) -> bool:
        """Whether the last call of `take_over` reached the end of the pending list."""
        return self._cursor == FIRST

    async def release(self, tried: Sequence[str] = ()) -> int:
        """Give up all that is still pending here; returns how many entries that were.

        It is as if they had never been delivered; for those `tried`, this delivery counts.
        """
        counted = set(tried)
        released = 0
        for entry in await self._pending_here():
            entry_id = _text(entry["message_id"])
            count = entry["times_delivered"] - (entry_id not in counted)
            await self._touch([entry_id], idle=LONG_AGO, count=max(0, count))
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
        said = "" if count is None else count
        arguments = [self._row.group, self.consumer, idle, said, *entry_ids]
        await self._script(keys=[self._row.source], args=arguments)


async def ensure_group(redis: "Redis", row: StageRow) -> bool:
    """Create the stage's group at the beginning of its stream; False where it was there already."""
    try:
        await redis.xgroup_create(row.source, row.group, id="0", mkstream=True)
    except OutOfMemoryError:
        # A full Redis refuses even what would change nothing; the worker that could empty it must start.
        if not await redis.exists(row.source):
            raise
        groups: Any = await redis.xinfo_groups(row.source)
        if row.group.encode() not in [group["name"] for group in groups]:
            raise
        return False
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise
        return False
    return True


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

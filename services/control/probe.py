"""A stage's lag, counted so that it is never wrong.

`XINFO GROUPS` gives a lag that is NULL after XDEL or for a group made in mid-stream, and too high after
a trim (Redis 7.0, Valkey 9). It is believed only where nothing was ever removed from the stream; else the
entries are counted on both sides of the last delivered id, in bounded steps, until one side ends.
"""

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import OutOfMemoryError, ResponseError

from schemas import StageRow
from services.kit.presence import presence_key, server_time
from services.kit.wire import entry_moment

STEP = 1000
"""Entries counted in one call, which holds the server up for about a millisecond."""
MOST = 200_000
"""Entries counted at most on each side; beyond, the lag is a lower bound and says so."""

COUNT = """
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
if #found == 0 then return {0, ''} end
return {#found, found[#found][1]}
"""


@dataclass(frozen=True)
class Consumer:
    """A worker of the stage."""

    name: str
    silent_seconds: float
    """Since its last sign of life."""


@dataclass(frozen=True)
class Sample:
    """A stage at one moment. Counts are None where the stream or its group is not there: unknown, not 0."""

    stage: str
    at: float
    """Seconds since the epoch, by the server's clock."""
    lag: int | None = None
    """Entries not yet delivered."""
    exact: bool = True
    """False where `lag` is only a lower bound."""
    pending: int | None = None
    """Entries delivered and not acknowledged."""
    ended: int | None = None
    """Entries that were ever acknowledged; None where that is not known."""
    oldest_seconds: float = 0.0
    """Age of the oldest entry that is not acknowledged."""
    oldest_pending_seconds: float = 0.0
    """Age of the oldest entry that was delivered and is not acknowledged."""
    consumers: tuple[Consumer, ...] = ()

    @property
    def backlog(self) -> int | None:
        """Lag and pending together."""
        return None if self.lag is None or self.pending is None else self.lag + self.pending


async def probe(redis: "Redis", row: StageRow) -> Sample:
    """One stage's sample."""
    now = await server_time(redis)
    consumers = await _find_consumers(redis, row, now)
    try:
        stream, groups, pending = await _look(redis, row)
    except ResponseError:
        return Sample(row.stage, now, consumers=consumers)
    group = next(group for group in groups if _text(group["name"]) == row.group)
    delivered = _text(group["last-delivered-id"])
    lag, exact = await _count_lag(redis, row.source, stream, group, delivered)
    read = stream["entries-added"] - lag if exact else group["entries-read"]
    in_hand = _age(pending["min"], now)
    return Sample(
        stage=row.stage,
        at=now,
        lag=lag,
        exact=exact,
        pending=pending["pending"],
        ended=None if read is None else read - pending["pending"],
        oldest_seconds=max(in_hand, _age(await _next_id(redis, row.source, delivered), now)),
        oldest_pending_seconds=in_hand,
        consumers=consumers,
    )


async def _look(redis: "Redis", row: StageRow) -> list[Any]:
    """The stream, its groups and the stage's pending list, at one moment."""
    try:
        return await _ask(redis, row, at_once=True)
    except OutOfMemoryError:  # Redis 7.0, full, refuses any transaction
        return await _ask(redis, row, at_once=False)


async def _ask(redis: "Redis", row: StageRow, at_once: bool) -> list[Any]:
    async with redis.pipeline(transaction=at_once) as pipe:
        pipe.xinfo_stream(row.source)
        pipe.xinfo_groups(row.source)
        pipe.xpending(row.source, row.group)
        return list(await pipe.execute())


async def _count_lag(
    redis: "Redis", source: str, stream: dict[str, Any], group: dict[str, Any], delivered: str
) -> tuple[int, bool]:
    """Entries after `delivered`, and whether the number is exact."""
    untouched = stream["entries-added"] == stream["length"]
    if untouched and group["lag"] is not None:
        return int(group["lag"]), True
    first = stream["first-entry"]
    if not first or _order(_text(first[0])) > _order(delivered):
        return int(stream["length"]), True
    count = redis.register_script(COUNT)
    before = after = 0
    left, right = "-", f"({delivered}"
    while before < MOST:
        here, last = await _count_step(count, source, left, delivered)
        before, left = before + here, f"({last}"
        if here < STEP:
            return max(0, await redis.xlen(source) - before), True
        here, last = await _count_step(count, source, right, "+")
        after, right = after + here, f"({last}"
        if here < STEP:
            return after, True
    return after, False


async def _count_step(count: AsyncScript, source: str, left: str, right: str) -> tuple[int, str]:
    """Entries from `left` to `right`, at most STEP, and the last one's id."""
    answer: Any = await count(keys=[source], args=[left, right, STEP])
    return int(answer[0]), _text(answer[1])


async def _next_id(redis: "Redis", source: str, delivered: str) -> bytes | None:
    found: Any = await redis.xrange(source, f"({delivered}", "+", count=1)
    return found[0][0] if found else None


def _age(entry_id: bytes | None, now: float) -> float:
    """Seconds since the entry came; 0 where there is none, or where it is of the future."""
    return max(0.0, now - entry_moment(_text(entry_id))) if entry_id else 0.0


async def _find_consumers(redis: "Redis", row: StageRow, now: float) -> tuple[Consumer, ...]:
    seen: Any = await redis.zrange(presence_key(row), 0, -1, withscores=True)
    return tuple(Consumer(_text(name), max(0.0, now - float(score))) for name, score in seen)


def _order(entry_id: str) -> tuple[int, int]:
    moment, _, number = entry_id.partition("-")
    return int(moment), int(number or 0)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

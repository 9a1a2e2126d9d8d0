"""What the metrics show beside the lag: deliveries of what is pending, sizes of the streams, memory."""

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from schemas import STREAMS, TOPOLOGY, StageRow
from services.control.room import Memory, find_memory

OLDEST = 1000
"""Pending entries of a stage that are looked at, from the oldest."""
SAMPLES = 5
"""Nodes of a stream that Redis weighs to estimate the whole."""


@dataclass(frozen=True)
class StreamSize:
    """How much a stream holds; None where there is no such stream."""

    stream: str
    entries: int | None
    bytes: int | None


@dataclass(frozen=True)
class Observation:
    """One look at Redis."""

    memory: Memory
    sizes: tuple[StreamSize, ...]
    most_deliveries: dict[str, int | None]
    """By stage: of the pending entry that was delivered most; None where there is no such group."""


async def observe(redis: "Redis") -> Observation:
    """Look once."""
    return Observation(
        memory=await find_memory(redis),
        sizes=tuple([await _weigh(redis, stream) for stream in STREAMS]),
        most_deliveries={row.stage: await _count_deliveries(redis, row) for row in TOPOLOGY},
    )


async def _weigh(redis: "Redis", stream: str) -> StreamSize:
    weight: Any = await redis.memory_usage(stream, samples=SAMPLES)
    return StreamSize(stream, None if weight is None else await redis.xlen(stream), weight)


async def _count_deliveries(redis: "Redis", row: StageRow) -> int | None:
    try:
        pending = await redis.xpending_range(row.source, row.group, "-", "+", OLDEST)
    except ResponseError:
        return None
    return max((int(entry["times_delivered"]) for entry in pending), default=0)

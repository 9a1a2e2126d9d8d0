"""Whether the house can take more: the one function that every entrance asks."""

from dataclasses import dataclass

from redis.asyncio import Redis

from schemas import TOPOLOGY
from services.control.probe import probe


@dataclass(frozen=True)
class Limits:
    """When the house is full."""

    unfinished: int = 100_000
    """Articles on their way, over all stages."""
    memory: float = 0.8
    """Part of Redis' `maxmemory` in use; without a maxmemory there is no such limit."""


@dataclass(frozen=True)
class Room:
    """The answer: how many articles may be handed in now, and why not more."""

    free: int
    reason: str | None = None
    retry_after: float = 2.0
    """Seconds after which asking again makes sense."""


async def find_room(redis: "Redis", limits: Limits) -> Room:
    """Ask how much room there is; 0 with a reason where the house is full."""
    memory = await redis.info("memory")
    most, used = int(memory.get("maxmemory", 0)), int(memory["used_memory"])
    if most and used >= most * limits.memory:
        return Room(0, f"Redis uses {used / 1e6:.0f} of its {most / 1e6:.0f} MB")
    backlogs = {row.stage: (await probe(redis, row)).backlog or 0 for row in TOPOLOGY}
    unfinished = sum(backlogs.values())
    if unfinished >= limits.unfinished:
        stage = max(backlogs, key=lambda name: backlogs[name])
        reason = f"{unfinished:,} articles are on their way, most of them ({backlogs[stage]:,}) at {stage}"
        return Room(0, f"{reason}; the limit is {limits.unfinished:,}")
    return Room(limits.unfinished - unfinished)

"""Whether the house can take more: the one function that every entrance asks."""

from collections.abc import Mapping
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
class Memory:
    """Redis' memory in bytes."""

    used: int
    most: int | None
    """Its `maxmemory`; None where there is none."""


@dataclass(frozen=True)
class Room:
    """The answer: how many articles may be handed in now, and why not more."""

    free: int
    reason: str | None = None
    retry_after: float = 2.0
    """Seconds after which asking again makes sense."""


async def find_room(redis: "Redis", limits: Limits) -> Room:
    """Ask how much room there is; 0 with a reason where the house is full."""
    memory = await find_memory(redis)
    if full := _find_full_memory(memory, limits):
        return full
    return judge_room(memory, {row.stage: (await probe(redis, row)).backlog for row in TOPOLOGY}, limits)


async def find_memory(redis: "Redis") -> Memory:
    """What Redis uses, and may use."""
    said = await redis.info("memory")
    return Memory(int(said["used_memory"]), int(said.get("maxmemory", 0)) or None)


def judge_room(memory: Memory, backlogs: Mapping[str, int | None], limits: Limits) -> Room:
    """The room that these numbers leave; a backlog that is not known keeps nobody out."""
    if full := _find_full_memory(memory, limits):
        return full
    known = {stage: backlog or 0 for stage, backlog in backlogs.items()}
    unfinished = sum(known.values())
    if unfinished >= limits.unfinished:
        stage = max(known, key=lambda name: known[name])
        reason = f"{unfinished:,} articles are on their way, most of them ({known[stage]:,}) at {stage}"
        return Room(0, f"{reason}; the limit is {limits.unfinished:,}")
    return Room(limits.unfinished - unfinished)


def _find_full_memory(memory: Memory, limits: Limits) -> Room | None:
    if memory.most is None or memory.used < memory.most * limits.memory:
        return None
    return Room(0, f"Redis uses {memory.used / 1e6:.0f} of its {memory.most / 1e6:.0f} MB")

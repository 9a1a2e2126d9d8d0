"""Lag of all stages, with a short memory in Redis so that a single look can be judged too."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict

from redis.asyncio import Redis
from sqlalchemy import Engine

from schemas import TOPOLOGY, StageRow
from services.control.probe import Consumer, Sample, probe
from services.control.status import Status, judge
from services.store.dead_letters import count_waiting
from services.store.engine import UNREACHABLE

WINDOW = 120.0
"""Seconds of samples that a status is judged by."""
KEPT = 240
"""Samples kept for a stage."""


def samples_key(row: StageRow) -> str:
    """Key of the list of a stage's samples, newest first."""
    return f"copydesk.samples.{row.stage}"


async def take_samples(redis: "Redis") -> dict[str, list[Sample]]:
    """Sample each stage, remember it, and return each stage's window, oldest first."""
    return {row.stage: await _take(redis, row) for row in TOPOLOGY}


async def _take(redis: "Redis", row: StageRow) -> list[Sample]:
    sample = await probe(redis, row)
    key = samples_key(row)
    async with redis.pipeline(transaction=True) as pipe:
        pipe.lpush(key, json.dumps(asdict(sample)))
        pipe.ltrim(key, 0, KEPT - 1)
        pipe.expire(key, int(WINDOW) * 2)
        pipe.lrange(key, 0, -1)
        remembered = (await pipe.execute())[-1]
    window = [_read(line) for line in reversed(remembered)]
    return [one for one in window if sample.at - WINDOW <= one.at <= sample.at]


def _read(line: bytes) -> Sample:
    fields = json.loads(line)
    fields["consumers"] = tuple(Consumer(**one) for one in fields["consumers"])
    return Sample(**fields)


async def measure_lag(redis: "Redis", engine: Engine) -> list[Status]:
    """The status of each stage, in the order of the flow."""
    windows = await take_samples(redis)
    dead = await asyncio.to_thread(_count_dead, engine)
    return [judge(windows[row.stage], None if dead is None else dead.get(row.stage, 0)) for row in TOPOLOGY]


def _count_dead(engine: Engine) -> Mapping[str, int] | None:
    """Waiting dead letters by stage; None where the store is away: the lag is shown all the same."""
    try:
        with engine.connect() as connection:
            return count_waiting(connection)
    except UNREACHABLE:
        return None

"""Lag of all stages, with a short memory in Redis so that a single look can be judged too."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from schemas import TOPOLOGY, StageRow
from services.control.probe import Consumer, Sample, probe
from services.control.status import Hold, Status, judge
from services.kit.gate import find_hold
from services.kit.presence import server_time
from services.kit.threads import Run, run_in_thread
from services.store.dead_letters import Waiting, count_waiting
from services.store.engine import UNREACHABLE

WINDOW = 120.0
"""Seconds of samples that a status is judged by."""
KEPT = 240
"""Samples kept for a stage."""

FRESH = 5.0
"""Seconds for which a look of somebody else's is as good as one's own."""

# KEYS: a list, newest first. ARGV: what to remember, how many are kept, seconds until all is forgotten.
# The list is cut first: a full Redis lets a script go on that began by giving something up, and what is
# remembered is needed most where the house is full.
REMEMBER = """
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('LRANGE', KEYS[1], 0, -1)
"""


def samples_key(row: StageRow) -> str:
    """Key of the list of a stage's samples, newest first."""
    return f"copydesk.samples.{row.stage}"


def words_key(row: StageRow) -> str:
    """Key of a stage's last word, with the moment since which it holds."""
    return f"copydesk.word.{row.stage}"


async def take_samples(redis: "Redis") -> dict[str, list[Sample]]:
    """Sample each stage, remember it, and return each stage's window, oldest first."""
    return {row.stage: await _take(redis, row) for row in TOPOLOGY}


async def _take(redis: "Redis", row: StageRow) -> list[Sample]:
    sample = await probe(redis, row)
    remembered = await _remember(redis, samples_key(row), asdict(sample), KEPT)
    window = [_read(line) for line in reversed(remembered)]
    return [one for one in window if sample.at - WINDOW <= one.at <= sample.at]


async def _remember(redis: "Redis", key: str, what: dict[str, Any], kept: int) -> list[bytes]:
    script = redis.register_script(REMEMBER)
    remembered: Any = await script(keys=[key], args=[json.dumps(what), kept, int(WINDOW) * 2])
    return list(remembered)


async def read_lag(
    redis: "Redis", engine: Engine, run: Run = run_in_thread, fresh: float = FRESH
) -> list[Status]:
    """As `measure_lag`, from the looks that are remembered: many may ask without one more look each.

    Where the control service does not look, this does.
    """
    now = await server_time(redis)
    windows = {row.stage: await _recall(redis, row, now) for row in TOPOLOGY}
    if any(not window or now - window[-1].at > fresh for window in windows.values()):
        return await measure_lag(redis, engine, run)
    dead = await _count_dead(engine, run)
    return [await _measure(redis, row, windows[row.stage], dead) for row in TOPOLOGY]


async def _recall(redis: "Redis", row: StageRow, now: float) -> list[Sample]:
    lines: Any = await redis.lrange(samples_key(row), 0, -1)
    window = [_read(line) for line in reversed(lines)]
    return [one for one in window if now - WINDOW <= one.at]


def _read(line: bytes) -> Sample:
    fields = json.loads(line)
    fields["consumers"] = tuple(Consumer(**one) for one in fields["consumers"])
    return Sample(**fields)


async def measure_lag(redis: "Redis", engine: Engine, run: Run = run_in_thread) -> list[Status]:
    """The status of each stage, in the order of the flow; `run` asks the store."""
    windows = await take_samples(redis)
    dead = await _count_dead(engine, run)
    return [await _measure(redis, row, windows[row.stage], dead) for row in TOPOLOGY]


async def _measure(
    redis: "Redis", row: StageRow, window: list[Sample], dead: Mapping[str, Waiting] | None
) -> Status:
    waiting = None if dead is None else dead.get(row.stage, Waiting())
    status = judge(window, waiting, await _find_hold(redis, row))
    return replace(status, since=await _find_since(redis, row, status, window[-1].at))


async def _find_since(redis: "Redis", row: StageRow, status: Status, now: float) -> float:
    """Since when the word holds, as far as somebody looked."""
    before: Any = await redis.lindex(words_key(row), 0)
    last = json.loads(before) if before else {}
    since = last["since"] if last.get("word") == status.status else now
    await _remember(redis, words_key(row), {"word": status.status, "since": since}, kept=1)
    return float(since)


async def _find_hold(redis: "Redis", row: StageRow) -> Hold | None:
    said = await find_hold(redis, row)
    return None if said is None else Hold(str(said.get("reason", "no reason given")), said.get("since"))


async def _count_dead(engine: Engine, run: Run) -> Mapping[str, Waiting] | None:
    """Waiting dead letters by stage; None where the store is away: the lag is shown all the same."""

    def count() -> Mapping[str, Waiting]:
        with engine.connect() as connection:
            return count_waiting(connection)

    try:
        return await run(count)
    except (*UNREACHABLE, PoolTimeout):
        return None

"""The last hour of each stage, a point every quarter of a minute, written by the control service.

The samples of the lag go back two minutes and are as many as there are looks: too short for a plot, and no
even steps. Whoever looks only reads these points; nobody but the holder of the lease writes them.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from redis.asyncio import Redis

from schemas import TOPOLOGY, StageRow
from services.control.lag import REMEMBER
from services.control.status import Status

EVERY = 15.0
"""Seconds between two points."""
LENGTH = 3600.0
"""Seconds that they go back."""
KEPT = int(LENGTH / EVERY)
FORGOTTEN_AFTER = int(2 * LENGTH)
"""Seconds after which Redis drops a history that nobody writes."""


@dataclass(frozen=True)
class Point:
    """A stage at one moment; None is unknown, which is not 0."""

    at: float
    """Seconds since the epoch, by the control service's clock."""
    status: str
    backlog: int | None
    oldest_seconds: float | None
    rate_in: float | None
    rate_out: float | None
    dead_letters: int | None


def history_key(row: StageRow) -> str:
    """Key of the list of a stage's points, newest first."""
    return f"copydesk.history.{row.stage}"


async def record_history(redis: "Redis", statuses: list[Status], at: float) -> None:
    """Add a point for each stage."""
    script = redis.register_script(REMEMBER)
    rows = {row.stage.value: row for row in TOPOLOGY}
    for status in statuses:
        point = Point(
            at=round(at, 1),
            status=status.status.value,
            backlog=status.backlog,
            oldest_seconds=status.oldest_seconds,
            rate_in=status.rate_in,
            rate_out=status.rate_out,
            dead_letters=status.dead_letters,
        )
        arguments: list[str | int] = [json.dumps(asdict(point)), KEPT, FORGOTTEN_AFTER]
        await script(keys=[history_key(rows[status.stage])], args=arguments)


async def read_history(redis: "Redis", now: float) -> dict[str, list[Point]]:
    """The points of each stage in the hour before `now`, oldest first."""
    async with redis.pipeline(transaction=False) as pipe:
        for row in TOPOLOGY:
            pipe.lrange(history_key(row), 0, -1)
        answers: list[Any] = await pipe.execute()
    return {
        row.stage.value: [point for point in map(_read, reversed(lines)) if now - LENGTH <= point.at <= now]
        for row, lines in zip(TOPOLOGY, answers, strict=True)
    }


def _read(line: bytes) -> Point:
    return Point(**json.loads(line))

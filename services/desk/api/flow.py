"""What the pipeline page draws beside the lag: the last hour, and what became of what was published."""

import time
from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from pydantic import Field

from schemas import StageName
from schemas.record import Record
from services.control.history import read_history
from services.desk.answers import answer_model
from services.desk.callers import READING
from services.desk.documentation import cached
from services.desk.flow import FUNNEL_HOURS, Drop, rank_reasons, read_drops
from services.desk.house import InHouse

router = APIRouter(tags=["pipeline"])


class PointRecord(Record):
    """A stage at one moment; null is unknown."""

    at: float
    """Seconds since the epoch."""
    status: str
    backlog: int | None
    oldest_seconds: float | None
    rate_in: float | None
    rate_out: float | None
    dead_letters: int | None


class History(Record):
    """The last hour of each stage, a point every quarter of a minute, oldest first."""

    stages: dict[StageName, tuple[PointRecord, ...]]


class SkipRecord(Record):
    """Why articles were skipped."""

    stage: str
    reason: str
    """With `#` for each number in it."""
    entries: int


class DropRecord(Record):
    """What became of what an outlet published."""

    source: str | None
    """Null where no outlet was named, and where the row stands for several."""
    published: int
    done: int
    underway: int
    skipped: int
    superseded: int
    dead: int
    others: int
    """How many outlets the last row stands for; 0 in all the others."""
    reasons: tuple[SkipRecord, ...] = Field(default=())
    """The most frequent first."""


class Drops(Record):
    """Outlets that published in the last hours, those that published most first."""

    hours: int
    sources: tuple[DropRecord, ...]


@router.get("/pipeline/history", response_model=History, responses=cached(), dependencies=[READING])
async def get_history(request: Request, house: InHouse) -> Response:
    """The last hour of each stage, as far as a control service measured."""
    found = await read_history(house.redis, time.time())
    stages = {stage: [asdict(point) for point in points] for stage, points in found.items()}
    return answer_model(request, History.model_validate({"stages": stages}))


@router.get("/pipeline/drops", response_model=Drops, responses=cached(), dependencies=[READING])
async def get_drops(request: Request, house: InHouse) -> Response:
    """Published, done, on the way, skipped and why, superseded, dead, of each outlet."""
    sources = tuple(map(_describe, await read_drops(house)))
    return answer_model(request, Drops(hours=FUNNEL_HOURS, sources=sources))


def _describe(drop: Drop) -> DropRecord:
    reasons = tuple(
        SkipRecord(stage=stage, reason=reason, entries=number)
        for (stage, reason), number in rank_reasons(drop).items()
    )
    return DropRecord(**{**asdict(drop), "reasons": reasons})

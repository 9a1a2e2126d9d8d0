"""The pipeline: which stage is behind, whether there is room, and whether all is well."""

import asyncio
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from fastapi import APIRouter, Request, Response
from redis.exceptions import RedisError

from schemas import StageName, find_stage
from schemas.record import Record
from services.control.lag import measure_lag
from services.control.room import Room, find_room
from services.control.status import Word
from services.desk.answers import answer_model
from services.desk.api.health import find_lacking
from services.desk.callers import OPERATING, READING
from services.desk.documentation import cached
from services.desk.house import House, InHouse
from services.kit import gate

router = APIRouter(tags=["pipeline"])
MEASURED_WITHIN = 5.0
"""Seconds that the summary of health gives the servers."""


class ConsumerRecord(Record):
    """A worker of a stage."""

    name: str
    silent_seconds: float
    """Since its last sign of life."""


class HoldRecord(Record):
    """Why a stage takes no work although its workers live."""

    reason: str
    since: float | None
    """Seconds since the epoch."""


class StageStatus(Record):
    """A stage as `copydesk lag --json` shows it. Rates are entries a second; null is unknown."""

    stage: StageName
    status: Word
    lag: int | None
    """Entries that no worker was given yet."""
    exact: bool
    pending: int | None
    """Entries that were given to a worker and are not acknowledged."""
    backlog: int | None
    """Both."""
    oldest_seconds: float | None
    """Age of the oldest entry that is not acknowledged."""
    oldest_pending_seconds: float | None
    rate_in: float | None
    rate_out: float | None
    drain_seconds: float | None
    """Until the backlog is gone at the present rates; null where it does not shrink."""
    dead_letters: int | None
    oldest_dead_seconds: float | None
    consumers: tuple[ConsumerRecord, ...]
    silent: int
    """Workers that gave no sign of life lately."""
    sure: bool
    """Whether the looks go back far enough to tell `behind` and `stalled` from `ok`."""
    held: HoldRecord | None
    since: float | None
    """When the word was first seen, in seconds since the epoch."""


class RoomRecord(Record):
    """Whether the house takes more."""

    free: int
    """Articles that may be handed in now."""
    reason: str | None
    """Why not more."""


class Pipeline(Record):
    """The stages in the order of the flow."""

    stages: tuple[StageStatus, ...]
    room: RoomRecord


class Resumed(Record):
    """What became of a stage's hold."""

    stage: StageName
    released: bool
    """False where it was not held."""


class HealthWord(StrEnum):
    """All in one word."""

    OK = "ok"
    DEGRADED = "degraded"
    """Something is behind, stalled, stopped, held or full."""
    AWAY = "away"
    """A server does not answer."""


class Health(Record):
    """Whether all is well."""

    status: HealthWord
    away: dict[str, str]
    """The servers that do not answer, and what they said."""
    stages: dict[StageName, Word]
    dead_letters: int | None
    full: str | None
    """Why the house takes nothing more."""


async def measure_pipeline(house: House) -> Pipeline:
    """The status of each stage, and the room there is."""
    statuses = await measure_lag(house.redis, house.engine, house.run)
    room = await find_room(house.redis, house.limits)
    stages: list[dict[str, Any]] = [asdict(status) for status in statuses]
    return Pipeline.model_validate({"stages": stages, "room": _describe_room(room)})


def _describe_room(room: Room) -> dict[str, Any]:
    return {"free": room.free, "reason": room.reason}


@router.get("/pipeline", response_model=Pipeline, responses=cached(), dependencies=[READING])
async def get_pipeline(request: Request, house: InHouse) -> Response:
    """Lag, pending, backlog, age, rates, workers, dead letters and one word for each stage."""
    return answer_model(request, await measure_pipeline(house))


@router.post("/pipeline/{stage}/resume", response_model=Resumed, dependencies=[OPERATING])
async def resume_stage(house: InHouse, stage: StageName) -> Resumed:
    """Let a stage go on that the dead-letter limit holds."""
    return Resumed(stage=stage, released=await gate.resume(house.redis, find_stage(stage)))


@router.get("/health", response_model=Health, responses=cached(), dependencies=[READING])
async def get_health(request: Request, house: InHouse) -> Response:
    """All in one word, with what is not well."""
    return answer_model(request, await summarize_health(house))


async def summarize_health(house: House) -> Health:
    """The servers, the stages and the room in few words."""
    away = await find_lacking(house)
    if "redis" in away:
        return _say_away(away)
    try:
        pipeline = await asyncio.wait_for(measure_pipeline(house), MEASURED_WITHIN)
    except (RedisError, OSError, TimeoutError) as error:
        return _say_away({**away, "redis": type(error).__name__})
    dead = [stage.dead_letters for stage in pipeline.stages]
    full = pipeline.room.reason if pipeline.room.free == 0 else None
    well = full is None and all(one.status is Word.OK and one.held is None for one in pipeline.stages)
    return Health(
        status=HealthWord.AWAY if away else HealthWord.OK if well else HealthWord.DEGRADED,
        away=away,
        stages={one.stage: one.status for one in pipeline.stages},
        dead_letters=None if None in dead else sum(number or 0 for number in dead),
        full=full,
    )


def _say_away(away: dict[str, str]) -> Health:
    return Health(status=HealthWord.AWAY, away=away, stages={}, dead_letters=None, full=None)

"""The pipeline: a picture of the flow with its numbers, and what an operator can do about it."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from schemas import TOPOLOGY, StageName, Unprocessable, find_stage
from services.control.history import Point
from services.control.replay import find_obstacle, replay
from services.desk.access import Scope
from services.desk.callers import Operator, Reader
from services.desk.flow import FUNNEL_HOURS, rank_reasons, read_drops, read_stages, say_whole
from services.desk.house import House, InHouse
from services.desk.pages.drawing import lead_to, render
from services.desk.pages.sparklines import HEIGHT, WIDTH, Plot, choose_span, draw_plot
from services.desk.problems import Problem
from services.kit.gate import resume
from services.store.dead_letters import DeadFilter, list_dead_letters

router = APIRouter(include_in_schema=False)
EVERY = 2
"""Seconds between two looks of a page that stays open."""
REPLAYED_AT_ONCE = 200
"""Dead letters of a stage that one press of the button replays, the oldest first."""
SYMBOLS = {"ok": "●", "behind": "▲", "stalled": "■", "stopped": "✕", "unknown": "?", "held": "■"}
DONE = {
    "resumed": "The stage goes on.",
    "not-held": "The stage was not held.",
    "replayed": "Dead letters went back to their stream.",
    "none": "No dead letter of this stage could be replayed as it is.",
}


@router.get("/pipeline")
async def show_pipeline(
    request: Request,
    house: InHouse,
    caller: Reader,
    done: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The whole page."""
    drops = await read_drops(house)
    return render(
        request,
        "pipeline.html",
        **await _read_live(house),
        drops=[(drop, rank_reasons(drop)) for drop in drops],
        hours=FUNNEL_HOURS,
        operates=Scope.OPERATE in caller.scopes,
        done=DONE.get(done or ""),
        every=EVERY,
    )


@router.get("/pipeline/now")
async def show_now(request: Request, house: InHouse, caller: Reader) -> Response:
    """The part of the page that changes, for the script that keeps an open page up to date."""
    operates = Scope.OPERATE in caller.scopes
    return render(request, "pipeline_now.html", **await _read_live(house), operates=operates)


async def _read_live(house: House) -> dict[str, Any]:
    stages = await read_stages(house)
    now = time.time()
    span = choose_span([view.history for view in stages], now)
    return {
        "stages": stages,
        "whole": say_whole(stages),
        "at": datetime.now(UTC),
        "now": now,
        "plots": {view.row.stage.value: _draw_plots(view.history, now, span) for view in stages},
        "width": WIDTH,
        "height": HEIGHT,
        "last": TOPOLOGY[-1].target,
        "symbols": SYMBOLS,
        "minutes": round(span / 60),
    }


def _draw_plots(history: Sequence[Point], now: float, span: float) -> dict[str, Plot]:
    rates = {"in": lambda point: point.rate_in, "out": lambda point: point.rate_out}
    return {
        "backlog": draw_plot(history, now, span, {"backlog": lambda point: point.backlog}),
        "rates": draw_plot(history, now, span, rates),
    }


@router.post("/pipeline/{stage}/resume")
async def let_go_on(stage: StageName, house: InHouse, _caller: Operator) -> Response:
    """Let a stage go on that the dead-letter limit holds."""
    released = await resume(house.redis, find_stage(stage))
    return lead_to(f"/pipeline?done={'resumed' if released else 'not-held'}")


@router.post("/pipeline/{stage}/replay")
async def replay_stage(stage: StageName, house: InHouse, _caller: Operator) -> Response:
    """Put the oldest dead letters of a stage back on its stream, those that can go as they are."""
    wanted = DeadFilter(stage=stage)
    rows = await house.read(lambda tx: list_dead_letters(tx, wanted, REPLAYED_AT_ONCE))
    fit = tuple(row.dead_id for row in rows if find_obstacle(row) is None)
    try:
        replayed = await replay(house.redis, house.engine, DeadFilter(fit)) if fit else []
    except Unprocessable as error:
        raise Problem(409, error.reason) from None
    return lead_to(f"/pipeline?done={'replayed' if replayed else 'none'}")

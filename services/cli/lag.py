"""`copydesk lag`: which stage is behind."""

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.cli.lag_table import LagView
from services.cli.lag_watch import watch_lag
from services.control.lag import measure_lag
from services.control.status import SURE_AFTER, Status, Word

FAILING = [word.value for word in Word if word is not Word.OK]
NEED_A_WINDOW = (Word.BEHIND, Word.STALLED)


def lag(
    watch: Annotated[
        bool, typer.Option(envvar="COPYDESK_LAG_WATCH", help="Look again and again, until Ctrl-C.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=0.2, envvar="COPYDESK_LAG_EVERY", help="Seconds between two looks.")
    ] = 1.0,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            envvar="COPYDESK_LAG_FAIL_ON",
            help=f"End with exit code 5 where a stage is at this word or a worse one: {', '.join(FAILING)}. "
            "A held stage counts as stalled. Of several words the mildest counts.",
        ),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(
            "--for",
            min=0,
            envvar="COPYDESK_LAG_FOR",
            help="Seconds that --fail-on looks at most where one look cannot tell. "
            "If it still cannot, the exit code is 1.",
        ),
    ] = SURE_AFTER + 5,
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Show lag, pending, backlog, age of the oldest entry, workers and status of each stage."""
    least = read_least(fail_on or [])
    if watch and least:
        fail(Exit.WRONG_USE, "--watch does not end by itself: leave out one of --watch and --fail-on")
    if watch:
        watch_lag(home, every, as_json)
        return
    statuses = call(home, lambda connections: _look(connections, least, every, patience))
    if as_json:
        print(json.dumps([asdict(status) for status in statuses], indent=2))
    else:
        Console().print(LagView(statuses))
    if least:
        check(statuses, least)


def read_least(words: Iterable[str]) -> Word | None:
    """The mildest of the words (each may hold several, with commas); None where there is none."""
    said = [part.strip() for word in words for part in word.split(",")]
    if wrong := [word for word in said if word not in FAILING]:
        fail(Exit.WRONG_USE, f"--fail-on {wrong[0]}: use {', '.join(FAILING)}")
    return next((word for word in Word if word in said), None)


async def _look(connections: Connections, least: Word | None, every: float, patience: float) -> list[Status]:
    """Look once, or for a check until it can be told how things stand."""
    deadline = time.monotonic() + patience
    while True:
        statuses = await measure_lag(connections.redis, connections.engine)
        if least is None or not is_open(statuses, least) or time.monotonic() + every > deadline:
            return statuses
        await asyncio.sleep(every)


def is_open(statuses: Sequence[Status], least: Word) -> bool:
    """Whether more looks could still change the answer from well to not well."""
    failed = any(one.severity.is_at_least(least) for one in statuses)
    return not failed and least in NEED_A_WINDOW and not all(one.sure for one in statuses)


def check(statuses: Sequence[Status], least: Word) -> None:
    """End the command where a stage is at `least` or worse, or where that cannot be told yet."""
    bad = [one for one in statuses if one.severity.is_at_least(least)]
    if bad:
        fail(Exit.LIMIT, "; ".join(_describe(one) for one in bad))
    if is_open(statuses, least):
        unsure = ", ".join(one.stage for one in statuses if not one.sure)
        fail(
            Exit.FAILED,
            f"too few looks to tell whether work goes on at {unsure}: give more time (--for), "
            "or let `copydesk control` run",
        )


def _describe(one: Status) -> str:
    return f"{one.stage} is {one.status}" + (f" and held: {one.held.reason}" if one.held else "")

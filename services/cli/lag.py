"""`copydesk lag`: which stage is behind."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.control.lag import measure_lag
from services.control.status import Status, Word

COLOURS = {Word.OK: "green", Word.BEHIND: "yellow", Word.STALLED: "red", Word.STOPPED: "red"}


def lag(
    watch: Annotated[
        bool, typer.Option(envvar="COPYDESK_LAG_WATCH", help="Look again and again, until Ctrl-C.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=0.2, envvar="COPYDESK_LAG_EVERY", help="Seconds between two looks.")
    ] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Show lag, pending, backlog, age of the oldest entry, workers and status of each stage."""
    if watch:
        call(home, lambda connections: _watch(connections, every, as_json))
        return
    statuses = call(home, _measure)
    if as_json:
        print(json.dumps([asdict(status) for status in statuses], indent=2))
    else:
        Console().print(draw(statuses))


async def _measure(connections: Connections) -> list[Status]:
    return await measure_lag(connections.redis, connections.engine)


async def _watch(connections: Connections, every: float, as_json: bool) -> None:
    if as_json:
        while True:
            print(json.dumps([asdict(status) for status in await _measure(connections)]), flush=True)
            await asyncio.sleep(every)
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            live.update(draw(await _measure(connections)), refresh=True)
            await asyncio.sleep(every)


def draw(statuses: Sequence[Status]) -> Table:
    """The statuses as a table; what is unknown is a question mark."""
    table = Table()
    table.add_column("stage")
    table.add_column("status")
    for name in ("lag", "pending", "backlog", "oldest", "in/s", "out/s", "drained in", "workers", "dead"):
        table.add_column(name, justify="right")
    for one in statuses:
        colour = COLOURS.get(one.status, "magenta")
        table.add_row(
            one.stage,
            f"[{colour}]{one.status}[/]",
            _show(one.lag, prefix="" if one.exact else "≥"),
            _show(one.pending),
            _show(one.backlog),
            f"{one.oldest_seconds:.1f} s",
            _show(one.rate_in),
            _show(one.rate_out),
            _show(one.drain_seconds, suffix=" s"),
            str(len(one.consumers)),
            _show(one.dead_letters),
        )
    return table


def _show(value: float | None, prefix: str = "", suffix: str = "") -> str:
    return "?" if value is None else f"{prefix}{value:g}{suffix}"

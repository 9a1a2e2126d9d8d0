"""`copydesk control` and `copydesk reconcile`: keeping the house in order."""

import asyncio
import json
import sys
import threading
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import telling_settings
from services.cli.matching import Matcher
from services.cli.outgrown import reclean_outgrown
from services.control.process import run_control
from services.control.reconciliation import Reconciled
from services.control.reconciliation import reconcile as reconcile_articles
from services.control.settings import ControlSettings
from services.kit.settings import Settings


def control(
    stop_with_parent: Annotated[
        bool, typer.Option(envvar="COPYDESK_STOP_WITH_PARENT", help="Stop when standard input closes.")
    ] = False,
) -> None:
    """Run the control service: samples the lag, cuts streams, reconciles. Any number may run."""
    asyncio.run(_control(stop_with_parent))


async def _control(stop_with_parent: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop_at_end_of_input() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(stop.set)

    if stop_with_parent:
        threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    await run_control(Settings(), ControlSettings(), stop, reclean_outgrown, Matcher().match_claims)


def reconcile(
    patience: Annotated[
        float,
        typer.Option(min=0, envvar="COPYDESK_RECONCILE_PATIENCE", help="Seconds an article may owe a stage."),
    ] = 60.0,
    dry_run: Annotated[
        bool, typer.Option(envvar="COPYDESK_RECONCILE_DRY_RUN", help="Only say how many.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Hand in again, from the store, what owes a stage and is in no stream."""

    async def act(connections: Connections) -> list[Reconciled]:
        return await reconcile_articles(connections.redis, connections.engine, patience, dry_run)

    found = call(home, act)
    if as_json:
        print(json.dumps([asdict(one) for one in found], indent=2))
        return
    table = Table("stage", "owed", "would be handed in again" if dry_run else "handed in again")
    for one in found:
        table.add_row(one.stage, str(one.owed), str(one.published))
    Console().print(table)


if __name__ == "__main__":
    with telling_settings():
        typer.run(control)

"""`copydesk desk`: the HTTP API and the pages. `python -m services.cli.desk` loads nothing else."""

import asyncio
import sys
import threading
from typing import Annotated

import typer
from pydantic import SecretStr

from services.cli.connections import DEFAULT_HOME, Home, find_addresses
from services.cli.exits import Exit, fail, telling_settings
from services.desk.settings import DeskSettings
from services.kit.settings import Settings


def desk(
    stop_with_parent: Annotated[
        bool, typer.Option(envvar="COPYDESK_STOP_WITH_PARENT", help="Stop when standard input closes.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Serve the API and the pages until Ctrl-C."""
    redis_url, database_url = find_addresses(home)
    settings = Settings().model_copy(
        update={"redis_url": SecretStr(redis_url), "database_url": SecretStr(database_url)}
    )
    try:
        asyncio.run(_serve(settings, DeskSettings(), stop_with_parent))
    except OSError as error:
        fail(Exit.FAILED, f"{error.strerror or error}: see COPYDESK_DESK_HOST and COPYDESK_DESK_PORT")


async def _serve(settings: Settings, own: DeskSettings, stop_with_parent: bool) -> None:
    # Only here: every command comes by this module, and the desk takes longest to load.
    from services.desk.process import run_desk

    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop_at_end_of_input() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(stop.set)

    if stop_with_parent:
        threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    await run_desk(settings, own, stop, lambda address: print(f"the desk: {address}", file=sys.stderr))


if __name__ == "__main__":
    with telling_settings():
        typer.run(desk)

"""`copydesk worker`: one worker in this process. `python -m services.cli.worker` loads nothing else."""

import asyncio
import sys
import threading
from importlib import import_module
from typing import Annotated

import typer

from schemas import StageName
from services.cli.exits import telling_settings


def worker(
    stage: Annotated[StageName, typer.Argument(help="Which stage to work for.")],
    stop_with_parent: Annotated[
        bool, typer.Option(envvar="COPYDESK_STOP_WITH_PARENT", help="Stop when standard input closes.")
    ] = False,
) -> None:
    """Run one worker until it is told to stop."""
    app = import_module(f"services.{stage.value}.worker").app

    def stop_at_end_of_input() -> None:
        sys.stdin.read()
        app.exit()

    if stop_with_parent:
        threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    asyncio.run(app.run())


if __name__ == "__main__":
    with telling_settings():
        typer.run(worker)

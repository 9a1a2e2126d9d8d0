"""`copydesk resume`: let a stage go on that the dead-letter limit holds."""

from typing import Annotated

import typer
from rich.console import Console

from schemas import StageName, find_stage
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.kit import gate


def resume(
    stage: Annotated[StageName, typer.Argument(help="Which stage is to go on.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Let a stage go on that is held because too much ended as dead letters."""

    async def act(connections: Connections) -> bool:
        return await gate.resume(connections.redis, find_stage(stage))

    released = call(home, act)
    Console(stderr=True).print(f"{stage} goes on" if released else f"{stage} was not held")

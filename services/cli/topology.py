"""`copydesk topology`: the streams, groups and tables."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.control.topology import apply_topology, show_topology

topology = typer.Typer(help="Streams, consumer groups and tables.", no_args_is_help=True)


@topology.command()
def apply(home: Home = DEFAULT_HOME) -> None:
    """Make the consumer groups and bring the tables up to date; safe to repeat."""

    async def act(connections: Connections) -> list[str]:
        return await apply_topology(connections.redis, connections.engine)

    made = call(home, act)
    Console(stderr=True).print(f"groups made: {', '.join(made) or 'none, all were there'}; tables up to date")


@topology.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
) -> None:
    """Show which stage reads and writes what."""
    rows = show_topology()
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console().print(table)

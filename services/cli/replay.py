"""`copydesk replay`: articles that were skipped are handed in again."""

from typing import Annotated

import typer
from rich.console import Console

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.control.skips import reconsider
from services.store.owed import find_skipped


def replay(
    skipped: Annotated[
        str, typer.Option(envvar="COPYDESK_REPLAY_SKIPPED", help="Part of the reason why they were skipped.")
    ],
    dry_run: Annotated[bool, typer.Option(envvar="COPYDESK_REPLAY_DRY_RUN", help="Only say which.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Hand in again articles that were skipped, such as for a language whose model is installed by now."""
    number = call(home, lambda connections: _replay(connections, skipped, dry_run))
    if number == 0:
        fail(Exit.NOT_FOUND, "no article was skipped for such a reason")
    said = "would be handed in again" if dry_run else "handed in again"
    Console(stderr=True).print(f"{number} {said}")


async def _replay(connections: Connections, reason: str, dry_run: bool) -> int:
    with connections.engine.connect() as connection:
        rows = find_skipped(connection, reason)
    for row in rows:
        print(row.article_id, row.stage, row.reason, sep="\t")
    return len(rows) if dry_run else await reconsider(connections.redis, connections.engine, rows)

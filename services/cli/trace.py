"""`copydesk trace`: an article's way through the stages."""

import json
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Row

from schemas import StageName
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.store.copies import read_copy
from services.store.ledger import read_trace


def trace(
    article: Annotated[UUID, typer.Argument(help="The article's id.")],
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Show when each stage took and ended an article, in how many attempts, and how."""

    async def read(connections: Connections) -> tuple[Sequence[Row[Any]], Row[Any] | None]:
        with connections.engine.connect() as connection:
            return read_trace(connection, article), read_copy(connection, article)

    rows, copy = call(home, read)
    if not rows:
        fail(Exit.NOT_FOUND, f"no stage has ended anything of article {article}")
    if as_json:
        print(json.dumps([_describe(row, copy) for row in rows], default=str, indent=2))
    else:
        Console().print(_draw(rows, _say_copy(copy)))


def _describe(row: Row[Any], copy: Row[Any] | None) -> dict[str, Any]:
    """The ledger's entry; that of the clean stage with what the article copies."""
    entry = dict(row._mapping)
    return {**entry, **copy._mapping} if copy and row.stage == StageName.CLEAN else entry


def _say_copy(copy: Row[Any] | None) -> str | None:
    if copy is None:
        return None
    if copy.copy_of:
        return f"copies article {copy.copy_of}: {copy.alike:.0%} alike, {copy.copied:.0%} of its paragraphs"
    return f"copied by {copy.copies} other article{'' if copy.copies == 1 else 's'}" if copy.copies else None


def _draw(rows: Sequence[Row[Any]], caption: str | None) -> Table:
    table = Table(title=f"article {rows[0].article_id}", caption=caption)
    for name in ("revision", "stage", "outcome", "attempts", "queued", "waited", "worked", "reason"):
        table.add_column(name)
    for row in rows:
        table.add_row(
            row.revision[:8],
            row.stage,
            row.outcome,
            str(row.attempts),
            f"{row.queued_at:%Y-%m-%d %H:%M:%S.%f}"[:-3],
            f"{(row.started_at - row.queued_at).total_seconds():.3f} s",
            f"{(row.finished_at - row.started_at).total_seconds():.3f} s",
            escape(row.reason or ""),
        )
    return table

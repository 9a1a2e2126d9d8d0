"""`copydesk dead`: what could not be processed."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import click
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table
from sqlalchemy import Row

from schemas import StageName, Unprocessable
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.control.replay import find_obstacle, replay
from services.store.dead_letters import DeadFilter, drop_dead_letters, find_dead_letters

dead = typer.Typer(help="Dead letters: list, show, replay, drop.", no_args_is_help=True)
stderr = Console(stderr=True)

IN_ONE_TRANSACTION = 200
"""Letters replayed or dropped together: what was done stays done when a later part fails."""

Ids = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="Numbers of dead letters.")]
Stage = Annotated[StageName | None, typer.Option(envvar="COPYDESK_DEAD_STAGE", help="Only of this stage.")]
Reason = Annotated[str | None, typer.Option(envvar="COPYDESK_DEAD_REASON", help="Part of the reason.")]
Source = Annotated[str | None, typer.Option(envvar="COPYDESK_DEAD_SOURCE", help="Only of this outlet.")]
# No variable: one that is forgotten in the environment must not drop everything.
All = Annotated[bool, typer.Option("--all", help="All that are left by the filters.")]
DryRun = Annotated[bool, typer.Option(envvar="COPYDESK_DEAD_DRY_RUN", help="Only say which.")]
Json = Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")]


@dead.command("ls")
def list_letters(
    stage: Stage = None,
    reason: Reason = None,
    source: Source = None,
    replayed: Annotated[
        bool, typer.Option(envvar="COPYDESK_DEAD_REPLAYED", help="Those replayed before, not those waiting.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, envvar="COPYDESK_DEAD_LIMIT", help="At most so many.")] = 100,
    as_json: Json = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """List dead letters, oldest first."""
    rows = _find(home, DeadFilter(stage=stage, reason=reason, source=source, replayed=replayed), limit)
    if as_json:
        print(json.dumps([_as_record(row) for row in rows], default=str, indent=2))
        return
    table = Table()
    for name in ("id", "stage", "died at", "attempts", "source", "bytes", "reason"):
        table.add_column(name)
    for row in rows:
        died = f"{row.died_at:%Y-%m-%d %H:%M:%S}"
        size = str(len(row.payload))
        table.add_row(
            str(row.dead_id),
            row.stage,
            died,
            str(row.attempts),
            escape(row.source or ""),
            size,
            escape(row.reason),
        )
    Console().print(table)


@dead.command()
def show(
    dead_id: Annotated[int, typer.Argument(metavar="ID", help="Number of the dead letter.")],
    payload: Annotated[
        bool, typer.Option(envvar="COPYDESK_DEAD_PAYLOAD", help="Write the original bytes, and nothing else.")
    ] = False,
    as_json: Json = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Show one dead letter with everything that is known of it."""
    rows = _find(home, DeadFilter(dead_ids=(dead_id,), replayed=None))
    if not rows:
        fail(Exit.NOT_FOUND, f"there is no dead letter {dead_id}")
    if payload:
        typer.get_binary_stream("stdout").write(rows[0].payload)
        return
    record = _as_record(rows[0])
    if as_json:
        print(
            json.dumps({**record, "payload": rows[0].payload.decode(errors="replace")}, default=str, indent=2)
        )
        return
    table = Table(show_header=False)
    for name, value in record.items():
        table.add_row(name, escape(str(value)))
    table.add_row("payload", escape(rows[0].payload[:500].decode(errors="replace")))
    Console().print(table)


@dead.command("replay")
def replay_letters(
    dead_ids: Ids = None,
    file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            envvar="COPYDESK_DEAD_FILE",
            help="The mended message, for one letter.",
        ),
    ] = None,
    edit: Annotated[
        bool,
        typer.Option(
            "--edit", envvar="COPYDESK_DEAD_EDIT", help="Mend the message in $EDITOR, for one letter."
        ),
    ] = False,
    stage: Stage = None,
    reason: Reason = None,
    source: Source = None,
    every: All = False,
    dry_run: DryRun = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Put dead letters back on their streams, as they are or mended."""
    wanted = _want(dead_ids, stage, reason, source, every)
    rows = _find(home, wanted)
    if not rows:
        fail(Exit.NOT_FOUND, "no dead letter waits that fits")
    if (file or edit) and len(rows) != 1:
        fail(Exit.WRONG_USE, f"a mended message is for one dead letter, but {len(rows)} fit; name its number")
    if dry_run:
        _say_which("would be replayed", rows)
        return
    mended = file.read_bytes() if file else _edit(rows[0].payload) if edit else None
    obstacles = [] if mended else [why for row in rows if (why := find_obstacle(row))]
    fit = [row for row in rows if mended or not find_obstacle(row)]
    try:
        call(home, lambda connections: _replay(connections, fit, mended))
    except Unprocessable as error:
        fail(Exit.FAILED, error.reason)
    if obstacles:
        more = f" (and {len(obstacles) - 1} more like it)" if len(obstacles) > 1 else ""
        fail(Exit.FAILED, obstacles[0] + more)


async def _replay(connections: Connections, rows: Sequence[Row[Any]], mended: bytes | None) -> None:
    for part in _in_parts(rows, "replaying"):
        for one in await replay(connections.redis, connections.engine, DeadFilter(part), mended):
            print(one.dead_id, one.stage, one.entry_id, sep="\t")


@dead.command()
def drop(
    dead_ids: Ids = None,
    stage: Stage = None,
    reason: Reason = None,
    source: Source = None,
    every: All = False,
    dry_run: DryRun = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Delete dead letters for good, with their bytes."""
    rows = _find(home, _want(dead_ids, stage, reason, source, every))
    if not rows:
        fail(Exit.NOT_FOUND, "no dead letter waits that fits")
    if dry_run:
        _say_which("would be dropped", rows)
        return

    async def act(connections: Connections) -> int:
        dropped = 0
        for part in _in_parts(rows, "dropping"):
            with connections.engine.begin() as tx:
                dropped += drop_dead_letters(tx, part)
        return dropped

    stderr.print(f"{call(home, act)} dropped")


def _in_parts(rows: Sequence[Row[Any]], doing: str) -> Iterator[tuple[int, ...]]:
    """The letters' numbers, some at a time, with a progress bar where many are done on a terminal.

    The numbers are those found at first: letters that come meanwhile are left alone.
    """
    starts = range(0, len(rows), IN_ONE_TRANSACTION)
    quiet = not stderr.is_terminal or len(starts) < 2
    for start in track(starts, doing, console=stderr, disable=quiet, transient=True):
        yield tuple(row.dead_id for row in rows[start : start + IN_ONE_TRANSACTION])


def _want(
    dead_ids: list[int] | None, stage: str | None, reason: str | None, source: str | None, every: bool
) -> DeadFilter:
    if not dead_ids and not every and not (stage or reason or source):
        fail(Exit.WRONG_USE, "name dead letters by number, by --stage, --reason or --source, or say --all")
    return DeadFilter(tuple(dead_ids) if dead_ids else None, stage, reason, source)


def _find(home: Path, wanted: DeadFilter, limit: int | None = None) -> Sequence[Row[Any]]:
    async def read(connections: Connections) -> Sequence[Row[Any]]:
        with connections.engine.connect() as connection:
            return find_dead_letters(connection, wanted, limit)

    return call(home, read)


def _as_record(row: Row[Any]) -> dict[str, Any]:
    """Everything but the bytes, of which only the number is given."""
    fields = dict(row._mapping)
    return {**{name: value for name, value in fields.items() if name != "payload"}, "bytes": len(row.payload)}


def _say_which(what: str, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        print(row.dead_id, row.stage, row.reason, sep="\t")
    stderr.print(f"{len(rows)} {what}")


def _edit(payload: bytes) -> bytes:
    edited = click.edit(payload.decode(errors="replace"), extension=".json")
    if edited is None:
        fail(Exit.FAILED, "nothing was changed; the dead letter stays")
    return edited.encode()

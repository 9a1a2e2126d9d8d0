"""`copydesk dead`: what could not be processed."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import click
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table
from sqlalchemy import Connection, Row

from schemas import StageName, Unprocessable
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.control.replay import divide, find_obstacle, replay
from services.store.dead_letters import (
    DeadFilter,
    drop_dead_letters,
    find_dead_letters,
    list_dead_letters,
    summarize_dead_letters,
)

dead = typer.Typer(help="Dead letters: list, show, replay, drop.", no_args_is_help=True)
stderr = Console(stderr=True)

COLUMNS = ("dead_id", "stage", "died_at", "attempts", "source", "bytes", "reason")
SUMMARY = ("letters", "stage", "source", "oldest", "newest", "reason")

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
    summary: Annotated[
        bool, typer.Option(envvar="COPYDESK_DEAD_SUMMARY", help="Count them by stage, source and reason.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, envvar="COPYDESK_DEAD_LIMIT", help="At most so many.")] = 100,
    as_json: Json = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """List dead letters, oldest first."""
    wanted = DeadFilter(stage=stage, reason=reason, source=source, replayed=replayed)
    if summary:
        _print_rows(_read(home, lambda tx: summarize_dead_letters(tx, wanted))[:limit], SUMMARY, as_json)
    else:
        _print_rows(_read(home, lambda tx: list_dead_letters(tx, wanted, limit)), COLUMNS, as_json)


def _print_rows(rows: Sequence[Row[Any]], columns: Sequence[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps([dict(row._mapping) for row in rows], default=str, indent=2))
        return
    table = Table(*(name.replace("_", " ") for name in columns))
    for row in rows:
        table.add_row(*(_show(row._mapping[name]) for name in columns))
    Console().print(table)


def _show(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else escape(str(value))


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
    rows = _read(home, lambda tx: find_dead_letters(tx, DeadFilter(dead_ids=(dead_id,), replayed=None)))
    if not rows:
        fail(Exit.NOT_FOUND, f"there is no dead letter {dead_id}")
    if payload:
        typer.get_binary_stream("stdout").write(rows[0].payload)
        return
    record = {name: value for name, value in rows[0]._mapping.items() if name != "payload"}
    record["bytes"] = len(rows[0].payload)
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
    rows = _read(home, lambda tx: list_dead_letters(tx, wanted))
    if not rows:
        fail(Exit.NOT_FOUND, "no dead letter waits that fits")
    if (file or edit) and len(rows) != 1:
        fail(Exit.WRONG_USE, f"a mended message is for one dead letter, but {len(rows)} fit; name its number")
    if dry_run:
        _say_which("would be replayed", rows)
        return
    mended = file.read_bytes() if file else _edit(home, rows[0].dead_id) if edit else None
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
    wanted = _want(dead_ids, stage, reason, source, every)
    rows = _read(home, lambda tx: list_dead_letters(tx, wanted))
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
    parts = divide(rows)
    quiet = not stderr.is_terminal or len(parts) < 2
    yield from track(parts, doing, console=stderr, disable=quiet, transient=True)


def _want(
    dead_ids: list[int] | None, stage: str | None, reason: str | None, source: str | None, every: bool
) -> DeadFilter:
    if not dead_ids and not every and not (stage or reason or source):
        fail(Exit.WRONG_USE, "name dead letters by number, by --stage, --reason or --source, or say --all")
    return DeadFilter(tuple(dead_ids) if dead_ids else None, stage, reason, source)


def _read(home: Path, find: Callable[[Connection], Sequence[Row[Any]]]) -> Sequence[Row[Any]]:
    async def read(connections: Connections) -> Sequence[Row[Any]]:
        with connections.engine.connect() as connection:
            return find(connection)

    return call(home, read)


def _say_which(what: str, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        print(row.dead_id, row.stage, row.reason, sep="\t")
    stderr.print(f"{len(rows)} {what}")


def _edit(home: Path, dead_id: int) -> bytes:
    (row,) = _read(home, lambda tx: find_dead_letters(tx, DeadFilter((dead_id,))))
    edited: str | None = click.edit(row.payload.decode(errors="replace"), extension=".json")
    if edited is None:
        fail(Exit.FAILED, "nothing was changed; the dead letter stays")
    return edited.encode()

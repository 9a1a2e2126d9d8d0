"""`copydesk recluster`: every claim is matched anew with those of all other articles."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.reclustering import Reclustered, Tell
from services.cli.reclustering import recluster as recluster_all

SAY_EVERY = 10_000
"""Of how many of a thing there is a line where there is no terminal to draw on."""


def recluster(
    anew: Annotated[
        bool,
        typer.Option(
            "--anew", envvar="COPYDESK_RECLUSTER_ANEW", help="Make all vectors again, for another model."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Match every claim anew with those of all other articles; workers may go on meanwhile."""
    done = call(home, partial(_recluster, anew=anew))
    if as_json:
        print(json.dumps(asdict(done)))
        return
    Console().print(
        f"{done.wordings:,} wordings make {done.clusters:,} claims; {done.repeated:,} of these have several "
        f"wordings; {done.worded:,} claims had no wording before",
        highlight=False,
    )


async def _recluster(connections: Connections, anew: bool) -> Reclustered:
    from services.encoder.sentences import embed  # its libraries take a second to load
    from services.encoder.sessions import open_encoder

    with _telling() as tell:
        vectors = partial(embed, open_encoder())
        return await asyncio.to_thread(recluster_all, connections.engine, vectors, tell, anew)


@contextmanager
def _telling() -> Iterator[Tell]:
    """Show what is done: a bar for each thing on a terminal, a line now and then elsewhere."""
    stderr = Console(stderr=True)
    if not stderr.is_terminal:
        yield partial(_say, stderr)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=stderr, transient=True) as bar:
        yield partial(_draw, bar, {})


def _draw(bar: Progress, tasks: dict[str, TaskID], what: str, number: int, whole: int) -> None:
    if what not in tasks:
        tasks[what] = bar.add_task(what)
    bar.update(tasks[what], completed=number, total=whole or None)


def _say(stderr: Console, what: str, number: int, whole: int) -> None:
    if number % SAY_EVERY == 0 or number == whole:
        stderr.print(f"{what}: {number:,}" + (f" of {whole:,}" if whole else ""), highlight=False)

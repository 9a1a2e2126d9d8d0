"""`copydesk score`: how much single sentences call for a check, without servers."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas import CheckWorthiness
from services.cli.exits import Exit, fail
from services.cli.paths import check_paths
from services.cli.rendering import show_progress, show_text
from services.cli.sentences import Scored, read_sentences

BATCH = 256
"""Sentences worked on at once."""


def score(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help='Files with a sentence a line, as text or as {"id", "text"}, or - for standard input.',
        ),
    ],
    as_lines: Annotated[
        bool, typer.Option("--jsonl", envvar="COPYDESK_SCORE_JSONL", help="Print a JSON object a line.")
    ] = False,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            envvar="COPYDESK_SCORE_THRESHOLD",
            help="Score from which a sentence is check-worthy; the one chosen with the weights.",
            show_default=False,
        ),
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=0.999,
            envvar="COPYDESK_SCORE_BASE_RATE",
            help="Share of check-worthy sentences where these are from, if known.",
            show_default=False,
        ),
    ] = None,
    adapt: Annotated[
        bool,
        typer.Option(
            "--adapt",
            envvar="COPYDESK_SCORE_ADAPT",
            help="Tell share and threshold from all the sentences, which must be of one debate or speech.",
        ),
    ] = False,
) -> None:
    """Score how much single sentences call for a check, with the reasons, without servers."""
    check_paths(paths)
    if adapt and base_rate is not None:
        fail(Exit.WRONG_USE, "--adapt estimates the share that --base-rate gives; give one of them")
    if folder := next((path for path in paths if path.is_dir()), None):
        fail(Exit.WRONG_USE, f"{folder} is a folder; give files with a sentence a line")
    results = show_progress(_score(read_sentences(paths), threshold, base_rate, adapt), "sentences scored")
    total, failed, used = _print(results, as_lines)
    if used is not None:
        typer.echo(_say_threshold(used, threshold is not None, base_rate, adapt), err=True)
    said = f", {failed} of them could not be read" if failed else ""
    typer.echo(f"{total} sentence{'' if total == 1 else 's'}{said}", err=True)
    if total and failed == total:
        raise typer.Exit(Exit.FAILED)


def _score(
    sentences: Iterator[Scored], threshold: float | None, base_rate: float | None, adapt: bool
) -> Iterator[Scored]:
    from services.cli.placing import Place  # spaCy takes seconds, which --help need not wait for

    return Place(threshold, base_rate, adapt).label(_rate(sentences))


def _rate(sentences: Iterator[Scored]) -> Iterator[tuple[Scored, CheckWorthiness | None]]:
    from services.claims import load_pipeline
    from services.claims.sentences import rate_sentences
    from services.claims.settings import ClaimsSettings

    claims = ClaimsSettings()
    nlp = load_pipeline(claims.pipeline, claims.attribution)
    while batch := list(islice(sentences, BATCH)):
        rated = rate_sentences(nlp, [one.text for one in batch if one.error is None])
        for one in batch:
            yield one, next(rated) if one.error is None else None


def _print(results: Iterable[Scored], as_lines: bool) -> tuple[int, int, float | None]:
    """How many there were, how many of them could not be read, and the threshold of the others."""
    total = failed = 0
    used: float | None = None
    table = Table("score", "check", "sentence", "reasons")
    for result in results:
        total, failed = total + 1, failed + (result.error is not None)
        used = result.threshold if used is None else used
        if as_lines:
            typer.echo(result.model_dump_json(exclude_none=True).encode())
        else:
            table.add_row(*_cells(result))
    if not as_lines:
        Console().print(table)
    return total, failed, used


def _cells(result: Scored) -> tuple[str, str, Text | str, Text | str]:
    if result.error is not None:
        return "—", "—", show_text(f"{result.id}: {result.error}"), ""
    reasons = "\n".join(
        f"{reason.reason.replace('_', ' ')} {reason.weight:+.2f}{f': {reason.words}' if reason.words else ''}"
        for reason in result.reasons
    )
    verdict = "yes" if result.check_worthy else "no"
    return f"{result.score:.2f}", verdict, show_text(result.text), show_text(reasons)


def _say_threshold(threshold: float, given: bool, base_rate: float | None, adapt: bool) -> str:
    """From which score single sentences are called check-worthy, and why from there."""
    if given:
        why = "by --threshold"
    elif adapt:
        why = "told from the scores of all these sentences (--adapt)"
    else:
        why = "chosen with the weights: where forecasts of later debates from earlier ones were best"
    moved = f"; scores hold where {base_rate:.1%} are worth a check (--base-rate)" if base_rate else ""
    return f"check-worthy from {threshold:.3g} on, {why}{moved}"

"""How results of the offline commands are shown: JSON for programs, text and tables for people."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TypeVar

import typer
from rich.console import Console, Group, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from schemas import Metadata, Removed
from services.cli.exits import Exit, fail
from services.offline.results import Cleaning, Status

Result = TypeVar("Result", bound=Cleaning)
Item = TypeVar("Item")

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Form(StrEnum):
    """How results are printed."""

    READABLE = "readable"
    JSON = "json"
    JSONL = "jsonl"


def choose_form(as_json: bool, as_lines: bool) -> Form:
    """The form that the two options ask for; wrong use where both do."""
    if as_json and as_lines:
        fail(Exit.WRONG_USE, "choose one of --json and --jsonl")
    return Form.JSON if as_json else Form.JSONL if as_lines else Form.READABLE


def print_results(
    results: Iterable[Result], form: Form, render: Callable[[Result], RenderableType], doing: str
) -> Counter[Status]:
    """Print results as they come, never holding more than one; what was counted is said on stderr.

    `doing` is shown beside the progress on a terminal.
    """
    counts: Counter[Status] = Counter()
    writers = {Form.READABLE: _write_readable(render), Form.JSON: _write_array, Form.JSONL: _write_lines}
    writers[form](_count(show_progress(results, doing), counts))
    total = counts.total()
    said = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    typer.echo(f"{total} document{'' if total == 1 else 's'}{': ' if said else ''}{said}", err=True)
    return counts


def render_cleaning(cleaning: Cleaning) -> RenderableType:
    """The clean text; then what was taken out, and why."""
    if cleaning.status is not Status.DONE:
        return render_failure(cleaning)
    return Group(render_head(cleaning), show_text(cleaning.text), "", _tabulate_removed(cleaning.removed), "")


def render_marked(cleaning: Cleaning) -> RenderableType:
    """The given text, with what was taken out marked in its place, and why."""
    if cleaning.status is not Status.DONE:
        return render_failure(cleaning)
    return Group(render_head(cleaning), _mark_cuts(cleaning.given, cleaning.cut), "")


def _mark_cuts(given: str, cuts: Iterable[Removed]) -> Text:
    marked, at = Text(), 0
    for cut in cuts:
        start, end = cut.start or 0, cut.end or 0
        marked.append_text(show_text(given[at:start])).append("− ", "red")
        marked.append_text(Text(show_text(given[start:end]).plain, "strike red"))
        marked.append(f"  ← {cut.reason.replace('_', ' ')}", "dim")
        at = end
    return marked.append_text(show_text(given[at:]))


def _count(results: Iterable[Result], counts: Counter[Status]) -> Iterator[Result]:
    for result in results:
        counts[result.status] += 1
        yield result


def show_progress(results: Iterable[Item], doing: str) -> Iterator[Item]:
    """The results as they come, counted on stderr where that is a terminal of its own."""
    console = Console(stderr=True)
    if not console.is_terminal or sys.stdout.isatty():
        yield from results
        return
    columns = SpinnerColumn(), TextColumn("{task.description}: {task.completed}"), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(doing, total=None)
        for result in results:
            yield result
            progress.advance(task)


def _write_lines(results: Iterable[Cleaning]) -> None:
    for result in results:
        typer.echo(result.model_dump_json().encode())


def _write_array(results: Iterable[Cleaning]) -> None:
    before = b"["
    for result in results:
        typer.echo(before + b"\n" + result.model_dump_json().encode(), nl=False)
        before = b","
    typer.echo(b"[]" if before == b"[" else b"\n]")


def _write_readable(render: Callable[[Result], RenderableType]) -> Callable[[Iterable[Result]], None]:
    def write(results: Iterable[Result]) -> None:
        console = Console()
        for result in results:
            console.print(Rule(Text(result.id), align="left"))
            console.print(render(result))

    return write


def render_failure(result: Cleaning) -> Text:
    """How it ended, and why."""
    return Text.assemble((f"{result.status}: ", "yellow"), show_text(result.reason or ""), "\n")


def render_head(result: Cleaning) -> Text:
    """What is known of a document, a line each."""
    head = Text()
    for name, value in _list_metadata(result.metadata):
        head.append(f"{name}: ", "dim").append_text(show_text(value)).append("\n")
    return head


def _list_metadata(metadata: Metadata) -> Iterator[tuple[str, str]]:
    for name, value in metadata.model_dump(mode="json", exclude_none=True, exclude_defaults=True).items():
        yield name, ", ".join(value) if isinstance(value, list) else str(value)


def show_text(text: str) -> Text:
    """Text as a terminal may see it: a control character of an article is shown, never obeyed."""
    return Text(_CONTROLS.sub("\ufffd", text))


def _tabulate_removed(removed: Iterable[Removed]) -> Table:
    table = Table()
    table.add_column("removed because")
    table.add_column("words", ratio=1)
    for stretch in removed:
        table.add_row(stretch.reason.replace("_", " "), show_text(stretch.exact))
    return table

"""The stages as a table, with what an operator should know beneath it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from services.control.status import Status, Word

COLOURS = {Word.OK: "green", Word.BEHIND: "yellow", Word.STALLED: "red", Word.STOPPED: "red"}
NUMBERS = ("lag", "pending", "backlog", "oldest", "in/s", "out/s", "drained in", "workers", "dead")


def draw(statuses: Sequence[Status], trouble: str | None = None) -> Group:
    """The table, then a line for each held stage and for what is out of reach."""
    notes = [*_note_holds(statuses), *_note_troubles(statuses, trouble)]
    return Group(draw_table(statuses), *[Text(note, style="bold red") for note in notes])


def draw_table(statuses: Sequence[Status]) -> Table:
    """A row for each stage; what is unknown is a question mark."""
    table = Table()
    for name in ("stage", "status", "since"):
        table.add_column(name, no_wrap=True)
    for name in NUMBERS:
        table.add_column(name, justify="right")
    for one in statuses:
        table.add_row(one.stage, _show_word(one), show_moment(one.since), *_show_numbers(one))
    return table


def _show_word(one: Status) -> str:
    colour = COLOURS.get(one.status, "magenta")
    return f"[{colour}]{escape(one.status)}[/]" + (", [red]held[/]" if one.held else "")


def _show_numbers(one: Status) -> Iterator[str]:
    yield _show(one.lag, prefix="" if one.exact else "≥")
    yield _show(one.pending)
    yield _show(one.backlog)
    yield "?" if one.oldest_seconds is None else f"{one.oldest_seconds:.1f} s"
    yield _show(one.rate_in)
    yield _show(one.rate_out)
    yield _show(one.drain_seconds, suffix=" s")
    yield str(len(one.consumers))
    yield _show(one.dead_letters)


def _note_holds(statuses: Sequence[Status]) -> Iterator[str]:
    for one in statuses:
        if one.held:
            since = f" since {show_moment(one.held.since)}" if one.held.since else ""
            yield f"{one.stage} is held{since}: {one.held.reason}. To go on: copydesk resume {one.stage}"


def _note_troubles(statuses: Sequence[Status], trouble: str | None) -> Iterator[str]:
    if trouble:
        yield trouble
    elif statuses and all(one.dead_letters is None for one in statuses):
        yield "Postgres can't be reached: dead letters are not known"


def show_moment(seconds: float | None) -> str:
    """A moment in local time: the day only where it is another one than today."""
    if seconds is None:
        return "?"
    moment, now = datetime.fromtimestamp(seconds).astimezone(), datetime.now().astimezone()
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M}"


def _show(value: float | None, prefix: str = "", suffix: str = "") -> str:
    return "?" if value is None else f"{prefix}{value:g}{suffix}"

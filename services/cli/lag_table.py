"""The stages as a table, with what an operator should know beneath it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from services.control.status import Status, Word

COLOURS = {Word.OK: "green", Word.BEHIND: "yellow", Word.STALLED: "red", Word.STOPPED: "red"}
WORDS = ("stage", "status", "since")
NUMBERS = ("lag", "pending", "backlog", "oldest", "in/s", "out/s", "drained in", "workers", "dead")
WIDE = 115
"""Characters in a line that all columns need."""
WIDE_ONLY = ("since", "pending", "in/s", "drained in")


@dataclass(frozen=True)
class LagView:
    """The table, then a line for each held stage and for what is out of reach."""

    statuses: Sequence[Status]
    trouble: str | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Leave columns out where the line is short: half a number is worse than none."""
        yield draw_table(self.statuses, wide=options.max_width >= WIDE)
        for note in [*_note_holds(self.statuses), *_note_troubles(self.statuses, self.trouble)]:
            yield Text(note, style="bold red")


def draw_table(statuses: Sequence[Status], wide: bool = True) -> Table:
    """A row for each stage; what is unknown is a question mark."""
    names = [name for name in WORDS + NUMBERS if wide or name not in WIDE_ONLY]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(name, justify="left" if name in WORDS else "right", no_wrap=True)
    for one in statuses:
        cells = dict(zip(WORDS + NUMBERS, (*_show_words(one), *_show_numbers(one)), strict=True))
        table.add_row(*[cells[name] for name in names])
    return table


def _show_words(one: Status) -> Iterator[str]:
    colour = COLOURS.get(one.status, "magenta")
    yield one.stage
    yield f"[{colour}]{escape(one.status)}[/]" + (", [red]held[/]" if one.held else "")
    yield show_moment(one.since)


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
    """The number without an exponent, however big it is."""
    return "?" if value is None else f"{prefix}{round(value, 1):,}{suffix}"

"""What a person sees while articles are handed in: ids on standard output, the rest on standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from services.control.publication import Published
from services.ingest.sources import Place, Progress

SAY_EVERY = 1_000
"""Articles between two lines about progress where there is no terminal to draw on."""


class Account:
    """Prints what happens; a bar on a terminal, now and then a count elsewhere."""

    def __init__(self, stderr: Console, as_json: bool = False, show: bool = False) -> None:
        self._stderr = stderr
        self._as_json = as_json
        self._show = show
        self._bar: Bar | None = None
        self._what = ""
        self._count = 0

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bar within the block, where there is a terminal."""
        if not (self._show and self._stderr.is_terminal):
            yield
            return
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
        bar = Bar(*columns, console=self._stderr, transient=True, redirect_stdout=sys.stdout.isatty())
        with bar:
            bar.add_task("articles", total=None)
            self._bar = bar
            yield
        self._bar = None

    def reading(self, progress: Progress) -> None:
        """What a source is at; a new kind of thing is named on a line of its own."""
        kind = progress.what
        if self._show and kind != self._what and kind not in ("files", "sitemaps", "a feed"):
            self._say(f"reading {kind}")
        self._what = kind
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=progress.part, total=progress.parts)

    def unread(self, origin: str, error: str) -> None:
        """Something could not be read."""
        self._say(f"[red]{escape(origin)}: {escape(error)}[/]")

    def accepted(self, part: Sequence[Published]) -> None:
        """These are handed in, or were before."""
        before, self._count = self._count, self._count + len(part)
        if self._show:
            for one in part:
                self._print_id(one)
            sys.stdout.flush()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=f"{self._count:,} articles, {self._what}")
        elif self._show and before // SAY_EVERY < self._count // SAY_EVERY:
            self._say(f"{self._count:,} articles so far")

    def waiting(self, reason: str) -> None:
        """The house is full."""
        self._say(f"[yellow]the house is full: {escape(reason)}; waiting[/]")

    def going_on(self, place: Place) -> None:
        """A reading goes on where it was interrupted."""
        self._say(
            f"going on where it was interrupted: {place.part} parts and {place.item} articles of the next"
        )

    def _say(self, line: str) -> None:
        self._stderr.print(line)

    def _print_id(self, one: Published) -> None:
        article_id = str(one.candidate.ref[0]) if one.candidate.ref else None
        known = one.entry_id is None
        if self._as_json:
            fields = {"article_id": article_id, "origin": one.candidate.origin, "known": known}
            print(json.dumps({**fields, "entry_id": one.entry_id}))
        else:
            print(article_id or "-", one.candidate.origin, "(known)" if known else "", sep="\t")

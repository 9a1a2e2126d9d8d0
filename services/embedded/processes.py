"""The processes of one machine: the embedded servers and the workers, started, watched, stopped."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from schemas import StageName
from services.embedded.addresses import Addresses, read_addresses

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""One process a core and one thread a process: more threads only get in each other's way."""
CONTROL, FEEDS, DESK, WEBHOOKS = "control", "feeds", "desk", "webhooks"
QUICK_END = 5.0
"""A worker that ended sooner than this (seconds) is started again only after a pause."""


@contextmanager
def serve(home: Path, wait: float = 60.0) -> Iterator[Addresses]:
    """The embedded servers in a process of their own. RuntimeError with its words where they do not start."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "servers.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.embedded", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        said = process.stdout.readline() if process.stdout else b""
        addresses = read_addresses(home)
        if said.strip() != b"ready" or addresses is None:
            process.wait(wait)
            raise RuntimeError(f"the embedded servers did not start: {_find_reason(home / 'servers.log')}")
        yield addresses
    finally:
        process.communicate(timeout=wait)


def _find_reason(log: Path) -> str:
    """The first exception of the last start in a log: what follows it comes of it."""
    last = log.read_text(errors="replace").rpartition('Traceback (most recent call last)\n  File "<frozen')[2]
    raised = re.search(r"^[\w.]*(?:Error|Exception)\b.*", last, re.MULTILINE)
    return raised[0] if raised else f"see {log}"


@dataclass
class _Place:
    """One process's place: what runs there, and since when."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    again_at: float = 0.0


@dataclass
class Crew:
    """Worker processes that are started again when they end."""

    environment: Mapping[str, str]
    logs: Path
    restarts: int = 0
    _places: list[_Place] = field(default_factory=list)

    def start(
        self,
        numbers: Mapping[StageName, int],
        control: bool = False,
        feeds_every: float | None = None,
        desk: Mapping[str, str] | None = None,
    ) -> None:
        """Start so many workers of each stage; with `control` the control service, and what polls feeds.

        `desk` is the environment of the desk; without it none is started, and nobody tells the webhooks.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        for stage, number in numbers.items():
            for index in range(number):
                command = ("services.cli.worker", stage.value)
                self._place(stage.value, command, self.logs / f"{stage}-{index + 1}.log")
        if control:
            self._place(CONTROL, ("services.cli.control",), self.logs / f"{CONTROL}.log")
        if feeds_every is not None:
            polling = ("services.cli.feeds", "poll", "--every", str(feeds_every))
            self._place(FEEDS, polling, self.logs / f"{FEEDS}.log")
        if desk is not None:
            self._place(DESK, ("services.cli.desk",), self.logs / f"{DESK}.log", desk)
            self._place(WEBHOOKS, ("services.cli.webhooks", "run"), self.logs / f"{WEBHOOKS}.log")

    def _place(
        self, name: str, command: tuple[str, ...], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        place = _Place(name, command, log, environment or {})
        self._places.append(place)
        self._start(place)

    def _start(self, place: _Place) -> None:
        with place.log.open("ab") as log:
            place.process = subprocess.Popen(
                [sys.executable, "-m", *place.command, "--stop-with-parent"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **ONE_THREAD, **self.environment, **place.environment},
                start_new_session=True,
            )
        place.started = time.monotonic()

    def watch(self) -> list[tuple[str, int]]:
        """Start again what has ended; returns name and exit code of each that had."""
        ended = []
        now = time.monotonic()
        for place in self._places:
            if place.process is not None and (code := place.process.poll()) is not None:
                ended.append((place.name, code))
                place.process.communicate()
                place.process = None
                place.again_at = now + (QUICK_END if now - place.started < QUICK_END else 0.0)
            if place.process is None and now >= place.again_at:
                self.restarts += 1
                self._start(place)
        return ended

    def pids(self) -> dict[int, str]:
        """Process ids of what runs, with the stage that it works for or its own name, such as "control"."""
        return {place.process.pid: place.name for place in self._places if place.process is not None}

    def stop(self, wait: float = 40.0) -> None:
        """Ask all to stop, and kill those that have not after `wait` seconds."""
        running = [place.process for place in self._places if place.process is not None]
        self._places.clear()
        for process in running:
            process.terminate()
        deadline = time.monotonic() + wait
        for process in running:
            try:
                process.communicate(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()

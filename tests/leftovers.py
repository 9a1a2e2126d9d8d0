"""The folder of a run's servers; and what a killed run leaves: its folder, and servers at work in it.

A run holds a lock in its folder. The system lets go of it when the run ends, however it ends.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PREFIX = "copydesk-test-"
LOCK = "run.lock"


@contextmanager
def own_home(where: Path | None = None) -> Iterator[Path]:
    """A new folder in `where` (the system's, for temporary ones), after what others left there is cleared."""
    clear_leftovers(where or Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=where) as name:
        home = Path(name)
        with (home / "not-yet").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Under its name only when it is held: another run that starts now must not find it free.
            (home / "not-yet").rename(home / LOCK)
            yield home


def clear_leftovers(where: Path) -> None:
    """End the servers of runs that are no more, and remove their folders; those of others are left alone."""
    for home in where.glob(f"{PREFIX}*"):
        if is_left(home):
            stop_servers(home)
            shutil.rmtree(home, ignore_errors=True)


def is_left(home: Path) -> bool:
    """Whether the run of this folder has ended without removing it."""
    try:
        with (home / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # it is held, or there is none
        return False
    return True


def stop_servers(home: Path) -> None:
    """Stop what still works in this folder: the servers outlive a run that is killed."""
    for process in psutil.process_iter(["cwd"]):
        with contextlib.suppress(psutil.Error):
            if Path(process.info["cwd"] or "/").is_relative_to(home.resolve()):
                process.kill()
                process.wait(10)

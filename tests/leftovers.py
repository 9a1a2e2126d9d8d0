"""The folder of a run's servers; and what a killed run leaves: its folder, and Postgres at work in it.

A run holds a lock in its folder. The system lets go of it when the run ends, however it ends.
"""

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
            stop_postgres(home / "postgres")
            shutil.rmtree(home, ignore_errors=True)


def is_left(home: Path) -> bool:
    """Whether the run of this folder has ended without removing it."""
    try:
        with (home / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # it is held, or there is none
        return False
    return True


def stop_postgres(data: Path) -> None:
    """Stop the server of this folder, and no process that was given its number since."""
    try:
        server = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        if str(data) in server.cmdline():
            server.kill()
            server.wait(10)
    except (OSError, ValueError, IndexError, psutil.Error):
        return

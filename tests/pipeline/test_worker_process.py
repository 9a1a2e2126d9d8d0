"""Each worker as a process of its own: health, metrics, FastStream's own command."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from schemas import StageName
from services.embedded import Addresses
from tests.pipeline.stagehand import make_ticket, send

FASTSTREAM = str(Path(sys.executable).with_name("faststream"))


@contextmanager
def process(servers: Addresses, *command: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COPYDESK_LOG_FORMAT": "json",
    }
    with log.open("wb") as output:
        worker = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0


def read_events(log: Path) -> dict[str, dict[str, object]]:
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
    return {record["event"]: record for record in map(json.loads, lines)}


def wait_for_event(log: Path, event: str, seconds: float = 60) -> dict[str, object]:
    deadline = time.monotonic() + seconds
    while event not in (events := read_events(log)):
        assert time.monotonic() < deadline, f"{event} not in the log: {log.read_text()}"
        time.sleep(0.05)
    return events[event]


def get(address: object, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("stage", list(StageName))
def test_each_worker_is_an_ordinary_faststream_app(servers, tmp_path, stage):
    """`faststream run services.STAGE.worker:app` starts it, SIGTERM ends it with code 0."""
    log = tmp_path / "log"
    with process(servers, FASTSTREAM, "run", f"services.{stage}.worker:app", log=log):
        address = wait_for_event(log, "worker_starting")["health"]
        wait_for_event(log, "worker_ready")
        assert get(address, "/livez") == (200, "{}")
        assert get(address, "/readyz") == (200, "{}")
    assert "worker_stopped" in read_events(log)


def test_a_worker_that_waits_for_redis_is_not_ready_in_its_metrics_either(servers, tmp_path):
    """A gauge that is not there rings no bell."""
    log, away = tmp_path / "log", replace(servers, redis_url="redis://127.0.0.1:1/0")
    with process(away, FASTSTREAM, "run", "services.ingest.worker:app", log=log):
        address = wait_for_event(log, "worker_starting")["health"]
        wait_for_event(log, "server_away")
        assert get(address, "/readyz")[0] == 503
        assert 'copydesk_ready{stage="ingest"} 0.0' in get(address, "/metrics/")[1]


@pytest.mark.usefixtures("house")
async def test_a_worker_counts_what_it_does(servers, redis, tmp_path):
    """/metrics has each outcome by stage, and no more labels than that."""
    await send(redis, make_ticket(1, "Only a few words."), b"{not json")
    log = tmp_path / "log"
    with process(servers, sys.executable, "-m", "services.cli.worker", "clean", log=log):
        address = wait_for_event(log, "worker_starting")["health"]
        wait_for_event(log, "dead_letter")
        deadline = time.monotonic() + 20
        wanted = {
            'copydesk_messages_total{outcome="dead",stage="clean"} 1.0',
            'copydesk_messages_total{outcome="skipped",stage="clean"} 1.0',
        }
        while not wanted <= set(get(address, "/metrics/")[1].splitlines()):
            assert time.monotonic() < deadline, get(address, "/metrics/")[1]
            await asyncio.sleep(0.05)
        assert "Only a few words" not in log.read_text()


def test_a_worker_without_servers_waits_and_says_what_lacks(servers, tmp_path):
    """Start order does not matter: it lives, is not ready, and names what is missing."""
    log = tmp_path / "log"
    away = Addresses("redis://127.0.0.1:1/0", "postgresql://copydesk:secret@127.0.0.1:1/copydesk", 0)
    with process(away, sys.executable, "-m", "services.cli.worker", "clean", log=log):
        address = wait_for_event(log, "worker_starting")["health"]
        wait_for_event(log, "server_away")
        code, body = get(address, "/readyz")
        assert code == 503
        assert "store" in json.loads(body)
        assert get(address, "/livez") == (200, "{}")
    assert "secret" not in log.read_text()

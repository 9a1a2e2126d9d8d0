"""A Redis with a password and TLS, a Postgres with a password: all works, and no error prints a password."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from schemas import StageName, find_stage
from services.cli.exits import Exit
from services.embedded import Addresses
from services.kit.wire import FIELD
from services.store.engine import connect
from services.store.migration import migrate
from tests.pipeline.test_worker_process import get, process, read_events, wait_for_event
from tests.secured import PASSWORD, QUOTED, secured_postgres, secured_redis

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "05-cup-final.txt")
INGEST = find_stage(StageName.INGEST)
WRONG = "correct-horse"
FASTSTREAM = str(Path(sys.executable).with_name("faststream"))


@pytest.fixture(scope="module")
def secured() -> Iterator[Addresses]:
    """Both servers; not in pytest's own folder, where the Postgres user could not go."""
    with tempfile.TemporaryDirectory(prefix="copydesk-secured-") as name:
        Path(name).chmod(0o755)
        with secured_redis(Path(name)) as redis_url, secured_postgres(Path(name)) as database_url:
            engine = connect(database_url)
            migrate(engine)
            engine.dispose()
            yield Addresses(redis_url, database_url, 0)


@pytest.fixture(params=["redis", "postgres"])
def refusing(request: pytest.FixtureRequest, secured: Addresses) -> Addresses:
    """The servers with a wrong password for one of them."""
    name = "redis_url" if request.param == "redis" else "database_url"
    return replace(secured, **{name: getattr(secured, name).replace(QUOTED, WRONG)})


def copydesk(addresses: Addresses, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on these servers; no password may stand in what it says."""
    environment = {
        **os.environ,
        "COPYDESK_REDIS_URL": addresses.redis_url,
        "COPYDESK_DATABASE_URL": addresses.database_url,
    }
    command = [sys.executable, "-m", "services.cli.main", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert_secret(done.stdout + done.stderr)
    return done


def assert_secret(said: str) -> None:
    assert not [password for password in (PASSWORD, QUOTED, WRONG, "hunter2") if password in said]


def test_publishing_the_hop_and_the_lag_work(secured, tmp_path):
    for command in (["topology", "apply"], ["publish", EXAMPLE]):
        done = copydesk(secured, *command)
        assert done.returncode == Exit.DONE, done.stderr
    with (
        process(secured, sys.executable, "-m", "services.cli.worker", "ingest", log=tmp_path / "log"),
        Redis.from_url(secured.redis_url) as redis,
    ):
        deadline = time.monotonic() + 60
        while not redis.xlen(INGEST.target):
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)
        done = copydesk(secured, "lag", "--json")
    lags = {one["stage"]: (one["lag"], one["pending"]) for one in json.loads(done.stdout)}
    assert (lags["ingest"], lags["clean"]) == ((0, 0), (1, 0))
    assert None not in [one["dead_letters"] for one in json.loads(done.stdout)]


# Commands


@pytest.mark.parametrize(
    ("name", "address", "command", "refusal"),
    [
        ("Redis", "redis_url", "lag", "invalid username-password pair or user is disabled"),
        ("Postgres", "database_url", "claims", 'password authentication failed for user "desk"'),
    ],
)
def test_a_wrong_password_is_a_refusal(secured, name, address, command, refusal):
    wrong = replace(secured, **{address: getattr(secured, address).replace(QUOTED, WRONG)})
    done = copydesk(wrong, command)
    assert done.returncode == Exit.UNREACHABLE
    assert f"{name} at 127.0.0.1:" in done.stderr
    assert f" refuses: {refusal}; see COPYDESK_{address.upper()}" in done.stderr


def test_no_password_is_a_refusal_too(secured):
    done = copydesk(replace(secured, redis_url=secured.redis_url.replace(f":{QUOTED}@", "")), "lag")
    assert done.returncode == Exit.UNREACHABLE
    assert " refuses: " in done.stderr


def test_a_user_who_may_not_is_refused(secured):
    with Redis.from_url(secured.redis_url) as redis:
        redis.acl_setuser("guest", enabled=True, passwords=[f"+{WRONG}"], commands=["+ping"])
    guest = replace(secured, redis_url=secured.redis_url.replace(f":{QUOTED}", f"guest:{WRONG}"))
    done = copydesk(guest, "lag")
    assert done.returncode == Exit.UNREACHABLE
    assert "refuses: this user has no permissions to run the" in done.stderr


def test_a_certificate_of_an_unknown_authority_is_not_trusted(secured):
    done = copydesk(replace(secured, redis_url=secured.redis_url.partition("?")[0]), "lag")
    assert done.returncode == Exit.UNREACHABLE
    assert "can't be reached: " in done.stderr
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr


def test_the_lag_is_told_without_postgres_and_dead_letters_are_unknown(secured):
    wrong = replace(secured, database_url=secured.database_url.replace(QUOTED, WRONG))
    done = copydesk(wrong, "lag", "--json")
    assert done.returncode == Exit.DONE
    assert {one["dead_letters"] for one in json.loads(done.stdout)} == {None}


@pytest.mark.parametrize(
    ("name", "address", "command", "reason"),
    [
        ("Redis", "redis_url", "lag", "Connect call failed"),
        ("Postgres", "database_url", "claims", "Connection refused"),
    ],
)
def test_a_server_that_is_not_there_is_told_with_the_reason(secured, name, address, command, reason):
    scheme = getattr(secured, address).partition("://")[0]
    away = replace(secured, **{address: f"{scheme}://desk:{QUOTED}@127.0.0.1:1/0"})
    done = copydesk(away, command)
    assert done.returncode == Exit.UNREACHABLE
    assert f"{name} at 127.0.0.1:1 can't be reached: " in done.stderr
    assert reason in done.stderr


# Workers


def test_a_worker_that_is_refused_waits_and_says_so(refusing, tmp_path):
    """In its log and in /readyz; somebody may set the password right on the server's side."""
    log = tmp_path / "log"
    with process(refusing, sys.executable, "-m", "services.cli.worker", "ingest", log=log):
        address = wait_for_event(log, "worker_starting")["health"]
        said = wait_for_event(log, "server_away")
        code, body = get(address, "/readyz")
    assert code == 503
    reason = json.loads(body)[said["server"]]
    assert reason == said["error"]
    assert "authentication failed" in reason or "invalid username-password pair" in reason
    assert "worker_stopped" in read_events(log)
    assert_secret(log.read_text() + body)


def test_a_refused_worker_goes_on_when_the_server_has_its_password(secured, tmp_path):
    log = tmp_path / "log"
    wrong = replace(secured, redis_url=secured.redis_url.replace(QUOTED, WRONG))
    with Redis.from_url(secured.redis_url) as redis:
        try:
            with process(wrong, sys.executable, "-m", "services.cli.worker", "ingest", log=log):
                wait_for_event(log, "server_away")
                redis.config_set("requirepass", WRONG)
                redis.xadd(INGEST.source, {FIELD: b"{not json"})
                wait_for_event(log, "dead_letter")
        finally:
            redis.config_set("requirepass", PASSWORD)
    assert_secret(log.read_text())


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "services.cli.worker", "clean"],
        [FASTSTREAM, "run", "services.clean.worker:app"],
    ],
)
def test_a_worker_with_an_address_that_makes_no_sense_ends_at_once(command, monkeypatch):
    """Half of the password would stand where a port should."""
    monkeypatch.setenv("COPYDESK_REDIS_URL", f"redis://:{PASSWORD}@127.0.0.1:6379/0")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "redis_url" in (done.stdout + done.stderr).lower()
    assert "use redis://" in done.stdout + done.stderr
    assert_secret(done.stdout + done.stderr)


def test_a_command_with_an_address_that_makes_no_sense_is_wrong_use(secured):
    done = copydesk(replace(secured, database_url="postgresql://desk:hunter2@127.0.0.1:port/copydesk"), "lag")
    assert done.returncode == Exit.WRONG_USE
    assert done.stderr.startswith("Error: COPYDESK_DATABASE_URL: not an address of Postgres")

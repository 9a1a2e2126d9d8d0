"""Real servers for every test that asks for them: a Redis and a Postgres, once for all tests of a process."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import structlog
from redis.asyncio import Redis
from sqlalchemy import Engine, text

from services.control.topology import apply_topology
from services.embedded import Addresses, Servers
from services.store.engine import connect
from services.store.migration import migrate
from services.store.tables import metadata
from tests.leftovers import own_home
from tests.servers import CHOSEN, Kind, find_port, serving, wait_for_answer

THROUGH_THE_DESK = {"browser", "client", "desk"}
"""Folders of tests that ask the desk."""


def pytest_configure() -> None:
    """Let what tests start be interrupted: a shell has processes in the background ignore that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what shows how the code behaves on a Redis: it is run on each server.

    What is seen through the desk is not marked by itself: it asks a Redis for little that the others do not.
    """
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if "redis" in getattr(item, "fixturenames", ()) and folder not in THROUGH_THE_DESK:
            item.add_marker("redis")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer has set for real use must not reach a test."""
    for name in [name for name in os.environ if name.startswith("COPYDESK_") and name != "COPYDESK_EVAL"]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """What a test makes of the logs ends with it: its standard error is closed by then."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def embedded() -> Iterator[Addresses]:
    """Addresses of a Valkey and a Postgres that live as long as the tests.

    Not in pytest's own folder: another run would take the Postgres user's way into it away.
    """
    with own_home() as home, Servers(home) as addresses:
        engine = connect(addresses.database_url)
        migrate(engine)
        engine.dispose()
        yield addresses


@pytest.fixture(scope="session")
def redis_urls(
    embedded: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Kind], str]]:
    """Address of a Redis of each kind, started when it is first asked for."""
    with ExitStack() as started:

        @cache
        def start(kind: Kind) -> str:
            if kind is Kind.VALKEY:
                return embedded.redis_url
            port = find_port()
            started.enter_context(serving(kind, tmp_path_factory.mktemp(kind), "--port", str(port)))
            wait_for_answer(url := f"redis://127.0.0.1:{port}/0")
            return url

        yield start


@pytest.fixture
def redis_kind(request: pytest.FixtureRequest) -> Kind:
    """Which Redis this test runs on; `on_each_server` gives one after the other."""
    return getattr(request, "param", CHOSEN)


@pytest.fixture
def servers(embedded: Addresses, redis_urls: Callable[[Kind], str], redis_kind: Kind) -> Addresses:
    """Addresses of the test's Redis and its Postgres."""
    return replace(embedded, redis_url=redis_urls(redis_kind))


@pytest.fixture
def engine(servers: Addresses) -> Iterator[Engine]:
    """The store with its tables, empty.

    They hold little: to truncate them would make each anew on the disk, which takes thirty times as long.
    """
    engine = connect(servers.database_url)
    with engine.begin() as tx:
        tx.execute(text("; ".join(f"delete from {table.name}" for table in reversed(metadata.sorted_tables))))
    yield engine
    engine.dispose()


@pytest.fixture
async def redis(servers: Addresses) -> AsyncIterator[Redis]:
    """An empty Redis."""
    client = Redis.from_url(servers.redis_url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def house(redis: Redis, engine: Engine) -> None:
    """Groups and tables, as the topology step makes them."""
    await apply_topology(redis, engine)


@pytest.fixture
def samples() -> Path:
    """Folder of real articles, where this machine has it: beside the evaluation data."""
    data = os.environ.get("COPYDESK_EVAL", str(Path(__file__).parents[2] / "shared" / "eval"))
    folder = Path(data).parent / "samples"
    if not folder.is_dir():
        pytest.skip(f"no real articles here: {folder.name} folder is not beside the project")
    return folder


async def wait_until(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Return as soon as `holds()` is true; fail with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.02)


async def end(task: "asyncio.Task[None]") -> None:
    """Cancel a task until it is done: on Python 3.11 redis-py loses a cancellation now and then."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1.0)

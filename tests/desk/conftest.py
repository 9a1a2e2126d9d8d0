"""A desk that listens on loopback, over real servers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import Engine

from services.desk.claim_query import parse_claim_query
from services.desk.live.house import Live
from services.desk.process import Server, build, configure, listen
from services.desk.settings import DeskSettings
from services.desk.webhooks.registration import Registered, register
from services.desk.webhooks.settings import WebhookSettings
from services.embedded.addresses import Addresses
from services.kit.settings import Settings
from tests.desk.delivering import LOOPBACK
from tests.desk.receiver import Receiver, receiving

WORDS = {scope: f"words-of-the-{scope}-token" for scope in ("read", "submit", "operate")}
TOKENS = " ".join(f"{scope}-desk:{scope}:{words}" for scope, words in WORDS.items())


@dataclass(frozen=True)
class RunningDesk:
    """Where a desk listens."""

    address: str
    app: FastAPI
    server: Server

    @property
    def live(self) -> Live:
        """What it follows for its clients."""
        return self.app.state.live

    def client(
        self, scope: str | None = None, headers: dict[str, str] | None = None, **options: object
    ) -> httpx.AsyncClient:
        """A client that shows the token of a scope, or none."""
        shown = {"Authorization": f"Bearer {WORDS[scope]}"} if scope else {}
        patient = {"timeout": 60.0, **options}
        return httpx.AsyncClient(base_url=self.address, headers={**shown, **(headers or {})}, **patient)


@asynccontextmanager
async def running(servers: Addresses, **changes: object) -> AsyncIterator[RunningDesk]:
    """A desk with these settings, until the context is left."""
    own = DeskSettings(**{"tokens": TOKENS, "port": 0, "rate": "100000/minute", **changes})
    settings = Settings(redis_url=servers.redis_url, database_url=servers.database_url)
    app = build(settings, own)
    server = Server(configure(app, own), app)
    # The tests' own signals are not the server's.
    server.capture_signals = contextlib.nullcontext
    listener = listen(own)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
        if task.done():
            await task
    port = listener.getsockname()[1]
    try:
        yield RunningDesk(f"http://127.0.0.1:{port}", app, server)
    finally:
        server.should_exit = True
        await task
        listener.close()


@pytest.fixture
async def start_desk(servers: Addresses, house: None) -> AsyncIterator[Callable[..., object]]:
    """Starts desks with settings of their own; they end with the test."""
    async with AsyncExitStack() as stack:

        async def start(**changes: object) -> RunningDesk:
            return await stack.enter_async_context(running(servers, **changes))

        yield start


@pytest.fixture
async def desk(start_desk: Callable[..., object]) -> RunningDesk:
    """A desk with three tokens, where everybody may read."""
    return await start_desk()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
def add(redis: Redis, engine: Engine, house: None) -> Callable[..., object]:
    async def add(receiver: Receiver, **filters: str) -> Registered:
        guard = WebhookSettings(**LOOPBACK).guard
        return await register(redis, engine, guard, receiver.url, parse_claim_query(filters))

    return add


@pytest.fixture
async def small(start_desk: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> RunningDesk:
    """A desk whose house is full with two articles on their way."""
    monkeypatch.setenv("COPYDESK_FULL_UNFINISHED", "2")
    return await start_desk()

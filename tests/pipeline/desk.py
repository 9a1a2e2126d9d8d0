"""A worker as its operator sees it: what it says at /readyz, and whether all was done once."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from sqlalchemy import Engine, select

from services.embedded import Addresses
from services.store.dead_letters import DeadFilter, find_dead_letters
from services.store.tables import ledger
from tests.pipeline.stagehand import ROW, received, until_ended, working
from tests.servers import find_port

SOON = 12.0
"""Seconds within which a worker notices and goes on. A silent server is given five to answer."""


class Desk:
    """The worker under test, as its operator sees it."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def ask(self, path: str) -> dict[str, str]:
        """What is wrong, by name; nothing where all is well."""
        return await asyncio.to_thread(self._ask, path)

    def _ask(self, path: str) -> dict[str, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=10) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return json.loads(error.read())

    async def is_there(self) -> bool:
        """Whether it serves its health."""
        try:
            await self.ask("/livez")
        except urllib.error.URLError:
            return False
        return True

    async def until_it_lacks(self, *names: str) -> None:
        """Wait until /readyz names these, and no others."""
        await until(lambda: self._lacks(set(names)), f"/readyz names {names}", self.show)

    async def _lacks(self, names: set[str]) -> bool:
        return set(await self.ask("/readyz")) == names

    async def show(self) -> str:
        return str(await self.ask("/readyz"))


async def until(
    holds: Callable[[], Awaitable[bool]], what: str, show: Callable[[], Awaitable[str]] | None = None
) -> None:
    try:
        async with asyncio.timeout(SOON):
            while not await holds():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {SOON:g} s: {what}; {await show() if show else ''}") from None


@asynccontextmanager
async def desk(servers: Addresses, **settings: object) -> AsyncIterator[Desk]:
    """A worker of these servers."""
    port = find_port()
    async with working(servers, **{"health_port": port, "batch": 4, **settings}):
        worker = Desk(port)
        await until(worker.is_there, "the worker serves its health")
        yield worker


async def until_some_are_done(redis: Redis, number: int = 3) -> None:
    async def some() -> bool:
        return await redis.xlen(ROW.target) >= number

    await until(some, f"{number} results")


async def check_each_is_done_once(redis: Redis, engine: Engine, number: int) -> None:
    """Stored once, handed on once, none dead, none left."""
    await until_ended(redis, number)
    results = await received(redis)
    assert len({one.article_id for one in results}) == len(results) == number
    with engine.connect() as connection:
        assert [row.reason for row in find_dead_letters(connection, DeadFilter())] == []
        outcomes = connection.execute(select(ledger.c.outcome)).scalars().all()
    assert outcomes == ["done"] * number

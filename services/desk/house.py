"""What the desk has in hand: both servers, the settings, and the limits of the entrance."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from sqlalchemy import Connection, Engine

from services.control.room import Limits
from services.desk.analyst import Analyst
from services.desk.line import Line
from services.desk.settings import DeskSettings
from services.ingest import MAX_BYTES
from services.store.engine import Patience

T = TypeVar("T")
SNAPSHOT = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
"""Of a transaction that only reads."""


@dataclass(frozen=True)
class House:
    """Connections and settings, the same for every request; nothing that a second desk would lack."""

    redis: Redis
    engine: Engine
    settings: DeskSettings
    limits: Limits
    limiter: MovingWindowRateLimiter
    content_limit: int = MAX_BYTES
    """Bytes that the content of an article may have."""
    message_limit: int = 16_000_000
    """Bytes that it may have as a message."""
    analyst: Analyst = field(default_factory=Analyst)
    """For *Try it*."""
    line: Line = field(default_factory=Line)
    """Before the store."""
    patience: Patience = field(default_factory=Patience)
    """With the store."""

    async def run(self, act: Callable[[], T]) -> T:
        """What `act`, which asks the store, returns: off the event loop, in the line before the store."""
        return await self.line.run(act)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """What `query` finds in the store, off the event loop, in a transaction that writes nothing.

        All its statements see the store at one moment: an article that is done has its last stage.
        """

        def act() -> T:
            with self.engine.connect() as connection:
                return query(connection.execution_options(**SNAPSHOT))

        return await self.run(act)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """What `change` returns, off the event loop, in one transaction."""

        def act() -> T:
            with self.engine.begin() as tx:
                return change(tx)

        return await self.run(act)


def find_house(request: Request) -> House:
    """The house of the application."""
    house: House = request.app.state.house
    return house


InHouse = Annotated[House, Depends(find_house)]
"""A parameter of a route: the house."""

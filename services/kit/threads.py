"""How what blocks is run off the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Run(Protocol):
    """Runs what blocks; who serves many at once has threads of its own for it."""

    def __call__(self, act: Callable[[], T]) -> Awaitable[T]:
        """What `act` returns."""


async def run_in_thread(act: Callable[[], T]) -> T:
    """What `act` returns, in one of the threads that the whole process shares."""
    return await asyncio.to_thread(act)

"""The line before the store: so many calls at once, and who comes then waits only while the line moves.

A store that says nothing keeps every call until its patience ends. In the threads that all share, such calls
would pile up, and what needs no store would wait behind them.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.store.engine import is_away

T = TypeVar("T")
PLACES = 8
"""Calls at once; the engine has a connection for each."""
STANDS = 2.0
"""Seconds without any call ended after which the line is not waited in any more."""
LONGEST = 10.0
"""Seconds that a call waits in a line that moves."""
ENDS_WITHIN = 5.0
"""Seconds that the end waits for calls under way."""


class Crowded(PoolTimeout):
    """The call found no place: the store answers nobody, or too many ask."""


class Line:
    """Threads of the desk's own for what asks the store."""

    def __init__(self, places: int = PLACES, stands: float = STANDS, longest: float = LONGEST) -> None:
        self._threads = ThreadPoolExecutor(places, "store")
        self._places = places
        self._free = asyncio.Semaphore(places)
        self._stands = stands
        self._longest = longest
        self._moved = time.monotonic()
        """When a call was answered last, or when the last place was taken."""

    async def run(self, act: Callable[[], T]) -> T:
        """What `act` returns, off the event loop. Raises Crowded where it finds no place in time."""
        await self._enter()
        loop = asyncio.get_running_loop()
        call: Future[T] = self._threads.submit(copy_context().run, act)

        def leave(ended: "Future[T]") -> None:
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(self._leave, ended)

        # Who asked may be gone before the thread is free again: the place is the thread's.
        call.add_done_callback(leave)
        return await asyncio.wrap_future(call)

    async def close(self) -> None:
        """Begin nothing more, and wait a moment for what is under way to give its connection back."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDS_WITHIN):
                for _ in range(self._places):
                    await self._free.acquire()

    async def _enter(self) -> None:
        until = time.monotonic() + self._longest
        entered = False
        while not entered:
            left = self._find_patience(until)
            if left <= 0:
                raise Crowded("no place before the store")
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    entered = await self._free.acquire()
        if self._free.locked():
            self._moved = time.monotonic()

    def _find_patience(self, until: float) -> float:
        """Seconds that one may still wait."""
        if not self._free.locked():
            return self._longest
        return min(until, self._moved + self._stands) - time.monotonic()

    def _leave(self, call: "Future[Any]") -> None:
        self._free.release()
        try:
            error = call.exception()
        except CancelledError:
            return
        if error is None or not (is_away(error) or isinstance(error, PoolTimeout)):
            self._moved = time.monotonic()

"""One source for many listeners of a process: it runs while somebody listens.

A listener that does not take what it is given is dropped: nobody hoards for it, and nobody waits for it.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
log = structlog.get_logger()


class Listener(Generic[T]):
    """What somebody has not taken yet."""

    def __init__(self, most: int, newest_only: bool) -> None:
        self._waiting: deque[T] = deque(maxlen=1 if newest_only else None)
        self._most = most
        self._news = asyncio.Event()
        self.ended = asyncio.Event()
        self.why = ""

    def give(self, item: T) -> None:
        """Put an item down for the listener, or drop it. Who was dropped gets nothing that came later."""
        if self.ended.is_set():
            return
        if self._waiting.maxlen is None and len(self._waiting) >= self._most:
            self.end("too slow")
            return
        self._waiting.append(item)
        self._news.set()

    def end(self, why: str) -> None:
        """No more comes, and what waits is let go."""
        self.why = self.why or why
        self._waiting.clear()
        self.ended.set()
        self._news.set()

    async def take(self, seconds: float) -> T | None:
        """The next item; None after `seconds` without one, or where it has ended."""
        if not self._waiting and not self.ended.is_set():
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)
        return self._waiting.popleft() if self._waiting else None


class Broadcast(Generic[T]):
    """Gives what `produce` yields to all that listen."""

    def __init__(
        self, name: str, produce: Callable[[], AsyncIterator[T]], most: int = 1, newest_only: bool = False
    ) -> None:
        self._name = name
        self._produce = produce
        self._most = most
        self._newest_only = newest_only
        self._listeners: set[Listener[T]] = set()
        self._running: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        """One source at a time: the next begins when the one before has ended."""
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[Listener[T]]:
        """A listener from now on, until the context is left."""
        listener: Listener[T] = Listener(self._most, self._newest_only)
        if self._closed:
            listener.end("closed")
        self._listeners.add(listener)
        if self._running is None and not self._closed:
            self._running = asyncio.create_task(self._run())
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                await self._stop()

    async def close(self) -> None:
        """End all, and take nobody more."""
        self._closed = True
        self.end_all("closed")
        await self._stop()

    def end_all(self, why: str) -> None:
        """End those that listen now; they may come again."""
        for listener in self._listeners:
            listener.end(why)

    async def _run(self) -> None:
        try:
            async with self._turn:
                async for item in self._produce():
                    for listener in self._listeners:
                        listener.give(item)
        except Exception as error:
            log.exception("broadcast_failed", broadcast=self._name, error=type(error).__name__)
        if self._running is asyncio.current_task():
            self._running = None
            self.end_all("the source has ended")

    async def _stop(self) -> None:
        task, self._running = self._running, None
        if task is not None:
            # Also where who left is cut off meanwhile: the next source waits for it.
            await asyncio.shield(asyncio.create_task(_end(task)))


async def _end(task: asyncio.Task[None]) -> None:
    while not task.done():
        # On Python 3.11 redis-py loses a cancellation now and then.
        task.cancel()
        await asyncio.wait([task], timeout=1.0)

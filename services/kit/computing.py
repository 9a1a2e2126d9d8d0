"""One thread for a worker's computations, which the process does not wait for when it ends.

A thread cannot be stopped. asyncio's own threads are joined at the end of the process, so a document
that hangs there would keep a worker alive past its grace period.
"""

import asyncio
import contextlib
import faulthandler
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

MARGIN = 10.0
"""Seconds beyond the limit after which a computation that lets no other thread run ends the process."""
STDERR = 2


class Hung(Exception):
    """A computation did not end within its limit; it still runs."""


class ComputingThread:
    """Runs one computation after the other."""

    def __init__(self) -> None:
        self._acts: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, act: Callable[[], T], limit: float | None = None) -> T:
        """The result of `act`; Hung after `limit` seconds.

        Where `act` keeps the interpreter to itself (a regular expression may), nobody could notice: then
        the process ends with code 1 and the thread's stack on standard error, MARGIN after the limit.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._start()
        self._acts.put(lambda: _fulfil(future, act))
        if limit is None:
            return await future
        faulthandler.dump_traceback_later(limit + MARGIN, exit=True, file=STDERR)
        try:
            async with asyncio.timeout(limit):
                return await future
        except TimeoutError as error:
            if future.cancelled():
                raise Hung(f"not ended after {limit:g} s") from None
            raise error
        finally:
            faulthandler.cancel_dump_traceback_later()

    def close(self) -> None:
        """Let the thread end after what it does now."""
        self._acts.put(None)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="computing", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (act := self._acts.get()) is not None:
            act()


def contain(error: BaseException) -> Exception:
    """The error as one that can only end the computation.

    A document that raises SystemExit or CancelledError would end the worker or its reading; a future cannot
    carry StopIteration.
    """
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    return RuntimeError(f"{type(error).__name__} was raised: {error}")


def _fulfil(future: "asyncio.Future[Any]", act: Callable[[], Any]) -> None:
    """Hand what `act` gives or raises to the loop, if it is still there and still waits."""
    outcome: Any = None
    failure: Exception | None = None
    try:
        outcome = act()
    except BaseException as error:
        failure = contain(error)

    def settle() -> None:
        if future.done():
            return
        if failure is None:
            future.set_result(outcome)
        else:
            future.set_exception(failure)

    with contextlib.suppress(RuntimeError):
        future.get_loop().call_soon_threadsafe(settle)

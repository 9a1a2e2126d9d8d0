"""Server-sent events as an answer that ends with its client, with its source, or with the server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Protocol

from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.types import Message, Receive, Scope, Send

HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events until it has some kilobytes of them
}
END_WITHIN = 0.5
"""Seconds that the events have to end by themselves when the server stops."""
RETRY = 3_000
"""Milliseconds that a browser waits before it comes again."""


class Clients(Protocol):
    """Who is served now."""

    closing: asyncio.Event
    """Set when the server stops."""
    clients: int
    """How many."""


class LiveResponse(EventSourceResponse):
    """Events until there are no more, the client goes or stops reading, or the server stops.

    Whatever was begun for them is cancelled then, so that nothing of the request is left.
    """

    def __init__(self, events: AsyncIterator[bytes], clients: Clients, write_limit: float) -> None:
        super().__init__(events, headers=HEADERS)
        self._clients = clients
        self._limit = write_limit

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Answer."""

        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(self._limit):
                await send(message)

        self._clients.clients += 1
        streaming = asyncio.create_task(self._stream(send_in_time))
        tasks: set[asyncio.Task[Any]] = {
            streaming,
            asyncio.create_task(self.listen_for_disconnect(receive)),
            asyncio.create_task(self._clients.closing.wait()),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if streaming not in done:  # where its client is still there it ends by itself, and well
                await asyncio.wait([streaming], timeout=END_WITHIN)
        finally:
            self._clients.clients -= 1
            await _cancel(tasks)
            await self._close()

    async def _stream(self, send: Send) -> None:
        with contextlib.suppress(TimeoutError, OSError):
            await self.stream_response(send)

    async def _close(self) -> None:
        close = getattr(self.body_iterator, "aclose", None)
        if close is not None:
            await close()


async def _cancel(tasks: set[asyncio.Task[Any]]) -> None:
    while tasks:
        for task in tasks:
            task.cancel()
        done, tasks = await asyncio.wait(tasks, timeout=1.0)
        for task in done:
            if not task.cancelled() and (error := task.exception()):
                raise error


def write_event(event: str, data: str, place: object = None) -> bytes:
    """An event of a kind, with JSON, and where its reader stands then."""
    return format_sse_event(event=event, data_str=data, id=None if place is None else str(place))


def write_mark(comment: str, place: object = None, retry: int | None = None) -> bytes:
    """No event, but a sign of life; it may move on where the reader stands."""
    return format_sse_event(comment=comment, id=None if place is None else str(place), retry=retry)

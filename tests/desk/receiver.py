"""A receiver of webhooks on loopback that answers as a test tells it to, also badly."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from standardwebhooks import Webhook

HANG, CLOSE = "hang", "close"


@dataclass
class Told:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verify(self, secret: str):
        """The message, checked by the convention's own library."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """Takes everything in (204), but for what `answers` says first: a status, HANG, CLOSE, or a head."""

    port: int = 0
    answers: list[int | str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    always: int | str | None = None
    pause: float = 0.0
    """Seconds before it answers."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    server: asyncio.Server | None = None
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/hook?key=1"

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Disappear: the port answers no more."""
        assert self.server
        self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self.tasks.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {
            name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if ": " in line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.told.append(Told(method, path, headers, body))
        await asyncio.sleep(self.pause)
        answer = self.answers.pop(0) if self.answers else self.always or 204
        if answer == HANG:
            await reader.read()
        if answer in (HANG, CLOSE):
            return False
        said = f"HTTP/1.1 {answer} X\r\n" if isinstance(answer, int) else answer
        writer.write(f"{said}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver until the context is left."""
    receiver = Receiver()
    await receiver.open()
    try:
        yield receiver
    finally:
        await receiver.close()

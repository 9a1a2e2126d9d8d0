"""A web site on loopback that answers as a test tells it to, also badly."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from services.fetching import FetchSettings

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Request:
    """What the site was asked for."""

    path: str
    headers: dict[str, str]


@dataclass
class Site:
    """Pages by their path: the bytes of a whole answer, or what writes one."""

    pages: dict[str, bytes | Behaviour] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    port: int = 0
    answering: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def count(self, path: str) -> int:
        """How often a page was asked for."""
        return sum(request.path == path for request in self.asked)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        task = asyncio.current_task()
        assert task is not None
        self.answering.add(task)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self.answering.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        self.asked.append(Request(path, headers))
        page = self.pages.get(path.partition("?")[0], reply(status="404 Not Found"))
        if isinstance(page, bytes):
            writer.write(page)
            await writer.drain()
            writer.write_eof()
            await reader.read()
        else:
            await page(writer)


def reply(body: bytes | str = b"", kind: str = "text/html", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; `content_length` and others are given with underscores."""
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"} | named
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data


def redirect(to: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return reply(status=status, location=to)


def packed(body: bytes) -> bytes:
    """An answer in gzip."""
    return reply(gzip.compress(body), content_encoding="gzip")


@asynccontextmanager
async def serving(**pages: bytes | Behaviour) -> AsyncIterator[Site]:
    """A site with these pages, on a port of its own."""
    site = Site({f"/{name}": page for name, page in pages.items()})
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(site.answering):
            task.cancel()
        await asyncio.gather(*site.answering, return_exceptions=True)
        await server.wait_closed()


def fetching(**more: object) -> FetchSettings:
    """Settings that let the tests' own sites be fetched from, without pauses."""
    return FetchSettings(**({"allow": "127.0.0.1/32", "delay": 0.0} | more))  # type: ignore[arg-type]

"""A line to a server that can fail as lines do: refuse, fall silent, be slow, be cut at a chosen word."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from services.embedded import Addresses

CHUNK = 65_536
UNTIL_DONE = 0.1
"""Seconds that a server gets to do what was asked before its answer is lost."""


@dataclass
class _Cut:
    """What becomes of a connection when what goes by holds `word`."""

    word: bytes = b""
    times: int = 0
    passes: bool = False
    """Whether what holds the word still goes on."""
    silent: bool = False
    """The connection stays open, and nothing more comes."""

    def falls(self, data: bytes) -> bool:
        if self.times == 0 or self.word not in data:
            return False
        self.times -= 1
        return True


class Proxy:
    """Listens on a port of its own and passes everything on to `target`: a port, or a unix socket."""

    def __init__(self, target: int | Path) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._asked, self._answered = _Cut(), _Cut()
        self.port = 0
        self.delay = 0.0
        """Seconds by which each piece is held up."""

    async def restore(self) -> None:
        """Let everything through, also what was held up in silence."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]
        self.delay = 0.0
        self._flows.set()

    def refuse(self) -> None:
        """Cut all connections, and let nobody connect."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()

    def fall_silent(self) -> None:
        """Accept connections, and pass nothing on, neither on them nor on those there are."""
        self._flows.clear()

    def cut(self) -> None:
        """Cut all connections once."""
        for writer in self._connections:
            writer.transport.abort()

    def cut_before(self, word: bytes, times: int = 1) -> None:
        """Cut when somebody asks for `word`: the server never hears of it."""
        self._asked = _Cut(word, times)

    def cut_after(self, word: bytes, times: int = 1) -> None:
        """Cut when somebody asked for `word` and the server has done it: the answer is lost."""
        self._asked = _Cut(word, times, passes=True)

    def lose_answer(self, word: bytes, times: int = 1) -> None:
        """Cut instead of passing on an answer that holds `word`."""
        self._answered = _Cut(word, times)

    def swallow_answer(self, word: bytes) -> None:
        """Keep back an answer that holds `word` and all that follows; the connection stays open."""
        self._answered = _Cut(word, 1, silent=True)

    @property
    def spent(self) -> bool:
        """Whether every cut that was asked for has been made."""
        return self._asked.times == self._answered.times == 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            await self._flows.wait()
            if isinstance(self._target, int):
                server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target)
            else:
                server_reader, server_writer = await asyncio.open_unix_connection(self._target)
            self._connections.add(server_writer)
            there = asyncio.create_task(self._pump(reader, server_writer, lambda: self._asked))
            back = asyncio.create_task(self._pump(server_reader, writer, lambda: self._answered))
            _, left = await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            for task in left:
                task.cancel()
            await asyncio.wait({there, back})
            server_writer.transport.abort()
            self._connections.discard(server_writer)
        except OSError:
            pass  # the server itself is away
        finally:
            writer.transport.abort()
            self._connections.discard(writer)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, find_cut: Callable[[], _Cut]
    ) -> None:
        """Pass pieces on until the end of the line, or until one falls under the cut."""
        try:
            while data := await reader.read(CHUNK):
                await asyncio.sleep(self.delay)
                await self._flows.wait()
                cut = find_cut()
                falls = cut.falls(data)
                if not falls or cut.passes:
                    writer.write(data)
                    await writer.drain()
                if falls:
                    return await _end(cut)
        except OSError:
            return None


async def _end(cut: _Cut) -> None:
    if cut.silent:
        await asyncio.Event().wait()
    elif cut.passes:
        await asyncio.sleep(UNTIL_DONE)


@dataclass
class Lines:
    """A line to each server."""

    redis: Proxy
    postgres: Proxy
    addresses: Addresses
    """Where the servers are to be found at the other end of the lines."""

    def find(self, names: str) -> list[Proxy]:
        """The lines of these names."""
        return [getattr(self, name) for name in names.split()]


@asynccontextmanager
async def lines_to(servers: Addresses) -> AsyncIterator[Lines]:
    """A line to each of the servers, whole at first."""
    store = make_url(servers.database_url)
    redis = Proxy(int(servers.redis_url.rpartition(":")[2].partition("/")[0]))
    postgres = Proxy(Path(str(store.query["host"])) / ".s.PGSQL.5432")
    for line in (redis, postgres):
        await line.restore()
    database_url = f"postgresql://{store.username}@127.0.0.1:{postgres.port}/{store.database}"
    try:
        yield Lines(redis, postgres, Addresses(f"redis://127.0.0.1:{redis.port}/0", database_url, 0))
    finally:
        for line in (redis, postgres):
            await line.restore()
            line.refuse()
        await asyncio.sleep(0.05)  # the connections' tasks end

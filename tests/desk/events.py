"""A client of server-sent events, strict about their form."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx


@dataclass
class Event:
    """One block of lines."""

    event: str = ""
    data: str = ""
    id: str | None = None
    comment: str = ""
    retry: str = ""

    @property
    def json(self):
        return json.loads(self.data)


@dataclass
class Events:
    """What comes, and the id that a browser would send back."""

    response: httpx.Response
    last_id: str | None = None
    marks: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._blocks = self._read()

    async def _read(self) -> AsyncIterator[Event]:
        block: dict[str, list[str]] = {}
        async for line in self.response.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                block.setdefault(name, []).append(value.removeprefix(" "))
            elif block:
                one = Event(
                    "".join(block.get("event", [])),
                    "\n".join(block.get("data", [])),
                    "".join(block["id"]) if "id" in block else None,
                    "\n".join(block.get("", [])),
                    "".join(block.get("retry", [])),
                )
                self.last_id = one.id or self.last_id
                block = {}
                yield one

    async def next(self, seconds: float = 10.0) -> Event:
        """The next event that has data."""
        async with asyncio.timeout(seconds):
            async for one in self._blocks:
                if one.data:
                    return one
                self.marks.append(one)
        raise EOFError("the stream has ended")

    async def mark(self, seconds: float = 10.0) -> Event:
        """The next block, whatever it is."""
        async with asyncio.timeout(seconds):
            async for one in self._blocks:
                return one
        raise EOFError("the stream has ended")


@asynccontextmanager
async def following(
    client: httpx.AsyncClient,
    path: str = "/api/v1/claims/stream",
    last_id: str | None = None,
    **params: object,
) -> AsyncIterator[Events]:
    """Follow a stream from the moment at which the server listens."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with client.stream("GET", path, params=params, headers=headers, timeout=30) as response:
        if response.status_code != 200:
            await response.aread()
            raise AssertionError(f"{response.status_code}: {response.text}")
        yield Events(response)

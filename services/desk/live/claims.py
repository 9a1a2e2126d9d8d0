"""The claims as they are found: what was missed first, then what comes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.desk.live.broadcast import Broadcast, Listener
from services.desk.live.detected import (
    AGAIN_AFTER,
    Edges,
    Entry,
    find_edges,
    follow_entries,
    read_entries,
)
from services.desk.live.missed import SLACK, ReadMissed
from services.desk.live.places import START, Place, StorePlace, StreamPlace, find_before
from services.desk.live.response import RETRY, write_event, write_mark
from services.desk.sightings import Sighting

Wanted = Callable[[Sighting], bool]


class LiveClaims:
    """What comes on `claims.detected`, read once for all who listen in this process."""

    def __init__(self, redis: "Redis", most: int) -> None:
        self._redis = redis
        self._begun = asyncio.Event()
        self._broadcast: Broadcast[Entry] = Broadcast("claims", self._produce, most)

    @property
    def listeners(self) -> int:
        """How many listen."""
        return self._broadcast.listeners

    def listen(self) -> AbstractAsyncContextManager[Listener[Entry]]:
        """Whatever comes from a moment on that `wait` waits for."""
        return self._broadcast.listen()

    async def wait(self, listener: Listener[Entry]) -> None:
        """Return as soon as nothing that comes is missed any more."""
        waits = {asyncio.create_task(self._begun.wait()), asyncio.create_task(listener.ended.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def close(self) -> None:
        """End all who listen."""
        await self._broadcast.close()

    async def _produce(self) -> AsyncIterator[Entry]:
        try:
            edges = await self._find_edges()
            self._begun.set()
            async for entry in follow_entries(self._redis, edges.last):
                if entry is None:
                    # They come again with the id of the last event, and get what was missed.
                    self._broadcast.end_all("entries were cut")
                else:
                    yield entry
        finally:
            self._begun.clear()

    async def _find_edges(self) -> Edges:
        while True:
            try:
                return await find_edges(self._redis)
            except (RedisError, OSError):
                await asyncio.sleep(AGAIN_AFTER)


class Follower:
    """One client's way through the claims."""

    def __init__(
        self,
        redis: "Redis",
        live: LiveClaims,
        missed: ReadMissed,
        wanted: Wanted,
        place: Place,
        heartbeat: float,
    ) -> None:
        self._redis = redis
        self._live = live
        self._missed = missed
        self._wanted = wanted
        self._place = place
        self._heartbeat = heartbeat
        self._told: set[tuple[UUID, str]] = set()
        self._seen: Edges | None = None
        """The stream as it was when all that it had was told."""

    async def follow(self) -> AsyncIterator[bytes]:
        """Events, without end."""
        yield write_mark("claims as they are found", self._place, RETRY)
        # A long way is made without hoarding what comes meanwhile.
        async for event in self._catch_up():
            yield event
        async with self._live.listen() as listener:
            await self._live.wait(listener)
            async for event in self._catch_up():
                yield event
            async for event in self._listen(listener):
                yield event

    async def _listen(self, listener: Listener[Entry]) -> AsyncIterator[bytes]:
        sent = time.monotonic()
        while not listener.ended.is_set():
            entry = await listener.take(max(0.0, sent + self._heartbeat - time.monotonic()))
            for event in self._tell(entry) if entry else ():
                yield event
                sent = time.monotonic()
            if time.monotonic() >= sent + self._heartbeat:
                yield write_mark("still here", self._place)
                sent = time.monotonic()

    async def _catch_up(self) -> AsyncIterator[bytes]:
        edges = await find_edges(self._redis)
        if isinstance(self._place, StorePlace) or self._lacks(edges, self._place):
            async for event in self._read_missed(edges):
                yield event
        elif edges.last != START and edges.last.entry < self._place.entry:
            self._place = edges.last  # what Redis has forgotten comes no more
        while isinstance(self._place, StreamPlace):
            entries = await read_entries(self._redis, self._place, self._place.index is not None)
            fresh = [entry for entry in entries if entry.place != self._place]
            for entry in fresh:
                for event in self._tell(entry):
                    yield event
            if not fresh:
                return
            yield write_mark("going on", self._place)

    def _lacks(self, edges: Edges, after: StreamPlace) -> bool:
        if self._seen is not None and self._seen.last == after:
            return edges.lack_since(self._seen)
        return edges.lack(after)

    async def _read_missed(self, edges: Edges) -> AsyncIterator[bytes]:
        """What the stream has no more, from the store; then the stream goes on where it begins."""
        began = self._place
        until = edges.first.moment if edges.first else None
        yield write_event("missed", _describe_gap(began, until))
        bound = None if until is None else until + SLACK
        async for sighting in self._missed(began, bound):
            if until is None or sighting.detected_at >= until - SLACK:
                self._told.add((sighting.claim.claim_id, sighting.article.revision))
            if self._wanted(sighting):
                place = StorePlace(sighting.detected_at, sighting.claim.claim_id)
                yield write_event("claim", json.dumps(sighting.describe(), ensure_ascii=False), place)
        self._place = find_before(edges.first) if edges.first else edges.last
        self._seen = None if edges.first else edges
        yield write_mark("going on", self._place)

    def _tell(self, entry: Entry) -> Iterator[bytes]:
        """The claims of an entry that are wanted and were not told before."""
        place = self._place
        begin = 0
        if isinstance(place, StreamPlace):
            if entry.place.entry < place.entry or entry.place == place:
                return
            if entry.place.entry == place.entry and place.index is not None:
                begin = place.index + 1
        for index, sighting in enumerate(entry.sightings[begin:], begin):
            here = StreamPlace(*entry.place.entry, index)
            self._place = here
            if (sighting.claim.claim_id, sighting.article.revision) in self._told:
                continue
            if self._wanted(sighting):
                yield write_event("claim", entry.documents[index], here)
        self._place = entry.place


def _describe_gap(place: Place, until: datetime | None) -> str:
    since = place.detected_at if isinstance(place, StorePlace) else place.moment - SLACK
    said = "the stream holds no more what came then; it is read from the store, and may repeat claims"
    return json.dumps(
        {"since": since.isoformat(), "until": until.isoformat() if until else None, "detail": said}
    )

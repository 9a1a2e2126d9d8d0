"""Handing in what sources give: in batches, with progress, and so that it can be interrupted and goes on."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from schemas import ArticleSubmitted, derive_id
from services.cli.connections import Connections
from services.control.publication import Candidate, HouseFull, Published, publish
from services.control.room import Limits, Room, find_room
from services.ingest import find_ref
from services.ingest.sources import START, Place, Progress, Source
from services.store.cursors import drop_cursor, find_cursor, save_cursor

BATCH = 100
T = TypeVar("T")


class Full(Exception):
    """The house is full, and waiting was not wanted."""


class Report(Protocol):
    """What a person is told while articles are handed in."""

    def reading(self, progress: Progress) -> None:
        """What a source is at."""

    def unread(self, origin: str, error: str) -> None:
        """Something could not be read."""

    def accepted(self, part: Sequence[Published]) -> None:
        """These are handed in, or were before."""

    def waiting(self, reason: str) -> None:
        """The house is full."""

    def going_on(self, place: Place) -> None:
        """A reading goes on where it was interrupted."""


@dataclass
class HandedIn:
    """What came of it."""

    published: list[Published] = field(default_factory=list)
    """Without their contents."""
    unread: int = 0
    interrupted: bool = False

    @property
    def known(self) -> int:
        """How many were published before."""
        return sum(one.entry_id is None for one in self.published)


@dataclass(frozen=True)
class Manner:
    """How articles are handed in."""

    limits: Limits
    refuse: bool = False
    """Raise Full instead of waiting."""
    again: bool = False
    """Fetch addresses again that were fetched before."""


class Desk:
    """Hands in the items of one source after another."""

    def __init__(self, on: Connections, manner: Manner, report: Report) -> None:
        self._on = on
        self._manner = manner
        self._report = report
        self._result = HandedIn()

    async def take(self, sources: Sequence[Source]) -> HandedIn:
        """All that the sources give. When the task is cancelled, the batch in hand is still ended."""
        try:
            for source in sources:
                await self._take(source)
        except asyncio.CancelledError:
            self._result.interrupted = True
        return self._result

    async def _take(self, source: Source) -> None:
        cursor = Cursor(self._on.engine, source.name)
        after = await asyncio.to_thread(cursor.find)
        if after != START:
            self._report.going_on(after)
        batch: list[Candidate] = []
        place = after
        async for item in source.items(after, self._report.reading):
            place = item.place
            if item.read.submission is None:
                self._result.unread += 1
                self._report.unread(item.read.origin, item.read.error or "unreadable")
            else:
                batch.append(
                    Candidate(item.read.origin, item.read.submission, find_ref(item.read.submission))
                )
            if len(batch) == BATCH:
                await self._accept(batch, cursor, place)
                batch = []
                heed_cancellation()
        await self._accept(batch, cursor, place)
        await asyncio.to_thread(cursor.drop)

    async def _accept(self, batch: list[Candidate], cursor: "Cursor", place: Place) -> None:
        while batch:
            room = await wait_for_room(self._on, self._manner, self._report.waiting)
            part, rest = batch[: room.free], batch[room.free :]
            refused = await _undisturbed(self._publish(part, None if rest else cursor, place))
            batch = refused + rest
            if refused:
                await self._wait_for_memory(room)

    async def _publish(self, part: list[Candidate], cursor: "Cursor | None", place: Place) -> list[Candidate]:
        """Returns what Redis had no memory for; the place is written down where there is nothing."""
        refused: list[Candidate] = []
        try:
            accepted = await publish(self._on.redis, self._on.engine, part, self._manner.again)
        except HouseFull as full:
            accepted, refused = full.accepted, full.left
        self._result.published += [lighten(one) for one in accepted]
        self._report.accepted(accepted)
        if cursor and not refused:
            await asyncio.to_thread(cursor.save, place)
        return refused

    async def _wait_for_memory(self, room: Room) -> None:
        reason = f"Redis is out of memory; {len(self._result.published)} articles were accepted"
        if self._manner.refuse:
            raise Full(f"{reason}, the others not")
        self._report.waiting(reason)
        await asyncio.sleep(room.retry_after)


class Cursor:
    """Where a source is read on, kept in the store; nothing for one without a name."""

    def __init__(self, engine: Engine, name: str | None) -> None:
        self._engine = engine
        self._name = name or ""
        self._id = derive_id("cursor", name)

    def find(self) -> Place:
        """Where the reading was interrupted, else the start."""
        if not self._name:
            return START
        with self._engine.connect() as connection:
            found = find_cursor(connection, self._id)
        return Place(*found) if found else START

    def save(self, place: Place) -> None:
        """Write down how far the reading has come."""
        if self._name:
            with self._engine.begin() as tx:
                save_cursor(tx, self._id, self._name, (place.part, place.item, place.mark))

    def drop(self) -> None:
        """The reading is at its end."""
        if self._name:
            with self._engine.begin() as tx:
                drop_cursor(tx, self._id)


async def wait_for_room(on: Connections, manner: Manner, tell: Callable[[str], None]) -> Room:
    """Return as soon as the house can take more. Raises Full where waiting is not wanted."""
    said = False
    while (room := await find_room(on.redis, manner.limits)).free == 0:
        heed_cancellation()
        if manner.refuse:
            raise Full(room.reason)
        if not said:
            tell(room.reason or "no room")
            said = True
        await asyncio.sleep(room.retry_after)
    return room


def heed_cancellation() -> None:
    """Go along with a Ctrl-C that was lost: on Python 3.11 redis-py swallows one now and then."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def lighten(published: Published) -> Published:
    """The same without the content, which may be a lot over many articles."""
    candidate = published.candidate
    if candidate.submission.address_only:
        return published
    bare = ArticleSubmitted(text="", url=candidate.submission.url)
    return replace(published, candidate=replace(candidate, submission=bare))


async def _undisturbed(act: Coroutine[Any, Any, T]) -> T:
    """Let `act` end though the task around it is cancelled, and only then go along with that."""
    task = asyncio.create_task(act)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise

"""Reading `claims.detected`: what it holds between two places, and what comes.

Without a consumer group: every process reads all of it for itself, and no reader keeps it from being cut.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from schemas import ClaimsDetected, Unprocessable
from services.desk.live.places import START, StreamPlace, find_before, read_entry_id
from services.desk.sightings import Sighting, read_message
from services.kit.wire import decode, take_body

log = structlog.get_logger()

STREAM = ClaimsDetected.stream()
BLOCK = 2_000
"""Milliseconds that Redis holds a reader who waits: below the client's own limit."""
AT_ONCE = 16
"""Entries; one may have megabytes."""
AGAIN_AFTER = 1.0
"""Seconds until Redis is asked again where it is away."""
LARGEST = 64_000_000
"""Bytes of an entry; the stage before has a limit of its own, which is lower."""
_JSON = TypeAdapter(dict[str, Any])


@dataclass(frozen=True)
class Entry:
    """One entry of the stream."""

    place: StreamPlace
    """Its end."""
    sightings: list[Sighting]

    @cached_property
    def documents(self) -> list[str]:
        """Each claim as JSON: made once for all who are told of it."""
        return [_JSON.dump_json(one.describe()).decode() for one in self.sightings]


@dataclass(frozen=True)
class Edges:
    """The ends of what the stream holds."""

    first: StreamPlace | None
    """None where it holds nothing."""
    last: StreamPlace
    """The newest that it ever held; the start where there is no stream."""
    added: int = 0
    """Entries that it ever held."""
    length: int = 0
    """Entries that it holds."""

    def lack(self, after: StreamPlace) -> bool:
        """Whether something that came after the place may be in the stream no more."""
        if after == START:
            return self.added > self.length
        if self.last == START:  # Redis was emptied
            return True
        if self.last.entry <= after.entry:
            return False
        return self.first is None or after.entry < find_before(self.first).entry

    def lack_since(self, seen: "Edges") -> bool:
        """Whether something that came after an earlier look at the stream may be in it no more.

        How many came tells more than the place: before the first entry may be nothing or much.
        """
        return self.last == START or not 0 <= self.added - seen.added <= self.length


async def find_edges(redis: "Redis") -> Edges:
    """Look at the stream."""
    try:
        about: Any = await redis.xinfo_stream(STREAM)
    except ResponseError:  # there is no such stream yet
        return Edges(None, START)
    first = about["first-entry"]
    return Edges(
        read_entry_id(first[0]) if first else None,
        read_entry_id(about["last-generated-id"]),
        about["entries-added"],
        about["length"],
    )


async def read_entries(redis: "Redis", after: StreamPlace, inclusive: bool = False) -> list[Entry]:
    """The next entries of the stream, at most a few; empty at its end."""
    begin = after.entry_id if inclusive else f"({after.entry_id}"
    found: Any = await redis.xrange(STREAM, begin, "+", AT_ONCE)
    return await _decode(found)


async def follow_entries(redis: "Redis", after: StreamPlace) -> AsyncIterator[Entry | None]:
    """What comes after a place, for ever. None where something that came may have been cut unread."""
    outage = False
    while True:
        try:
            if outage and (edges := await find_edges(redis)).lack(after):
                yield None
                after = edges.last
            answer: Any = await redis.xread({STREAM: after.entry_id}, AT_ONCE, BLOCK)
            outage = False
        except (RedisError, OSError) as error:
            if not outage:
                log.warning("claims_not_read", error=type(error).__name__)
            outage = True
            await asyncio.sleep(AGAIN_AFTER)
            continue
        for entry in await _decode(answer[0][1] if answer else ()):
            after = entry.place
            yield entry


async def _decode(found: Iterable[tuple[bytes, dict[bytes, bytes]]]) -> list[Entry]:
    entries = list(found)
    return await asyncio.to_thread(lambda: [_read(*one) for one in entries]) if entries else []


def _read(entry_id: bytes, fields: dict[bytes, bytes]) -> Entry:
    place = read_entry_id(entry_id)
    try:
        message = decode(take_body(fields or {}, LARGEST), ClaimsDetected)
    except Unprocessable as error:
        log.warning("entry_not_read", stream=STREAM, entry=place.entry_id, reason=error.reason)
        return Entry(place, [])
    return Entry(place, read_message(message))

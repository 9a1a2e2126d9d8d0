"""Polling feeds: what they name for the first time, or date anew, is handed in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine, Row

from services.cli.connections import Connections
from services.cli.handing_in import Manner, wait_for_room
from services.control.publication import Candidate, publish
from services.fetching import Fetcher, Known, Page
from services.ingest import find_ref
from services.ingest.feed_items import FeedDocument, FeedItem
from services.ingest.files import Reader
from services.ingest.records import Defaults, Found
from services.ingest.sources.asking import ask
from services.ingest.sources.feeds import read_feed
from services.store.feeds import claim_due, find_seen, forget_items, note_poll, save_seen

log = structlog.get_logger()

CLAIMED_FOR = 300.0
"""Seconds for which a feed is kept from other pollers."""
LONGEST_PAUSE = 86_400.0
"""Seconds to the next poll of a feed that fails again and again, at most."""
FORGET_AFTER = timedelta(days=90)
"""Items that a feed has not named for so long may be new again."""


@dataclass(frozen=True)
class Polled:
    """How a poll of a feed went."""

    url: str
    new: int = 0
    """Items handed in."""
    error: str | None = None


async def poll_next(on: Connections, fetcher: Fetcher, manner: Manner, every: float) -> Polled | None:
    """Poll the feed that is most overdue; None where none is due."""
    now = datetime.now(UTC)
    feed = await asyncio.to_thread(_claim, on.engine, now)
    if feed is None:
        return None
    page = await ask(fetcher, feed.url, Known(feed.etag, feed.last_modified))
    document = read_feed(page) if isinstance(page, Page) and page.status != 304 else None
    if isinstance(page, str) or (document is None and page.status != 304):
        error = page if isinstance(page, str) else "there is no feed at the address"
        pause = min(every * 2.0 ** min(feed.failures, 20), LONGEST_PAUSE)
        said = {"failures": feed.failures + 1, "error": error, "due_at": now + timedelta(seconds=pause)}
        await asyncio.to_thread(_note, on.engine, feed, said)
        return Polled(feed.url, error=error)
    new = await _hand_in(on, manner, feed, document.items if document else (), now)
    said = _describe(page, document) | {"polled_at": now, "due_at": now + timedelta(seconds=every)}
    await asyncio.to_thread(_note, on.engine, feed, said | {"failures": 0, "error": None})
    return Polled(feed.url, new)


def _describe(page: Page, document: FeedDocument | None) -> dict[str, object]:
    """What to remember of an answer; nothing of one that only says that nothing has changed."""
    if document is None:
        return {}
    return {"title": document.title, "etag": page.known.etag, "last_modified": page.known.last_modified}


async def _hand_in(
    on: Connections, manner: Manner, feed: Row[Any], items: Sequence[FeedItem], now: datetime
) -> int:
    """Items are seen only once they are accepted: a poll that is killed between is made again."""
    if not items:
        return 0
    seen = await asyncio.to_thread(_find_seen, on.engine, feed, items)
    reader = Reader(Defaults(source=feed.source))
    fresh = [item for item in items if item.item_id not in seen or seen[item.item_id] != item.updated]
    reads = {
        item.item_id: reader.read(Found(f"{feed.url}#{item.item_id[:8]}", item.fields)) for item in fresh
    }
    for again in (False, True):
        part = [
            Candidate(read.origin, read.submission, find_ref(read.submission))
            for item_id, read in reads.items()
            if read.submission and (item_id in seen) is again
        ]
        await _publish(on, manner, part, again)
    await asyncio.to_thread(_save, on.engine, feed, items, now)
    return len(fresh)


async def _publish(on: Connections, manner: Manner, part: list[Candidate], again: bool) -> None:
    while part:
        room = await wait_for_room(on, manner, lambda reason: log.warning("house_full", reason=reason))
        await publish(on.redis, on.engine, part[: room.free], again)
        part = part[room.free :]


def _claim(engine: Engine, now: datetime) -> Row[Any] | None:
    with engine.begin() as tx:
        return claim_due(tx, now, CLAIMED_FOR)


def _find_seen(engine: Engine, feed: Row[Any], items: Sequence[FeedItem]) -> dict[str, str | None]:
    with engine.connect() as connection:
        return dict(find_seen(connection, feed.feed_id, [item.item_id for item in items]))


def _save(engine: Engine, feed: Row[Any], items: Sequence[FeedItem], now: datetime) -> None:
    with engine.begin() as tx:
        save_seen(tx, feed.feed_id, {item.item_id: item.updated for item in items}, now)
        forget_items(tx, feed.feed_id, now - FORGET_AFTER)


def _note(engine: Engine, feed: Row[Any], said: dict[str, object]) -> None:
    with engine.begin() as tx:
        note_poll(tx, feed.feed_id, **said)

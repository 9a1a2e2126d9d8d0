"""Articles that owe a stage, and that no stream holds any more, are handed in again from the store.

An emptied Redis costs time, never an article. What the first stage never ended is not in the store, and
cannot be found here.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from sqlalchemy import Engine

from schemas import TOPOLOGY, StageName, StageRow, Unprocessable
from services.control.rebuilding import rebuild
from services.kit import wire
from services.store.owed import Owed, count_owed, find_owed, read_submissions

log = structlog.get_logger()

AT_ONCE = 200
"""Articles handed in again in one go."""
PAGE = 500


@dataclass(frozen=True)
class Reconciled:
    """What one stage was owed."""

    stage: str
    owed: int
    """Revisions that waited longer than the patience."""
    published: int
    """Of those, how many no stream held and were handed in again."""


async def reconcile(
    redis: "Redis", engine: Engine, patience: float, dry_run: bool = False
) -> list[Reconciled]:
    """Hand in again what is owed for longer than `patience` seconds and held by no stream."""
    before = datetime.now(UTC) - timedelta(seconds=patience)
    return [await _reconcile(redis, engine, done, owed, before, dry_run) for done, owed in pairwise(TOPOLOGY)]


async def _reconcile(
    redis: "Redis", engine: Engine, done: StageRow, owed: StageRow, before: datetime, dry_run: bool
) -> Reconciled:
    number = await asyncio.to_thread(_count, engine, done.stage, owed.stage, before)
    if number == 0:
        return Reconciled(owed.stage, number, 0)
    held = await find_held(redis, done) | await find_held(redis, owed)
    missing = await asyncio.to_thread(_find, engine, done.stage, owed.stage, before, held)
    if not dry_run:
        for first in range(0, len(missing), AT_ONCE):
            part = missing[first : first + AT_ONCE]
            for stream, message in await asyncio.to_thread(rebuild, engine, owed, part):
                await redis.xadd(stream, {wire.FIELD: wire.encode(message)})
    if missing:
        log.warning("articles_handed_in_again", stage=owed.stage, articles=len(missing), dry_run=dry_run)
    return Reconciled(owed.stage, number, len(missing))


def _count(engine: Engine, done: StageName, owed: StageName, before: datetime) -> int:
    with engine.connect() as connection:
        return count_owed(connection, done, owed, before)


async def find_held(redis: "Redis", row: StageRow) -> set[UUID]:
    """Articles in the entries that the stage has not acknowledged."""
    try:
        group = next(one for one in await redis.xinfo_groups(row.source) if one["name"] == row.group.encode())
    except (ResponseError, StopIteration):
        return set()
    held = {_find_article(fields) async for fields in _read_pending(redis, row)}
    last = group["last-delivered-id"].decode()
    while entries := await _read_page(redis, row.source, last):
        held |= {_find_article(fields) for _, fields in entries}
        last = entries[-1][0].decode()
    return {article_id for article_id in held if article_id is not None}


async def _read_page(redis: "Redis", stream: str, after: str) -> list[tuple[bytes, dict[bytes, bytes]]]:
    page: Any = await redis.xrange(stream, f"({after}", "+", count=PAGE)
    return list(page)


async def _read_pending(redis: "Redis", row: StageRow) -> AsyncIterator[dict[bytes, bytes]]:
    after = "-"
    while page := await _read_pending_page(redis, row, after):
        async with redis.pipeline(transaction=False) as pipe:
            for one in page:
                pipe.xrange(row.source, one["message_id"], one["message_id"])
            for entries in await pipe.execute():
                for _, fields in entries:
                    yield fields
        after = f"({page[-1]['message_id'].decode()}"


async def _read_pending_page(redis: "Redis", row: StageRow, after: str) -> list[dict[str, Any]]:
    return await redis.xpending_range(row.source, row.group, after, "+", PAGE)


def _find_article(fields: dict[bytes, bytes]) -> UUID | None:
    """The article of an entry after ingest; of a submission, what its own id stands for."""
    try:
        record = json.loads(wire.take_body(fields, len(fields.get(wire.FIELD, b""))))
        return UUID(record.get("article_id") or record["message_id"])
    except (Unprocessable, ValueError, KeyError, TypeError, AttributeError):
        return None


def _find(engine: Engine, done: StageName, owed: StageName, before: datetime, held: set[UUID]) -> list[Owed]:
    with engine.connect() as connection:
        found = find_owed(connection, done, owed, before, limit=len(held) + 100 * AT_ONCE)
        if done is StageName.INGEST:
            submitted = {
                row.article_id: row.submission_id
                for row in read_submissions(connection, [one.ref for one in found])
            }
            held = held | {article_id for article_id, own in submitted.items() if own in held}
    return [one for one in found if one.article_id not in held]

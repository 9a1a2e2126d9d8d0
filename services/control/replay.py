"""Dead letters go back to their stream, as they are or mended."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import Connection, Engine, Row

from schemas import Unprocessable, find_stage
from services.kit import wire
from services.store.dead_letters import DeadFilter, find_dead_letters, mark_replayed
from services.store.ledger import forget_dead


@dataclass(frozen=True)
class Replayed:
    """A dead letter and the entry that it became."""

    dead_id: int
    stage: str
    entry_id: str


IN_ONE_TRANSACTION = 200
"""Letters replayed or dropped together: what was done stays done when a later part fails."""
BYTES_AT_ONCE = 50_000_000
"""Of their bytes; a single letter may have more."""


def divide(rows: Sequence[Row[Any]]) -> list[tuple[int, ...]]:
    """The numbers of letters, as many together as one transaction takes."""
    parts: list[list[int]] = [[]]
    size = 0
    for row in rows:
        size += row.bytes
        if parts[-1] and (size > BYTES_AT_ONCE or len(parts[-1]) == IN_ONE_TRANSACTION):
            parts.append([])
            size = row.bytes
        parts[-1].append(row.dead_id)
    return [tuple(part) for part in parts if part]


async def replay(
    redis: "Redis", engine: Engine, wanted: DeadFilter, mended: bytes | None = None
) -> list[Replayed]:
    """Put the letters back on their streams, with the `mended` payload instead of their own where given.

    All in one transaction: give some hundreds at most. Raises Unprocessable, and replays none, where the
    mended payload is not a valid message or where a letter cannot be replayed as it is.
    """
    replayed = []
    async with _transaction(engine) as tx:
        letters = await asyncio.to_thread(_take, tx, wanted)
        payloads = [_choose(letter, mended) for letter in letters]
        for letter, payload in zip(letters, payloads, strict=True):
            entry: Any = await redis.xadd(letter.stream, {wire.FIELD: payload})
            replayed.append(Replayed(letter.dead_id, letter.stage, entry.decode()))
        await asyncio.to_thread(_mark, tx, replayed)
    return replayed


@asynccontextmanager
async def _transaction(engine: Engine) -> AsyncIterator[Connection]:
    """A transaction whose steps are made in threads: the event loop of who serves many goes on."""
    connection = await asyncio.to_thread(engine.connect)
    try:
        yield connection
        await asyncio.to_thread(connection.commit)
    finally:
        await asyncio.to_thread(connection.close)  # takes back what is not committed


def _take(tx: Connection, wanted: DeadFilter) -> Sequence[Row[Any]]:
    """The letters, locked, with the stages' dead ends open again: before a worker can end them anew."""
    letters = find_dead_letters(tx, wanted, lock=True)
    for letter in letters:
        if letter.article_id is not None:
            forget_dead(tx, letter.article_id, letter.revision, letter.stage)
    return letters


def _mark(tx: Connection, replayed: Sequence[Replayed]) -> None:
    for one in replayed:
        mark_replayed(tx, one.dead_id, one.entry_id, datetime.now(UTC))


def check(payload: bytes, stage: str) -> bytes:
    """The payload, if it is a message that the stage can read."""
    try:
        wire.decode(payload, find_stage(stage).consumes)
    except Unprocessable as error:
        raise Unprocessable(f"the mended payload is {error.reason}") from None
    return payload


def find_obstacle(letter: Row[Any]) -> str | None:
    """Why the letter cannot be replayed as it is; None where it can."""
    if not letter.reason.startswith(wire.NO_FIELD):
        return None
    return (
        f"dead letter {letter.dead_id} had no field {wire.FIELD.decode()!r}, so its bytes are no message; "
        "replay it mended, with --file or --edit"
    )


def _choose(letter: Row[Any], mended: bytes | None) -> bytes:
    if mended is not None:
        return check(mended, letter.stage)
    if obstacle := find_obstacle(letter):
        raise Unprocessable(obstacle)
    return bytes(letter.payload)

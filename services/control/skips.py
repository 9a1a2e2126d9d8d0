"""Articles that were skipped get another chance: a model is installed, a limit is another."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import Engine, Row

from schemas import Message, find_stage
from services.control.rebuilding import rebuild
from services.kit import wire
from services.store.ledger import forget_skipped
from services.store.owed import Owed

AT_ONCE = 200
"""Articles handed in again in one go."""


async def reconsider(redis: "Redis", engine: Engine, skipped: Sequence[Row[Any]]) -> int:
    """Hand in again what was skipped: rows of the ledger; how many there were.

    The skip is forgotten first, so the stage owes the work, and an article that is lost on its way is found
    by `reconcile`.
    """
    done = 0
    for stage, rows in _in_parts(skipped):
        messages = _owe_again(engine, stage, rows)
        for stream, message in messages:
            await redis.xadd(stream, {wire.FIELD: wire.encode(message)})
        done += len(messages)
    return done


def _in_parts(skipped: Sequence[Row[Any]]) -> Iterator[tuple[str, list[Row[Any]]]]:
    ordered = sorted(skipped, key=lambda row: str(row.stage))
    for stage, rows in groupby(ordered, key=lambda row: str(row.stage)):
        of_stage = list(rows)
        for first in range(0, len(of_stage), AT_ONCE):
            yield stage, of_stage[first : first + AT_ONCE]


def _owe_again(engine: Engine, stage: str, rows: Sequence[Row[Any]]) -> list[tuple[str, Message]]:
    owed = [Owed(row.article_id, row.revision, row.traceparent) for row in rows]
    messages = rebuild(engine, find_stage(stage), owed)
    with engine.begin() as tx:
        for one in owed:
            forget_skipped(tx, one.article_id, one.revision, stage)
    return messages

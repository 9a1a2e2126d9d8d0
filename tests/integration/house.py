"""The real workers of a stage, in this process."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from sqlalchemy import Engine, select

from schemas import ArticleSubmitted, StageName, StageRow, find_stage
from services.clean.handler import build_handler as build_clean
from services.clean.settings import CleanSettings
from services.embedded import Addresses
from services.ingest.handler import build_handler as build_ingest
from services.ingest.settings import IngestSettings
from services.kit.wire import FIELD, encode
from services.store.tables import dead_letters, ledger, submissions
from tests.pipeline.stagehand import working

INGEST, CLEAN = find_stage(StageName.INGEST), find_stage(StageName.CLEAN)


@asynccontextmanager
async def at_work(servers: Addresses, **more: object) -> AsyncIterator[None]:
    """A worker of ingest and one of clean."""
    ingest, clean = build_ingest(IngestSettings()), build_clean(CleanSettings())
    async with working(servers, ingest, **more), working(servers, clean, **more):  # type: ignore[arg-type]
        yield


async def submit(redis: Redis, *submissions: ArticleSubmitted | bytes) -> list[str]:
    """Put submissions (or raw payloads) on the first stream; returns their entry ids."""
    payloads = [one if isinstance(one, bytes) else encode(one) for one in submissions]
    return [(await redis.xadd(INGEST.source, {FIELD: payload})).decode() for payload in payloads]


async def is_drained(redis: Redis, row: StageRow) -> bool:
    """Whether the stage's group has taken all there is and holds none."""
    stream = await redis.xinfo_stream(row.source)
    group = next(one for one in await redis.xinfo_groups(row.source) if one["name"] == row.group.encode())
    return bool(group["pending"] == 0 and group["entries-read"] == stream["entries-added"])


async def until_done(redis: Redis, *rows: StageRow, seconds: float = 30.0) -> None:
    """Wait until these stages, in their order, have ended all their entries."""
    deadline = time.monotonic() + seconds
    for row in rows or (INGEST, CLEAN):
        while not await is_drained(redis, row):
            assert time.monotonic() < deadline, (
                f"{row.stage} is not done: {await redis.xinfo_stream(row.source)}"
            )
            await asyncio.sleep(0.02)


def read_ledger(engine: Engine) -> list[tuple[str, str, str | None]]:
    """Stage, outcome and reason of every entry, in the order in which the work ended."""
    with engine.connect() as connection:
        rows = connection.execute(select(ledger).order_by(ledger.c.finished_at, ledger.c.stage)).all()
    return [(row.stage, row.outcome, row.reason) for row in rows]


def read_rows(engine: Engine, table) -> list:  # type: ignore[no-untyped-def,type-arg]
    """All rows of a table, in the order of its key."""
    with engine.connect() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)))


def read_dead(engine: Engine) -> list[tuple[str, str]]:
    """Stage and reason of each dead letter."""
    return [(row.stage, row.reason) for row in read_rows(engine, dead_letters)]


def read_submissions(engine: Engine) -> list[str]:
    """How the submissions ended."""
    return sorted(row.outcome for row in read_rows(engine, submissions))

"""A stage of our own for tests: it stamps tickets, and does on demand what documents do to workers."""

import asyncio
import ctypes
import os
import re
import resource
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import psutil
from redis.asyncio import Redis

from schemas import (
    ArticleCleaned,
    ArticleIngested,
    MediaType,
    Message,
    Outcome,
    Skipped,
    StageName,
    StageRow,
    Unprocessable,
    derive_id,
    find_stage,
)
from services.embedded import Addresses
from services.kit.app import build_app
from services.kit.settings import Settings
from services.kit.wire import FIELD, encode
from services.kit.work import Handler, Job, carry_on, each

ROW = replace(find_stage(StageName.CLEAN), claim_after=0.4, max_deliveries=3)


def make_ticket(number: int, content: str = "plain") -> ArticleIngested:
    """A message for the stage; `content` says what is to happen to it."""
    article_id = derive_id("article", number)
    now = "2026-11-23T10:00:00Z"
    return ArticleIngested.model_validate(
        {
            "message_id": derive_id("message", number),
            "article_id": article_id,
            "revision": f"{number:064x}",
            "submitted_at": now,
            "produced_at": now,
            "media_type": MediaType.TEXT,
            "content": content,
            "traceparent": f"00-{number:032x}-{1:016x}-01",
        }
    )


def allocate() -> None:
    """Ask for more memory than the process may have."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + 100_000_000, limits[1]))
    try:
        bytearray(10_000_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def recurse() -> None:
    """Go down until Python says stop."""
    recurse()


def throw(error: BaseException) -> None:
    """Raise it."""
    raise error


HARM: dict[str, Callable[[], object]] = {
    "kills": lambda: os._exit(9),
    "segfaults": lambda: ctypes.string_at(0),
    "oomkilled": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hangs": lambda: time.sleep(600),
    "backtracks": lambda: re.match(r"(a+)+b", "a" * 60),
    "allocates": allocate,
    "recurses": recurse,
    "exits": lambda: throw(SystemExit(3)),
    "interrupts": lambda: throw(KeyboardInterrupt()),
    "cancels": lambda: throw(asyncio.CancelledError()),
    "stops": lambda: throw(StopIteration()),
}
"""What documents do: end the process, hang in it, or raise what should not be raised."""


def stamp(job: Job[ArticleIngested]) -> ArticleCleaned | Skipped:
    """What the content says."""
    match job.message.content.split():
        case ["poison"]:
            raise Unprocessable("poison: it says so itself")
        case ["fails"]:
            raise RuntimeError("it always fails\nand has a second line")
        case ["recovers"] if job.attempt < 2:
            raise RuntimeError("not yet")
        case ["skip"]:
            return Skipped(reason="nothing to stamp")
        case ["slow", seconds]:
            time.sleep(float(seconds))
        case [name] if name in HARM:
            HARM[name]()
    return ArticleCleaned(**carry_on(job, ROW), text=f"stamped {job.message.content}")


def settle_all(tx: object, done: Sequence[object]) -> list[Outcome]:
    """Nothing to store of its own."""
    return [Outcome.DONE] * len(done)


def build_stagehand(
    row: StageRow = ROW, compute: Callable[[Job[ArticleIngested]], ArticleCleaned | Skipped] = stamp
) -> Handler[ArticleIngested, ArticleCleaned]:
    """The stage's handler."""
    return Handler(row=row, load=lambda: each(compute), settle=settle_all)  # type: ignore[arg-type]


def settings_for(servers: Addresses, **more: object) -> Settings:
    """Settings that point at the test's servers."""
    return Settings(redis_url=servers.redis_url, database_url=servers.database_url, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def working(
    servers: Addresses, handler: Handler[Any, Any] | None = None, **more: object
) -> AsyncIterator[None]:
    """A worker of the stage in this process, from here to the end of the block, stopped as by SIGTERM."""
    app = build_app(handler or build_stagehand(), settings_for(servers, **more))
    running = asyncio.create_task(app.run())
    try:
        yield
    finally:
        app.exit()
        await running


async def send(redis: Redis, *messages: Message | bytes, row: StageRow = ROW) -> list[str]:
    """Put messages (or raw payloads) on the stage's stream; returns their entry ids."""
    payloads = [one if isinstance(one, bytes) else encode(one) for one in messages]
    return [(await redis.xadd(row.source, {FIELD: payload})).decode() for payload in payloads]


async def received(redis: Redis, row: StageRow = ROW) -> list[Any]:
    """The messages that the stage handed on, in order."""
    entries = await redis.xrange(row.target)
    return [row.produces.model_validate_json(fields[FIELD]) for _, fields in entries]


async def all_ended(redis: Redis, number: int, row: StageRow = ROW) -> bool:
    """Whether the group has taken `number` entries and holds none."""
    group = next(one for one in await redis.xinfo_groups(row.source) if one["name"] == row.group.encode())
    return bool(group["pending"] == 0 and group["entries-read"] == number)


async def until_ended(redis: Redis, number: int, row: StageRow = ROW, seconds: float = 20.0) -> None:
    """Wait until the stage is done with `number` entries."""
    deadline = time.monotonic() + seconds
    while not await all_ended(redis, number, row):
        assert time.monotonic() < deadline, (
            f"{number} entries did not end: {await redis.xinfo_groups(row.source)}"
        )
        await asyncio.sleep(0.02)

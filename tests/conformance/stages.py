"""Every stage with its real handler, and messages as the stages before it would hand them on.

Nothing here names a stage: the handler is `services.<stage>.handler.build_handler`, its settings are
`services.<stage>.settings.<Stage>Settings`, and a message comes from the computations of the stages before.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import DateTime, Engine, Row, select

from schemas import TOPOLOGY, ArticleSubmitted, Message, StageRow, derive_id
from services.embedded import Addresses
from services.kit.work import Handler, Job, Process
from services.store.dead_letters import DeadFilter, find_dead_letters
from services.store.tables import ledger, metadata
from tests.pipeline.stagehand import received, send, until_ended, working

ARTICLE = Path(__file__).parents[2] / "examples" / "05-cup-final.txt"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUICK: dict[str, object] = {"claim_after": 0.4, "max_deliveries": 2}
JOURNAL = {"ledger", "submissions", "dead_letters"}
"""Tables that tell what happened, entry by entry; the others hold results."""
SHARED = {"names", "name_words"}
"""Tables of results whose rows are those of many articles: what two have in common is there once."""

AnyProcess = Process[Any, Any]


@cache
def build_real(row: StageRow) -> Handler[Any, Any]:
    """The stage's handler, with its model loaded once for all tests."""
    settings = getattr(import_module(f"services.{row.stage}.settings"), f"{row.stage.capitalize()}Settings")
    handler = import_module(f"services.{row.stage}.handler").build_handler(settings())
    process = handler.load()
    return replace(handler, load=lambda: process)


def make_submission(number: int) -> ArticleSubmitted:
    """An article that goes all the way; each number is another article and another trace."""
    return ArticleSubmitted(
        message_id=derive_id("message", number),
        submitted_at=NOW,
        traceparent=f"00-{number:032x}-{1:016x}-01",
        # The same words twice would be the same article, whatever its address.
        text=f"{ARTICLE.read_text(encoding='utf-8')}\n\nThe club sold {4000 + number} scarves, they said.",
        url=f"https://lindmoorherald.example/{number}",
    )


@cache
def bring(row: StageRow, number: int) -> tuple[Message, ...]:
    """A submission and what the stages before `row` made of it; the last is what comes to `row`."""
    before = TOPOLOGY[: TOPOLOGY.index(row)]
    if not before:
        return (make_submission(number),)
    way = bring(before[-1], number)
    (result,) = build_real(before[-1]).load()([make_job(way[-1], number)])
    assert isinstance(result, before[-1].produces), f"{before[-1].stage} made of {ARTICLE.name}: {result}"
    return (*way, result)


def make_job(message: Message, number: int) -> Job[Any]:
    """The message in a stage's hand."""
    return Job(message, entry_id=f"{int(NOW.timestamp() * 1000)}-{number}", attempt=1, now=NOW)


@dataclass(frozen=True)
class Bench:
    """One stage, its servers, and what a test asks of them."""

    row: StageRow
    redis: Redis
    engine: Engine
    servers: Addresses

    def make_message(self, number: int) -> Message:
        """Article `number` as it comes to the stage; the store knows what the stages before know."""
        way = bring(self.row, number)
        with self.engine.begin() as tx:
            for row, message, result in zip(TOPOLOGY, way, way[1:], strict=False):
                build_real(row).settle(tx, [(make_job(message, number), result)])
        return way[-1]

    async def send(self, *messages: int | bytes) -> list[str]:
        """Put articles by number, or raw payloads, on the stage's stream; returns their entry ids."""
        sent = [one if isinstance(one, bytes) else self.make_message(one) for one in messages]
        return await send(self.redis, *sent, row=self.row)

    def working(
        self, instead: Callable[[AnyProcess], AnyProcess] = lambda process: process, **settings: object
    ) -> AbstractAsyncContextManager[None]:
        """A worker with the real handler; `instead` may put something around its computation."""
        handler = build_real(self.row)
        process = instead(handler.load())
        handler = replace(handler, load=lambda: process)
        return working(self.servers, handler, **{**QUICK, **settings})

    async def until_ended(self, number: int) -> None:
        """Wait until `number` entries came to their end."""
        await until_ended(self.redis, number, self.row)

    async def received(self) -> list[Any]:
        """The messages that were handed on."""
        return await received(self.redis, self.row)

    async def count_pending(self) -> int:
        """Entries that were delivered and not acknowledged."""
        return int((await self.redis.xpending(self.row.source, self.row.group))["pending"])

    def read_dead(self) -> Sequence[Row[Any]]:
        """The dead letters."""
        with self.engine.connect() as connection:
            return list(find_dead_letters(connection, DeadFilter()))

    def read_ledger(self) -> list[Row[Any]]:
        """The stage's lines in the ledger."""
        query = select(ledger).where(ledger.c.stage == self.row.stage).order_by(ledger.c.finished_at)
        with self.engine.connect() as connection:
            return list(connection.execute(query))

    def read_results(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the store holds of results, but for the times at which it was written."""
        found = {}
        with self.engine.connect() as connection:
            for table in metadata.sorted_tables:
                columns = [one for one in table.columns if not isinstance(one.type, DateTime)]
                query = select(*columns).order_by(*table.primary_key)
                if table.name not in JOURNAL:
                    found[table.name] = [tuple(row) for row in connection.execute(query)]
        return found

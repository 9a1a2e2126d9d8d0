"""Delivers: takes in what was found, sends what is due, forgets what is old. Any number may run."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError

from services.desk.webhooks.delivery import note, send
from services.desk.webhooks.intake import Intake
from services.desk.webhooks.messages import name_message
from services.desk.webhooks.settings import WebhookSettings
from services.fetching.posting import Poster
from services.store.deliveries import forget_deliveries, list_due, take_deliveries
from services.store.engine import is_away
from services.store.webhooks import find_active

T = TypeVar("T")
log = structlog.get_logger()

LEASE = 2.0
"""So many times a receiver's time to answer after it was taken, another may take a message."""
FORGET_EVERY = 600.0
FORGET_AT_ONCE = 1_000


class Deliverer:
    """What one process does; `run` ends with `stop`, when what is being sent has been answered."""

    def __init__(self, redis: "Redis", engine: Engine, settings: WebhookSettings, poster: Poster) -> None:
        self._engine = engine
        self._settings = settings
        self._poster = poster
        self._intake = Intake(redis, engine)
        self._serving: dict[UUID, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self.tick: Callable[[], None] = lambda: None
        """Called at each look: a sign of life."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        self._stop = stop
        every = self._settings.look_every
        await asyncio.gather(
            self._repeat(self._take_in, every),
            self._repeat(self._serve_due, every),
            self._repeat(self._forget, FORGET_EVERY),
        )
        if self._serving:
            await asyncio.wait(self._serving.values())

    async def _repeat(self, act: Callable[[], Awaitable[object]], every: float) -> None:
        while not self._stop.is_set():
            self.tick()
            try:
                await act()
            except (RedisError, OSError, DBAPIError) as error:
                if isinstance(error, DBAPIError) and not is_away(error):
                    raise
                log.warning("webhooks_put_off", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), every)

    async def _take_in(self) -> None:
        while not self._stop.is_set() and await self._intake.take_in():
            self.tick()

    async def _serve_due(self) -> None:
        """One task a receiver: one that is slow or dead holds up no other."""
        for webhook_id in await self._write(lambda tx: list_due(tx, datetime.now(UTC))):
            if webhook_id not in self._serving and len(self._serving) < self._settings.receivers:
                self._serving[webhook_id] = task = asyncio.create_task(self._serve(webhook_id))
                task.add_done_callback(lambda _, one=webhook_id: self._serving.pop(one, None))  # type: ignore[misc]

    async def _serve(self, webhook_id: UUID) -> None:
        """Send what is due to a receiver, until there is no more or something fails."""
        try:
            while not self._stop.is_set():
                hook, taken = await self._write(lambda tx: self._take(tx, webhook_id))
                if hook is None or not taken:
                    return
                done = await asyncio.gather(*(self._deliver(hook, one) for one in taken))
                if not all(done):
                    return
        except (OSError, DBAPIError) as error:
            # What was taken is free again after a while.
            log.warning("webhook_put_off", webhook=str(webhook_id), error=type(error).__name__)

    def _take(self, tx: Connection, webhook_id: UUID) -> tuple[Row[Any] | None, Sequence[Row[Any]]]:
        hook = find_active(tx, webhook_id)
        if hook is None:  # disabled or removed since the last look
            return None, ()
        now = datetime.now(UTC)
        until = now + timedelta(seconds=LEASE * self._settings.total_limit)
        return hook, take_deliveries(tx, webhook_id, now, until, self._settings.at_once)

    async def _deliver(self, hook: Row[Any], delivery: Row[Any]) -> bool:
        sent = await send(self._poster, hook, name_message(delivery.delivery_id), delivery.payload)
        why = await self._write(lambda tx: note(tx, delivery, sent, self._settings))
        told = log.info if sent.error is None else log.warning
        told(
            "webhook_told" if sent.error is None else "webhook_failed",
            webhook=str(hook.webhook_id),
            delivery=str(delivery.delivery_id),
            attempt=delivery.attempts,
            status=sent.status,
            error=sent.error,
        )
        if why:
            log.error("webhook_disabled", webhook=str(hook.webhook_id), why=why)
        return sent.error is None

    async def _forget(self) -> None:
        now, kept = datetime.now(UTC), timedelta(seconds=self._settings.keep)
        forgotten = FORGET_AT_ONCE
        while forgotten == FORGET_AT_ONCE:
            forgotten = await self._write(
                lambda tx: forget_deliveries(tx, now - kept, now - 4 * kept, FORGET_AT_ONCE)
            )

    async def _write(self, act: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._engine.begin() as tx:
                return act(tx)

        return await asyncio.to_thread(run)

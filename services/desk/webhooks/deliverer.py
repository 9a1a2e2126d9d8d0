"""Delivers: takes in what was found, sends what is due, forgets what is old. Any number may run."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from redis.asyncio import Redis
from sqlalchemy import Connection, Engine, Row

from services.desk.webhooks.delivery import Outcome, Sent, judge, note, send
from services.desk.webhooks.forgetting import forget
from services.desk.webhooks.intake import Intake
from services.desk.webhooks.messages import name_message
from services.desk.webhooks.metrics import ATTEMPTS, SECONDS, forget_measures, measure
from services.desk.webhooks.schedule import find_pause
from services.desk.webhooks.settings import WebhookSettings
from services.desk.webhooks.steady import Steady, is_expected
from services.fetching.posting import Poster
from services.kit.health import Health
from services.store.deliveries import list_due, note_failed, take_deliveries
from services.store.webhooks import find_active

T = TypeVar("T")
log = structlog.get_logger()

LEASE = 2.0
"""So many times a receiver's time to answer after it was taken, another may take a message."""
REST = 30.0
"""Seconds for which a process leaves a receiver alone that it could not serve by a fault of its own side."""
FORGET_EVERY, MEASURE_EVERY = 600.0, 15.0


class Deliverer:
    """What one process does; `run` ends with `stop`, when what is being sent has been answered."""

    def __init__(
        self, redis: "Redis", engine: Engine, settings: WebhookSettings, poster: Poster, health: Health
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._poster = poster
        self._health = health
        self._intake = Intake(redis, engine)
        self._serving: dict[UUID, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._steady = Steady(health, self._stop)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        self._stop, every = stop, self._settings.look_every
        self._steady = steady = Steady(self._health, stop)
        forget_measures()
        await asyncio.gather(
            steady.repeat("reading", self._take_in, every),
            steady.repeat("sending", self._serve_due, every),
            steady.repeat("forgetting", self._forget, FORGET_EVERY),
            steady.repeat("measuring", self._measure, MEASURE_EVERY),
        )
        if self._serving:
            await asyncio.wait(self._serving.values())

    async def _take_in(self) -> None:
        while not self._stop.is_set() and await self._intake.take_in():
            self._steady.tick()

    async def _serve_due(self) -> None:
        """One task a receiver: one that is slow or dead holds up no other."""
        for webhook_id in await self._write(lambda tx: list_due(tx, datetime.now(UTC))):
            if webhook_id not in self._serving and len(self._serving) < self._settings.receivers:
                self._serving[webhook_id] = task = asyncio.create_task(self._serve(webhook_id))
                task.add_done_callback(lambda _, one=webhook_id: self._serving.pop(one, None))  # type: ignore[misc]  # mypy: no lambda with defaults

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
        except Exception as error:  # a receiver's task ends only when it is done
            # What was taken is free again after a while. This task stays, so that none is begun meanwhile.
            told = log.warning if is_expected(error) else log.exception
            told("webhook_put_off", webhook=str(webhook_id), error=type(error).__name__)
            await self._steady.rest(self._settings.look_every if is_expected(error) else REST)

    def _take(self, tx: Connection, webhook_id: UUID) -> tuple[Row[Any] | None, Sequence[Row[Any]]]:
        hook = find_active(tx, webhook_id)
        if hook is None:  # disabled or removed since the last look
            return None, ()
        taken = take_deliveries(tx, webhook_id, datetime.now(UTC), self._find_lease, self._settings.at_once)
        return hook, [one for one in taken if not self._give_up(tx, one)]

    def _find_lease(self, attempt: int) -> timedelta:
        """How long nobody else may take it: what is never noted comes again as late as what fails."""
        answered = timedelta(seconds=LEASE * self._settings.total_limit)
        return max(answered, find_pause(self._settings.pauses, attempt, 0.5) or timedelta())

    def _give_up(self, tx: Connection, delivery: Row[Any]) -> bool:
        """Send no more what was taken as often as the schedule says, and never noted: it may kill."""
        if delivery.attempts <= len(self._settings.pauses) + 1:
            return False
        why = f"taken {delivery.attempts - 1} times, and never noted what became of it"
        note_failed(tx, delivery.delivery_id, delivery.status, why, None)
        ATTEMPTS.labels(Outcome.GIVEN_UP).inc()
        log.error("webhook_failed", delivery=str(delivery.delivery_id), error=why)
        return True

    async def _deliver(self, hook: Row[Any], delivery: Row[Any]) -> bool:
        """Send one message and note it; whatever fails is no exception. False: nothing more for now."""
        sent = await send(self._poster, hook, name_message(delivery.delivery_id), delivery.payload)
        SECONDS.observe(sent.seconds)
        try:
            return await self._note(hook, delivery, sent)
        except Exception as error:  # what cannot be noted ends by its lease
            told = log.warning if is_expected(error) else log.exception
            told("webhook_not_noted", delivery=str(delivery.delivery_id), error=type(error).__name__)
            return False

    async def _note(self, hook: Row[Any], delivery: Row[Any], sent: Sent) -> bool:
        try:
            why = await self._write(lambda tx: note(tx, delivery, sent, self._settings))
        except Exception as error:
            if is_expected(error):
                raise
            log.exception("webhook_not_noted", delivery=str(delivery.delivery_id))
            said = f"what became of it could not be noted ({type(error).__name__})"
            sent = Sent(sent.status, said, sent.seconds)
            why = await self._write(lambda tx: note(tx, delivery, sent, self._settings))
        self._tell(hook, delivery, sent, why)
        return sent.error is None

    def _tell(self, hook: Row[Any], delivery: Row[Any], sent: Sent, why: str | None) -> None:
        ATTEMPTS.labels(judge(sent, delivery.attempts, self._settings)).inc()
        (log.info if sent.error is None else log.warning)(
            "webhook_told" if sent.error is None else "webhook_failed",
            webhook=str(hook.webhook_id),
            delivery=str(delivery.delivery_id),
            attempt=delivery.attempts,
            status=sent.status,
            error=sent.error,
        )
        if why:
            log.error("webhook_disabled", webhook=str(hook.webhook_id), why=why)

    async def _forget(self) -> None:
        await forget(self._write, self._settings)

    async def _measure(self) -> None:
        await measure(self._write)

    async def _write(self, act: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._engine.begin() as tx:
                return act(tx)

        return await asyncio.to_thread(run)

"""The life of a worker process: start when the servers are there, renew, take over, release, leave."""

import asyncio
import contextlib
import gc
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.exceptions import RedisError
from sqlalchemy import Engine, text

from services.kit import metrics
from services.kit.computing import Hung
from services.kit.gate import Gate
from services.kit.health import Health, HealthServer
from services.kit.hop import Hop
from services.kit.lease import Lease, ensure_group
from services.kit.limit import DeadLimit
from services.kit.logs import configure_logs
from services.kit.presence import sign_in, sign_out
from services.kit.reach import REDIS_AWAY, open_redis
from services.kit.retries import delays
from services.kit.settings import Settings
from services.kit.stage import Stage
from services.kit.work import Delivery, Handler, describe
from services.store.engine import Patience, connect, is_away

log = structlog.get_logger()

CHECK_STORE_EVERY = 3.0
STORE_ANSWERS_WITHIN = 3.0
"""Seconds that the store may take to say that it is there: less than for work, so that silence shows soon."""
HUNG_EXIT = 75
"""Exit code of a worker whose document hung: its supervisor starts another."""
LEAVE_WITHIN = 3.0
"""Seconds that the loops may take to end by themselves: what they have in hand is given back in order."""


class Worker:
    """Everything that one process of a stage holds."""

    def __init__(self, handler: Handler[Any, Any], settings: Settings) -> None:
        row = handler.row
        self.row = row
        self.settings = settings
        self.consumer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self.claim_after = settings.claim_after or row.claim_after
        self.url = settings.redis_url.get_secret_value()
        self.redis = open_redis(self.url)
        database_url = settings.database_url.get_secret_value()
        self.patience = Patience(settings.store_limit)
        self.engine: Engine = connect(database_url, patience=self.patience)
        short = Patience(STORE_ANSWERS_WITHIN)
        self._asking = connect(database_url, pool_size=1, patience=short, connect_within=3)
        self.health = Health(tick_limit=max(10.0, self.claim_after), turn_limit=settings.turn_limit)
        self.health.lacks("model", "not loaded yet")
        self.health.lacks("redis", "not asked yet")
        self.health.lacks("store", "not asked yet")
        self.lease = Lease(self.redis, row, self.consumer, self.claim_after)
        limit = DeadLimit(settings.dead_run, settings.dead_ratio, settings.dead_window, settings.dead_least)
        self.gate = Gate(self.redis, row, self.consumer, self.health, limit, settings.try_every)
        self.stage = Stage(
            handler,
            self.engine,
            self.lease,
            Hop(self.redis, row.source, row.target, row.group),
            self.health,
            settings.max_message_bytes,
            settings.max_deliveries or row.max_deliveries,
            self.gate,
            settings.document_limit,
            self._end_hung,
        )
        self._loops: list[asyncio.Task[None]] = []
        self._reads: Callable[[], bool] = lambda: True
        self._leaving = asyncio.Event()
        self._stop_by = 0.0

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """The life of the worker, around the broker's: its health is served from first to last."""
        configure_logs(self.settings, stage=self.row.stage.value, worker=self.consumer)
        server = HealthServer(self.health, self.settings.health_host, self.settings.health_port)
        await server.start()
        # Asked for at each scrape: a value set by the heartbeat would stay when the heartbeat fails.
        metrics.READY.labels(self.row.stage).set_function(lambda: not self.health.ready)
        log.info("worker_starting", health=server.address)
        try:
            yield
        finally:
            await self._close()
            await server.stop()
            log.info("worker_stopped")

    async def prepare(self) -> None:
        """Load the model and wait for the servers; returns when work can be taken."""
        await self.stage.load()
        gc.freeze()  # what is loaded stays: no collection need look at it again
        self.health.lacks("model", None)
        await self._wait_for("store", _is_store_away, self._ask_store)
        await self._wait_for("redis", _is_redis_away, self._ask_redis)
        self._loops = [
            asyncio.create_task(self._repeat(self._beat, self.claim_after / 4)),
            asyncio.create_task(self._repeat(self._take_over, min(1.0, self.claim_after / 4))),
            asyncio.create_task(self._repeat(self._check_store, CHECK_STORE_EVERY)),
        ]
        log.info("worker_ready")

    def watch(self, reads: Callable[[], bool]) -> None:
        """Have `reads` tell whether the subscriber's read loop is still there."""
        self._reads = reads

    async def begin_to_stop(self) -> None:
        """Take no more work; what is in hand is finished if the grace period allows."""
        self.stage.stopping = True
        self._stop_by = self.patience.until = time.monotonic() + self.settings.grace
        self.health.lacks("stopping", "asked to stop")
        self.gate.leave()

    async def _end_hung(self, deliveries: Sequence[Delivery], error: Hung) -> None:
        """Leave the entries to others, who run them one at a time; a thread can only end with its process."""
        entries = [delivery.entry_id for delivery in deliveries]
        log.error("document_hung", stage=self.row.stage.value, entries=entries, error=str(error))
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(5.0):
                await self.lease.release(tried=entries)
                await sign_out(self.redis, self.row, self.consumer)
        os._exit(HUNG_EXIT)

    async def _take_over(self) -> None:
        """Entries of silent workers and those due for another try, one at a time."""
        while not self.stage.stopping:
            delivery = await self.stage.take_over(self.lease.take_over)
            if delivery is not None:
                metrics.REDELIVERIES.labels(self.row.stage).inc()
            elif self.lease.came_round:
                return

    async def _beat(self) -> None:
        await self.lease.renew()
        await self.gate.look()
        await sign_in(self.redis, self.row, self.consumer)
        self._note("redis", None)
        self.health.reading = self._reads()

    async def _check_store(self) -> None:
        """Keep /readyz true also while there is nothing to store."""
        try:
            await self._ask_store()
        except Exception as error:
            if not _is_store_away(error):
                raise
            self._note("store", error)
        else:
            self._note("store", None)

    def _note(self, what: str, error: Exception | None) -> None:
        """Keep /readyz true, and log when a server goes and when it comes back."""
        was_away = what in self.health.ready
        self.health.lacks(what, None if error is None else describe(error))
        if error is not None and not was_away:
            log.warning("server_away", server=what, error=describe(error))
        elif error is None and was_away:
            log.info("server_back", server=what)

    async def _repeat(self, act: Callable[[], Coroutine[Any, Any, None]], pause: float) -> None:
        """Do `act` again and again; a failure is logged and does not end it."""
        while not self._leaving.is_set():
            wait = pause
            try:
                await act()
            except (RedisError, OSError) as error:
                wait = self.claim_after / 4
                self._note("redis", error)
                log.warning("redis_failed", act=act.__name__.strip("_"), error=describe(error))
            except Exception:
                log.exception("loop_failed", act=act.__name__.strip("_"))
            self.health.ticked = time.monotonic()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), wait)

    async def _wait_for(
        self, what: str, away: Callable[[Exception], bool], ask: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Return as soon as `ask` does not raise; until then the reason stands in /readyz."""
        for delay in delays():
            try:
                await ask()
            except Exception as error:
                if not away(error):
                    raise
                self.health.lacks(what, describe(error))
                log.warning("server_away", server=what, error=describe(error), again_in=delay)
                self.health.ticked = time.monotonic()
                await asyncio.sleep(delay)
            else:
                self.health.lacks(what, None)
                return

    async def _ask_store(self) -> None:
        await asyncio.to_thread(self._look_for_tables)

    def _look_for_tables(self) -> None:
        with self._asking.connect() as connection:
            if connection.execute(text("select to_regclass('ledger')")).scalar() is None:
                raise LookupError("the store has no tables yet; run: copydesk topology apply")

    async def _ask_redis(self) -> None:
        await ensure_group(self.redis, self.row)

    async def _close(self) -> None:
        """Release what was not done, so that others take it at once, and leave."""
        await self.stage.drain(max(0.1, self._stop_by - time.monotonic()))
        self._leaving.set()
        if self._loops:
            _, late = await asyncio.wait(self._loops, timeout=LEAVE_WITHIN)
            for loop in late:
                loop.cancel()
        try:
            async with asyncio.timeout(LEAVE_WITHIN):
                released = await self.lease.release()
                await self.lease.retire()
                await sign_out(self.redis, self.row, self.consumer)
            log.info("released", entries=released)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("release_failed", error=describe(error))
        await self.redis.aclose()
        for engine in (self.engine, self._asking):
            await asyncio.to_thread(engine.dispose)


def _is_store_away(error: Exception) -> bool:
    return is_away(error) or isinstance(error, LookupError)


def _is_redis_away(error: Exception) -> bool:
    return isinstance(error, REDIS_AWAY)

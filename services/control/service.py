"""The control service: samples the lag, cuts streams, clears dead consumers, reconciles.

Any number may run; a lease in Redis lets one work at a time, and another takes over when it goes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError
from sqlalchemy import Engine

from services.control import exposition
from services.control.consumers import clear_consumers
from services.control.endings import LedgerReader
from services.control.lag import measure_lag
from services.control.observation import observe
from services.control.reconciliation import reconcile
from services.control.room import Limits
from services.control.settings import ControlSettings
from services.control.topology import apply_topology
from services.control.trimming import trim_streams
from services.kit.health import Health
from services.kit.work import describe
from services.store.engine import UNREACHABLE

log = structlog.get_logger()

LEASE = "copydesk.control"
LEASE_SECONDS = 15.0
SHOWN_FOR = 15.0
"""Seconds (or two samples' time, if that is longer) after which a measure is too old to be shown."""


@dataclass
class Duty:
    """Something to do every `every` seconds."""

    name: str
    every: float
    act: Callable[[], Awaitable[object]]
    due: float = field(default=0.0)


class Control:
    """The duties, done one after another by whoever holds the lease."""

    def __init__(
        self,
        redis: "Redis",
        engine: Engine,
        settings: ControlSettings,
        health: Health,
        limits: Limits | None = None,
    ) -> None:
        self._redis = redis
        self._engine = engine
        self._settings = settings
        self._health = health
        self._limits = limits or Limits()
        self._ledger = LedgerReader(engine)
        self._sampled = 0.0
        exposition.prepare()
        self._lease: Lock = redis.lock(LEASE, timeout=LEASE_SECONDS, blocking=False, thread_local=False)
        self._duties = [
            Duty("topology", settings.reconcile_every, self._repair_topology),
            Duty("sample", settings.sample_every, self._sample),
            Duty("endings", settings.sample_every, self._read_ledger),
            Duty("trim", settings.trim_every, self._trim),
            Duty("consumers", settings.trim_every, self._clear),
            Duty("reconcile", settings.reconcile_every, self._reconcile),
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        watching = asyncio.create_task(self._watch_age())
        try:
            await self._work(stop)
        finally:
            watching.cancel()
        self._withdraw()
        await self._leave()

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._health.ticked = time.monotonic()
            try:
                await self._turn()
                self._health.lacks("servers", None)
            except (RedisError, OSError, *UNREACHABLE) as error:
                if not isinstance(error, UNREACHABLE):
                    self._withdraw()
                self._health.lacks("servers", describe(error))
                log.warning("control_failed", error=describe(error))
            await _wait(stop, min(1.0, self._settings.sample_every / 2))

    async def _turn(self) -> None:
        if not await self._hold():
            self._withdraw()
            return
        for duty in self._duties:
            if time.monotonic() >= duty.due:
                duty.due = time.monotonic() + duty.every
                await duty.act()
                if not await self._hold():
                    self._withdraw()
                    return

    async def _watch_age(self) -> None:
        """Withdraw what is shown where a duty takes so long that it is no longer true."""
        limit = max(SHOWN_FOR, 2 * self._settings.sample_every)
        while True:
            await asyncio.sleep(limit / 15)
            if time.monotonic() - self._sampled > limit:
                exposition.withdraw()

    def _withdraw(self) -> None:
        """Say nothing of what another measures now, or nobody can."""
        exposition.withdraw()
        self._ledger.restart()

    async def _hold(self) -> bool:
        """Take or renew the lease; False while another holds it."""
        try:
            if await self._lease.owned():
                await self._lease.reacquire()
                return True
            return bool(await self._lease.acquire())
        except LockError:
            return False

    async def _leave(self) -> None:
        try:
            if await self._lease.owned():
                await self._lease.release()
        except (RedisError, OSError) as error:
            log.warning("lease_not_released", error=describe(error))

    async def _repair_topology(self) -> None:
        """An emptied Redis has no groups: make them, so that nothing is read past."""
        made = await apply_topology(self._redis, self._engine)
        if made:
            log.warning("groups_made", groups=made)

    async def _sample(self) -> None:
        statuses = await measure_lag(self._redis, self._engine)
        seen = await observe(self._redis)
        self._sampled = time.monotonic()
        exposition.show_statuses(statuses, time.time())
        exposition.show_observation(seen, statuses, self._limits)

    async def _read_ledger(self) -> None:
        exposition.count_endings(await asyncio.to_thread(self._ledger.read))

    async def _trim(self) -> None:
        exposition.count_trimmed(await trim_streams(self._redis, self._settings.retention))

    async def _clear(self) -> None:
        cleared = await clear_consumers(self._redis)
        if cleared:
            log.info("dead_consumers_cleared", consumers=cleared)

    async def _reconcile(self) -> None:
        exposition.count_reconciled(await reconcile(self._redis, self._engine, self._settings.patience))


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return

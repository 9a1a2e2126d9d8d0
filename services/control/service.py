"""The control service: samples the lag, cuts streams, clears dead consumers, reconciles.

Any number may run; a lease in Redis lets one work at a time, and another takes over when it goes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from services.control import gauges
from services.control.consumers import clear_consumers
from services.control.lag import measure_lag
from services.control.reconciliation import reconcile
from services.control.settings import ControlSettings
from services.control.tenure import LeaseLost, Tenure
from services.control.topology import apply_topology
from services.control.trimming import trim_streams
from services.kit.health import Health
from services.kit.work import describe
from services.store.engine import is_away

log = structlog.get_logger()

AGAIN_AFTER = 5.0
"""Seconds after which a duty that failed is tried again, where it is not due sooner."""
LEAVE_WITHIN = 5.0
"""Seconds that a duty in hand may take to end when the service stops; then it is cancelled."""


@dataclass
class Duty:
    """Something to do every `every` seconds."""

    name: str
    every: float
    act: Callable[[], Awaitable[object]]
    due: float = field(default=0.0)


class Control:
    """The duties, done one after another by whoever holds the lease."""

    def __init__(self, redis: "Redis", engine: Engine, settings: ControlSettings, health: Health) -> None:
        self._redis = redis
        self._engine = engine
        self._settings = settings
        self._health = health
        self._tenure = Tenure(redis)
        self._duties = [
            Duty("topology", settings.reconcile_every, self._repair_topology),
            Duty("sample", settings.sample_every, self._sample),
            Duty("trim", settings.trim_every, self._trim),
            Duty("consumers", settings.trim_every, self._clear),
            Duty("reconcile", settings.reconcile_every, self._reconcile),
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is in hand then has a few seconds to end."""
        work = asyncio.create_task(self._work(stop))
        try:
            await stop.wait()
            await asyncio.wait({work}, timeout=LEAVE_WITHIN)
        finally:
            work.cancel()
            await asyncio.wait({work})
        await self._tenure.leave()

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._health.ticked = time.monotonic()
            await self._survive("lease", self._turn)
            await _wait(stop, min(1.0, self._settings.sample_every / 2))

    async def _turn(self) -> None:
        """Each duty that is due; one that fails keeps no other from being done."""
        for duty in self._duties:
            if not await self._tenure.hold():
                self._forget_failures()
                return
            if time.monotonic() >= duty.due:
                done = await self._survive(duty.name, lambda: self._tenure.perform(duty.act))  # noqa: B023
                duty.due = time.monotonic() + (duty.every if done else min(duty.every, AGAIN_AFTER))
                self._health.ticked = time.monotonic()

    def _forget_failures(self) -> None:
        """Another does the duties now, and knows which fail."""
        for duty in self._duties:
            self._health.lacks(duty.name, None)

    async def _survive(self, what: str, act: Callable[[], Awaitable[object]]) -> bool:
        """Do `act`; where it fails, say so once in the log and in /readyz, and return False."""
        try:
            await act()
        except Exception as error:
            said = self._health.ready.get(what) == describe(error)
            self._health.lacks(what, describe(error))
            if not is_away(error) and not isinstance(error, (RedisError, OSError, LeaseLost)):
                log.exception("control_failed", duty=what)
            elif not said:
                log.warning("control_failed", duty=what, error=describe(error))
            return False
        self._health.lacks(what, None)
        return True

    async def _repair_topology(self) -> None:
        """An emptied Redis has no groups: make them, so that nothing is read past."""
        made = await apply_topology(self._redis, self._engine)
        if made:
            log.warning("groups_made", groups=made)

    async def _sample(self) -> None:
        gauges.show_statuses(await measure_lag(self._redis, self._engine))

    async def _trim(self) -> None:
        gauges.count_trimmed(await trim_streams(self._redis, self._settings.retention))

    async def _clear(self) -> None:
        cleared = await clear_consumers(self._redis)
        if cleared:
            log.info("dead_consumers_cleared", consumers=cleared)

    async def _reconcile(self) -> None:
        gauges.count_reconciled(await reconcile(self._redis, self._engine, self._settings.patience))


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return

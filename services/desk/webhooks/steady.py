"""Work that is done again and again: whatever fails is said, waited for and tried again."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from services.kit.health import Health
from services.kit.reach import REDIS_AWAY
from services.store.engine import is_away

log = structlog.get_logger()
LONGEST_PAUSE = 10.0
"""Seconds after which work that failed is tried again at the latest."""


def is_expected(error: Exception) -> bool:
    """Whether a server is away or ill: what any process has to wait for."""
    return is_away(error) or isinstance(error, REDIS_AWAY)


def name_culprit(error: Exception) -> str:
    """Which server an error is from; `work` where it is from none."""
    if isinstance(error, SQLAlchemyError):
        return "store"
    return "redis" if isinstance(error, RedisError | OSError) else "work"


class Steady:
    """Repeats work until `stop` is set. What lacks stands in `health` until the work succeeds again."""

    def __init__(self, health: Health, stop: asyncio.Event) -> None:
        self._health = health
        self._stop = stop
        self._lacking: dict[str, tuple[str, str]] = {}

    async def repeat(self, name: str, act: Callable[[], Awaitable[object]], every: float) -> None:
        """Do `act`, and again after `every` seconds; `name` is what the log calls it."""
        failures = 0
        while not self._stop.is_set():
            self.tick()
            try:
                await act()
            except Exception as error:  # the process outlives whatever the servers say
                failures += 1
                self._note_failure(name, error)
            else:
                failures = 0
                self._note_success(name)
            await self.rest(min(every * 2 ** min(failures, 10), LONGEST_PAUSE) if failures else every)

    def tick(self) -> None:
        """Give a sign of life."""
        self._health.ticked = time.monotonic()

    async def rest(self, seconds: float) -> None:
        """Wait, but not longer than until the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def _note_failure(self, name: str, error: Exception) -> None:
        now_lacking = name_culprit(error), type(error).__name__
        if self._lacking.get(name) != now_lacking:  # once, not at each try
            # What nobody expected is told with its traceback.
            (log.warning if is_expected(error) else log.exception)(
                "webhooks_put_off", work=name, lacks=now_lacking[0], error=now_lacking[1]
            )
        self._lacking[name] = now_lacking
        self._tell()

    def _note_success(self, name: str) -> None:
        if self._lacking.pop(name, None):
            log.info("webhooks_go_on", work=name)
            self._tell()

    def _tell(self) -> None:
        reasons = {lacks: f"{name}: {error}" for name, (lacks, error) in self._lacking.items()}
        for server in ("redis", "store", "work"):
            self._health.lacks(server, reasons.get(server))

"""The gate before a stage's turns: shut for all its workers when too much ends dead.

The key `copydesk.held.<stage>` says that it is shut, why and since when. It opens when the key is gone,
which `copydesk resume` does by hand and a worker does after a single entry that ended well.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas import StageRow
from services.kit import metrics
from services.kit.health import Health
from services.kit.limit import DeadLimit, DeadWindow
from services.kit.presence import server_time

log = structlog.get_logger()


def held_key(row: StageRow) -> str:
    """Key that holds a stage: JSON with `reason`, `since` (seconds since the epoch) and `worker`."""
    return f"copydesk.held.{row.stage}"


async def find_hold(redis: "Redis", row: StageRow) -> dict[str, Any] | None:
    """Why and since when the stage is held; None where it is not."""
    said = await redis.get(held_key(row))
    if said is None:
        return None
    try:
        return dict(json.loads(said))
    except (ValueError, TypeError):
        return {"reason": "held by hand"}


async def resume(redis: "Redis", row: StageRow) -> bool:
    """Let the stage go on; False where it was not held."""
    return bool(await redis.delete(held_key(row)))


class Gate:
    """One worker's view of whether its stage may take work."""

    def __init__(
        self, redis: "Redis", row: StageRow, worker: str, health: Health, limit: DeadLimit, try_every: float
    ) -> None:
        self._redis = redis
        self._row = row
        self._worker = worker
        self._health = health
        self._window = DeadWindow(limit)
        self._try_every = try_every
        self._next_try = 0.0
        self._untold = False
        self._shut_times = 0
        self._opened = asyncio.Event()
        self._opened.set()
        self._trying = asyncio.Lock()

    @property
    def held(self) -> bool:
        """Whether turns wait."""
        return not self._opened.is_set()

    @contextlib.asynccontextmanager
    async def passing(self) -> AsyncIterator[bool]:
        """Wait for leave to take work; gives True where it is for a single entry, as a try."""
        if not self.held:
            yield False
            return
        async with self._trying:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, self._next_try - time.monotonic())):
                    await self._opened.wait()
            self._next_try = time.monotonic() + self._try_every
            yield self.held

    def leave(self) -> None:
        """Let all who wait go, because the worker stops; they find it stopping."""
        self._opened.set()

    async def note(self, dead: list[bool], tried: bool) -> None:
        """Take in how a turn ended. A try that ended well opens the gate for all."""
        for one in dead:
            self._window.note(one)
        if tried and dead and not any(dead):
            await self._reopen()
        elif not self.held and (excess := self._window.find_excess()):
            self._shut(excess)
            self._untold = True
            await self._tell(excess)

    async def look(self) -> None:
        """Take over what the stage's key says; raises RedisError where it cannot be read.

        An answer from before the stage was held, and before that was told, opens nothing.
        """
        known = self._shut_times if self.held and not self._untold else None
        hold = await find_hold(self._redis, self._row)
        if hold is not None:
            self._untold = False
            if not self.held:
                self._shut(str(hold.get("reason")))
        elif self.held and self._untold:
            await self._tell(self._health.ready.get("held", ""))
        elif self.held and self._shut_times == known:
            self._open()

    async def _tell(self, reason: str) -> None:
        """Have the other workers hold too; where Redis cannot be told now, `look` does it later."""
        try:
            since = await server_time(self._redis)
            said = json.dumps({"reason": reason, "since": since, "worker": self._worker})
            await self._redis.set(held_key(self._row), said, nx=True)
            self._untold = False
        except (RedisError, OSError) as error:
            log.warning("hold_not_told", error=str(error))

    async def _reopen(self) -> None:
        self._untold = False
        try:
            await resume(self._redis, self._row)
        except (RedisError, OSError) as error:
            log.warning("resume_not_told", error=str(error))
            return
        self._open()

    def _shut(self, reason: str) -> None:
        self._opened.clear()
        self._shut_times += 1
        self._next_try = time.monotonic() + self._try_every
        self._health.lacks("held", reason)
        metrics.HELD.labels(self._row.stage).set(1)
        log.error(
            "dead_letter_limit",
            stage=self._row.stage.value,
            reason=reason,
            release=f"copydesk resume {self._row.stage}",
        )

    def _open(self) -> None:
        self._window.clear()
        self._health.lacks("held", None)
        metrics.HELD.labels(self._row.stage).set(0)
        log.info("goes_on", stage=self._row.stage.value)
        self._opened.set()

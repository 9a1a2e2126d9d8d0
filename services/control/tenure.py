"""Which of several control services works: the one that holds the lease, and only while it does."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from services.kit.work import describe

log = structlog.get_logger()

LEASE = "copydesk.control"
LEASE_SECONDS = 15.0


class LeaseLost(Exception):
    """Another may work now."""


class Tenure:
    """One service's hold on the lease."""

    def __init__(self, redis: "Redis") -> None:
        self._lease: Lock = redis.lock(LEASE, timeout=LEASE_SECONDS, blocking=False, thread_local=False)
        self._asking = asyncio.Lock()
        self._until = 0.0

    @property
    def is_ours(self) -> bool:
        """Whether nobody else can hold the lease now, also where Redis cannot be asked."""
        return time.monotonic() < self._until

    async def hold(self) -> bool:
        """Take or renew the lease; False while another holds it."""
        async with self._asking:
            asked = time.monotonic()
            try:
                owned = await self._lease.owned()
                held = await (self._lease.reacquire() if owned else self._lease.acquire())
            except LockError:
                held = False
            self._until = asked + LEASE_SECONDS if held else 0.0
        return held

    async def perform(self, act: Callable[[], Awaitable[object]]) -> None:
        """Do `act`, however long it takes, and keep the lease meanwhile.

        Where it cannot be kept, `act` is cancelled: LeaseLost, or what Redis raised.
        """
        work = asyncio.ensure_future(act())
        try:
            while not (await asyncio.wait({work}, timeout=LEASE_SECONDS / 3))[0]:
                await self._renew()
        finally:
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
        await work

    async def _renew(self) -> None:
        if not await self.hold():
            raise LeaseLost("the lease was lost while a duty was done")

    async def leave(self) -> None:
        """Let another take over at once."""
        self._until = 0.0
        try:
            if await self._lease.owned():
                await self._lease.release()
        except (RedisError, OSError) as error:
            log.warning("lease_not_released", error=describe(error))

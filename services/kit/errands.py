"""What entries need from outside the house is fetched beside the turns: a slow host keeps nobody waiting.

While it is fetched, the entry stays this worker's: renewed, and given back when the worker stops.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from redis.exceptions import RedisError

from schemas import Skipped
from services.kit import metrics
from services.kit.lease import Lease
from services.kit.work import Delivery, Job, NotYet, describe

log = structlog.get_logger()


class Errands:
    """The fetches under way, `most` at once; what they bring is taken as a turn of its own."""

    def __init__(
        self,
        stage: str,
        lease: Lease,
        take: Callable[[Sequence[Delivery]], Awaitable[None]],
        most: int,
    ) -> None:
        self._stage = stage
        self._lease = lease
        self._take = take
        self._most = most
        self._under_way: set[asyncio.Task[None]] = set()
        self._taking: set[asyncio.Task[None] | None] = set()

    async def room(self) -> None:
        """Return when another may be sent; until then no more is read."""
        while len(self._under_way) >= self._most:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    def send(self, delivery: Delivery, fetching: Awaitable[Job[Any] | Skipped]) -> None:
        """Have `fetching` done for an entry."""
        task = asyncio.create_task(self._run(delivery, fetching))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        metrics.FETCHING.labels(self._stage).inc()
        task.add_done_callback(lambda _: metrics.FETCHING.labels(self._stage).dec())

    async def stop(self) -> None:
        """End what is still fetched; its entries stay pending."""
        under_way = list(self._under_way - self._taking)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _run(self, delivery: Delivery, fetching: Awaitable[Job[Any] | Skipped]) -> None:
        with self._lease.hold([delivery.entry_id]):
            try:
                fetched: Job[Any] | Skipped | Exception = await fetching
            except NotYet as error:
                await self._put_off(delivery, error)
                return
            except Exception as error:
                fetched = error
            this = asyncio.current_task()
            self._taking.add(this)
            try:
                await self._take([delivery._replace(fetched=fetched)])
            finally:
                self._taking.discard(this)

    async def _put_off(self, delivery: Delivery, error: NotYet) -> None:
        try:
            await self._lease.postpone(delivery, error.seconds)
        except (RedisError, OSError) as away:
            log.warning("put_off_failed", stage=self._stage, entry=delivery.entry_id, error=describe(away))

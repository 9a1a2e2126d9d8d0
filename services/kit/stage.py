"""A stage's turn: open, compute, store, hand on. Each delivery ends in exactly one counted outcome."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from redis.exceptions import RedisError
from sqlalchemy import Engine

from schemas import Outcome, Skipped
from services.kit import metrics, wire
from services.kit.bookkeeping import commit, recall
from services.kit.computing import ComputingThread, Hung, contain
from services.kit.errands import Errands
from services.kit.gate import Gate
from services.kit.health import Health
from services.kit.hop import Hop
from services.kit.lease import Lease
from services.kit.opening import Opening
from services.kit.reach import REDIS_AWAY
from services.kit.retries import delays
from services.kit.tally import count_ends, count_failure
from services.kit.tracing import trace_steps
from services.kit.work import Delivery, End, Handler, Job, Process, describe, judge
from services.store.engine import is_away

log = structlog.get_logger()
T = TypeVar("T")

NEIGHBOUR = 0.1
"""Part of the limit that each further document of a batch adds to it."""


class Stopping(Exception):
    """The worker is asked to stop: what is not stored yet is left to others."""


class Stage:
    """Runs a handler's turns, one at a time."""

    def __init__(
        self,
        handler: Handler[Any, Any],
        engine: Engine,
        lease: Lease,
        hop: Hop,
        health: Health,
        max_message_bytes: int,
        max_deliveries: int,
        gate: Gate,
        document_limit: float,
        end_hung: Callable[[Sequence[Delivery], Hung], Awaitable[None]],
    ) -> None:
        self._handler = handler
        self._engine = engine
        self._lease = lease
        self._hop = hop
        self._health = health
        self._opening = Opening(handler.row.consumes, max_message_bytes, max_deliveries)
        self._max_deliveries = max_deliveries
        self._gate = gate
        self._document_limit = document_limit
        self._end_hung = end_hung
        self._computing = ComputingThread()
        self._name = handler.row.stage.value
        self._errands = Errands(self._name, lease, self.take, handler.most_fetches)
        self._turns = asyncio.Lock()
        self._process: Process[Any, Any] | None = None
        self.stopping = False

    async def load(self) -> None:
        """Load what the handler needs, off the event loop."""
        self._process = await self._computing.run(self._handler.load)

    async def take(self, deliveries: Sequence[Delivery]) -> None:
        """One turn, or while the stage is held, now and then a turn of one entry.

        Never raises: what could not be ended stays pending, and is taken over later.
        """
        waiting = list(deliveries)
        if not any(delivery.fetched for delivery in deliveries):
            await self._errands.room()
        with self._lease.hold([delivery.entry_id for delivery in deliveries]):
            while waiting:
                async with self._gate.passing() as tried, self._turns:
                    part = waiting[:1] if tried else waiting
                    waiting = waiting[len(part) :]
                    await self._take_turn(part, tried)

    async def take_over(self, claim: Callable[[], Awaitable[Delivery | None]]) -> Delivery | None:
        """A turn of the one entry that `claim` gives, if it gives any.

        It is claimed when its turn has come: claimed before, it would count a delivery each time that a batch
        before it ends the worker, and might be given up for what others did.
        """
        if not self._gate.held:
            async with self._turns:
                delivery = None if self.stopping else await claim()
                if delivery is not None:
                    with self._lease.hold([delivery.entry_id]):
                        await self._take_turn([delivery], tried=False)
                return delivery
        delivery = await claim()
        if delivery is not None:
            await self.take([delivery])
        return delivery

    async def _take_turn(self, deliveries: Sequence[Delivery], tried: bool) -> None:
        self._health.turn_began = time.monotonic()
        try:
            ends = await self._turn(deliveries)
            await self._gate.note([end.outcome is Outcome.DEAD for end in ends], tried)
        except Stopping:
            log.info("turn_left_to_others", stage=self._name, entries=len(deliveries))
        except Hung as error:
            await self._end_hung(deliveries, error)
        except asyncio.CancelledError:
            # Let out, it would end the reading for good; let out it must be where it is meant for this task.
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            log.exception("turn_failed", stage=self._name, entries=len(deliveries))
        except Exception:
            log.exception("turn_failed", stage=self._name, entries=len(deliveries))
        finally:
            self._health.turn_began = None

    async def drain(self, grace: float) -> None:
        """Wait for the turn in hand, at most `grace` seconds."""
        self.stopping = True
        await self._errands.stop()
        if self._handler.close is not None:
            await self._handler.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace), self._turns:
                pass
        self._computing.close()

    async def _turn(self, deliveries: Sequence[Delivery]) -> list[End]:
        if self.stopping:
            raise Stopping
        metrics.BATCH.labels(self._name).observe(len(deliveries))
        now = datetime.now(UTC)
        opened = [(delivery, self._opening.open(delivery, now)) for delivery in deliveries]
        ends = [result for _, result in opened if isinstance(result, End)]
        jobs = [(delivery, job) for delivery, job in opened if isinstance(job, Job)]
        whole = [pair for pair in jobs if not self._sent_out(*pair)]
        for delivery, job, result in await self._results(whole):
            end = judge(delivery, job, result, self._max_deliveries)
            if end is None:
                await self._postpone(delivery, job, result)
            else:
                ends.append(end)
        return await self._finish(ends)

    async def _recall(self, jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
        read = partial(recall, self._engine, self._handler, jobs)
        return await self._patiently("store", is_away, lambda: asyncio.to_thread(read))

    def _sent_out(self, delivery: Delivery, job: Job[Any]) -> bool:
        """Whether something is fetched for the job now: it will come again with that."""
        fetch = self._handler.fetch
        if fetch is None or delivery.fetched is not None or (fetching := fetch(job)) is None:
            return False
        self._errands.send(delivery, fetching)
        return True

    async def _results(
        self, jobs: Sequence[tuple[Delivery, Job[Any]]]
    ) -> Sequence[tuple[Delivery, Job[Any], Any]]:
        """Each job, with what was fetched for it, and its result; a failed fetch is the result itself."""
        missing = [
            (*pair, pair[0].fetched) for pair in jobs if isinstance(pair[0].fetched, Skipped | Exception)
        ]
        whole = [
            (delivery, delivery.fetched or job)
            for delivery, job in jobs
            if not isinstance(delivery.fetched, Skipped | Exception)
        ]
        recalled = await self._recall([job for _, job in whole])
        results = await self._timed("compute", self._computed(recalled))
        done = zip(whole, recalled, results, strict=True)
        return missing + [(delivery, job, result) for (delivery, _), job, result in done]

    async def _computed(self, jobs: Sequence[Job[Any]]) -> Sequence[Any]:
        if not jobs:
            return []
        # One document may hang, the others are quick: a limit for each would let a batch of 64 hang for an
        # hour, long after /livez has given the worker up.
        limit = self._document_limit * (1 + (len(jobs) - 1) * NEIGHBOUR)
        return await self._computing.run(lambda: self._compute(jobs), limit)

    def _compute(self, jobs: Sequence[Job[Any]]) -> Sequence[Any]:
        """The pure computation over the batch; where it fails as a whole, over each job by itself."""
        if self._process is None:
            raise RuntimeError("load() comes before the first turn")
        try:
            results = self._process(jobs)
            if len(results) == len(jobs):
                return results
            raise RuntimeError(f"{len(results)} results for {len(jobs)} jobs")
        except BaseException as error:
            if len(jobs) == 1:
                return [contain(error)]
            return [self._compute([job])[0] for job in jobs]

    async def _finish(self, ends: Sequence[End]) -> list[End]:
        """Store the ends, then acknowledge and hand on."""
        stored = await self._timed("store", self._store(ends))
        await self._timed("hop", self._hand_on(stored))
        count_ends(self._name, stored)
        return stored

    async def _store(self, ends: Sequence[End]) -> list[End]:
        """Commit all in one transaction; where that fails for a reason of its own, each by itself."""
        if not ends:
            return []
        try:
            return await self._patiently("store", is_away, lambda: self._commit(ends))
        except Stopping:
            raise
        except Exception as error:
            if len(ends) > 1:
                return [stored for end in ends for stored in await self._store([end])]
            return await self._fail(ends[0], error)

    async def _commit(self, ends: Sequence[End]) -> list[End]:
        worker = self._lease.consumer
        return await asyncio.to_thread(commit, self._engine, self._handler, ends, worker)

    async def _fail(self, end: End, error: Exception) -> list[End]:
        """A result that the store refuses counts as a failure of its job."""
        if end.job is None or end.outcome is Outcome.DEAD:
            raise error
        failed = judge(end.delivery, end.job, error, self._max_deliveries)
        if failed is not None:
            return await self._store([failed])
        await self._postpone(end.delivery, end.job, error)
        return []

    async def _hand_on(self, ends: Sequence[End]) -> None:
        if not ends:
            return
        step = trace_steps(f"copydesk.{self._name}")
        pairs = [(end.delivery.entry_id, _seal(end, step)) for end in ends]
        # Whatever Redis says, it is not the documents' fault: their results are stored.
        await self._patiently("redis", _is_redis_error, lambda: self._hop(pairs))

    async def _postpone(self, delivery: Delivery, job: Job[Any], error: object) -> None:
        count_failure(self._name, delivery, job, error)
        await self._patiently("redis", _is_redis_away, lambda: self._lease.postpone(delivery))

    async def _patiently(
        self, what: str, away: Callable[[Exception], bool], act: Callable[[], Awaitable[T]]
    ) -> T:
        """Do `act` as soon as the server is there; says so in the log and in /readyz while it is away."""
        for delay in delays():
            try:
                result = await act()
            except Exception as error:
                if not away(error):
                    raise
                if self.stopping:
                    raise Stopping from error
                self._health.lacks(what, describe(error))
                log.warning("server_away", server=what, error=describe(error), again_in=delay)
                await asyncio.sleep(delay)
                # Waiting for a server is no hanging turn: another process would wait too.
                self._health.turn_began = time.monotonic()
            else:
                self._health.lacks(what, None)
                return result
        raise AssertionError("delays have no end")

    async def _timed(self, part: str, act: Awaitable[T]) -> T:
        began = time.perf_counter()
        try:
            return await act
        finally:
            metrics.TURN.labels(self._name, part).observe(time.perf_counter() - began)


def _seal(end: End, step: Callable[[str | None], str]) -> bytes | None:
    """The bytes of the result, with the trace carried on."""
    if end.message is None or end.outcome is not Outcome.DONE:
        return None
    return wire.encode_in_trace(end.message, step(end.message.traceparent))


def _is_redis_away(error: Exception) -> bool:
    return isinstance(error, REDIS_AWAY)


def _is_redis_error(error: Exception) -> bool:
    return isinstance(error, (RedisError, OSError))

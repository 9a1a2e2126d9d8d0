"""A stage's turn: open, compute, store, hand on. Each delivery ends in exactly one counted outcome."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy import Engine

from schemas import Outcome, Skipped, Unprocessable
from services.kit import metrics, wire
from services.kit.bookkeeping import commit
from services.kit.computing import ComputingThread, Hung
from services.kit.errands import Errands
from services.kit.gate import Gate
from services.kit.health import Health
from services.kit.hop import Hop
from services.kit.lease import Lease
from services.kit.retries import delays
from services.kit.tracing import trace_step
from services.kit.work import Delivery, End, Handler, Job, Process, describe, judge
from services.store.engine import UNREACHABLE

log = structlog.get_logger()
T = TypeVar("T")

REDIS_AWAY = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError, OSError)
"""Not there, or too full to begin (a hop that has acknowledged is let through even then)."""


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
        self._max_message_bytes = max_message_bytes
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

    async def _take_turn(self, deliveries: Sequence[Delivery], tried: bool) -> None:
        self._health.turn_began = time.monotonic()
        try:
            ends = await self._turn(deliveries)
            await self._gate.note([end.outcome is Outcome.DEAD for end in ends], tried)
        except Stopping:
            log.info("turn_left_to_others", stage=self._name, entries=len(deliveries))
        except Hung as error:
            await self._end_hung(deliveries, error)
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
        opened = [(delivery, self._open(delivery, now)) for delivery in deliveries]
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

    def _open(self, delivery: Delivery, now: datetime) -> Job[Any] | End:
        """The job in a delivery, or its end where it holds none or has been delivered too often."""
        # A publisher may choose ids itself: one from the far future counts as queued now.
        moment = min(wire.entry_moment(delivery.entry_id), now.timestamp())
        queued_at = datetime.fromtimestamp(moment, UTC)
        try:
            body = wire.take_body(delivery.fields, self._max_message_bytes)
            message = wire.decode(body, self._handler.row.consumes)
        except Unprocessable as error:
            return End(delivery, Outcome.DEAD, reason=error.reason)
        job = Job(message, delivery.entry_id, delivery.attempt, queued_at, now)
        if delivery.attempt <= self._max_deliveries:
            return job
        reason = f"given up after {self._max_deliveries} deliveries: the worker ended or hung each time"
        return End(delivery, Outcome.DEAD, job, reason=reason)

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
        results = await self._timed("compute", self._computed([job for _, job in whole]))
        return missing + [(*pair, result) for pair, result in zip(whole, results, strict=True)]

    async def _computed(self, jobs: Sequence[Job[Any]]) -> Sequence[Any]:
        if not jobs:
            return []
        return await self._computing.run(lambda: self._compute(jobs), self._document_limit * len(jobs))

    def _compute(self, jobs: Sequence[Job[Any]]) -> Sequence[Any]:
        """The pure computation over the batch; where it fails as a whole, over each job by itself."""
        if self._process is None:
            raise RuntimeError("load() comes before the first turn")
        try:
            results = self._process(jobs)
            if len(results) == len(jobs):
                return results
            raise RuntimeError(f"{len(results)} results for {len(jobs)} jobs")
        except Exception as error:
            if len(jobs) == 1:
                return [error]
            return [self._compute([job])[0] for job in jobs]

    async def _finish(self, ends: Sequence[End]) -> list[End]:
        """Store the ends, then acknowledge and hand on."""
        stored = await self._timed("store", self._store(ends))
        await self._timed("hop", self._hand_on(stored))
        for end in stored:
            metrics.MESSAGES.labels(self._name, end.outcome).inc()
            if end.outcome is Outcome.DEAD:
                log.warning(
                    "dead_letter",
                    stage=self._name,
                    entry=end.delivery.entry_id,
                    reason=end.reason,
                    attempts=end.delivery.attempt,
                )
            if end.message is not None:
                waited = datetime.now(UTC) - end.message.submitted_at
                metrics.END_TO_END.labels(self._name).observe(max(0.0, waited.total_seconds()))
        return stored

    async def _store(self, ends: Sequence[End]) -> list[End]:
        """Commit all in one transaction; where that fails for a reason of its own, each by itself."""
        if not ends:
            return []
        try:
            return await self._patiently("store", UNREACHABLE, lambda: self._commit(ends))
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
        pairs = [(end.delivery.entry_id, self._seal(end)) for end in ends]
        await self._patiently("redis", REDIS_AWAY, lambda: self._hop(pairs))

    def _seal(self, end: End) -> bytes | None:
        """The bytes of the result, with the trace carried on."""
        if end.message is None or end.outcome is not Outcome.DONE:
            return None
        with trace_step(f"copydesk.{self._name}", end.message.traceparent) as traceparent:
            return wire.encode(end.message.model_copy(update={"traceparent": traceparent or None}))

    async def _postpone(self, delivery: Delivery, job: Job[Any], error: object) -> None:
        metrics.FAILURES.labels(self._name).inc()
        log.warning(
            "attempt_failed",
            stage=self._name,
            entry=delivery.entry_id,
            attempt=delivery.attempt,
            error=describe(error),
            trace=job.message.traceparent,
        )
        await self._lease.postpone(delivery)

    async def _patiently(
        self, what: str, away: tuple[type[Exception], ...], act: Callable[[], Awaitable[T]]
    ) -> T:
        """Do `act` as soon as the server is there; says so in the log and in /readyz while it is away."""
        for delay in delays():
            try:
                result = await act()
            except away as error:
                if self.stopping:
                    raise Stopping from error
                self._health.lacks(what, describe(error))
                log.warning("server_away", server=what, error=describe(error), again_in=delay)
                await asyncio.sleep(delay)
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

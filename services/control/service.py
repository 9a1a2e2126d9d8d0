"""The control service: samples the lag, cuts streams, clears dead consumers, reconciles.

Any number may run; a lease in Redis lets one work at a time, and another takes over when it goes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from services.control import exposition, history
from services.control.consumers import clear_consumers
from services.control.endings import LedgerReader
from services.control.lag import measure_lag
from services.control.observation import observe
from services.control.reconciliation import reconcile
from services.control.room import Limits
from services.control.settings import ControlSettings
from services.control.status import Status
from services.control.tenure import LeaseLost, Tenure
from services.control.topology import apply_topology
from services.control.trimming import trim_streams
from services.kit.health import Health
from services.kit.work import describe
from services.store.engine import is_away
from services.store.wordings import count_unsettled

log = structlog.get_logger()

AGAIN_AFTER = 5.0
"""Seconds after which a duty that failed is tried again, where it is not due sooner."""
BREATHER = 10.0
"""A duty pauses at least so many times as long as it took, unless it says otherwise."""
SHOWN_FOR = 15.0
"""Seconds (or two samples' time, if that is longer) after which a measure is too old to be shown."""
MATCHES_FOR = 5.0
"""Seconds for which claims are matched in one go, where so many are waiting."""
LOOK_EVERY = 0.2
LEAVE_WITHIN = 5.0
"""Seconds that a duty in hand may take to end when the service stops; then it is cancelled."""


Reclean = Callable[["Redis", Engine], Awaitable[int]]
"""Cleans articles anew, and says how many: what cleaning is, control does not know."""
Match = Callable[["Redis", Engine], Awaitable[int]]
"""Matches some of the claims that came or went, and says how many: none where nothing is left to do."""


@dataclass
class Duty:
    """Something to do every `every` seconds."""

    name: str
    every: float
    act: Callable[[], Awaitable[object]]
    breather: float = BREATHER
    due: float = field(default=0.0)


class Control:
    """The duties of whoever holds the lease: measuring, and beside it the upkeep, one after another."""

    def __init__(
        self,
        redis: "Redis",
        engine: Engine,
        settings: ControlSettings,
        health: Health,
        limits: Limits | None = None,
        quick: Engine | None = None,
        reclean: Reclean | None = None,
        match: Match | None = None,
    ) -> None:
        self._redis = redis
        self._engine = engine
        self._settings = settings
        self._health = health
        self._limits = limits or Limits()
        self._quick = quick or engine
        self._ledger = LedgerReader(engine)
        self._tenure = Tenure(redis)
        self._sampled = time.monotonic()
        self._statuses: list[Status] = []
        exposition.prepare()
        self._measures = [
            Duty("sample", settings.sample_every, self._sample),
            Duty("endings", settings.sample_every, self._read_ledger),
            Duty("unmatched", settings.sample_every, self._count_unmatched),
            Duty("history", history.EVERY, self._record_history),
        ]
        self._upkeep = [
            Duty("topology", settings.reconcile_every, self._repair_topology),
            Duty("trim", settings.trim_every, self._trim),
            Duty("consumers", settings.trim_every, self._clear),
            Duty("reconcile", settings.reconcile_every, self._reconcile),
        ]
        if reclean is not None and settings.reclean_every:
            self._upkeep.append(Duty("reclean", settings.reclean_every, partial(self._reclean, reclean)))
        # By itself: with much to match it takes long, and what else is to be done must not wait for it.
        self._matching = []
        if match is not None and settings.match_every:
            act = partial(self._match, match)
            self._matching.append(Duty("match", settings.match_every, act, breather=1.0))

    @property
    def _duties(self) -> tuple[list[Duty], ...]:
        return self._measures, self._upkeep, self._matching

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is in hand then has a few seconds to end."""
        work = {asyncio.create_task(self._work(duties, stop)) for duties in self._duties if duties}
        watch = asyncio.create_task(self._watch())
        try:
            await stop.wait()
            await asyncio.wait(work, timeout=LEAVE_WITHIN)
        finally:
            await end_duties({*work, watch})
            self._withdraw()
        await self._tenure.leave()

    async def _work(self, duties: Sequence[Duty], stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._health.ticked = time.monotonic()
            await self._survive("lease", partial(self._turn, duties))
            await _wait(stop, min(1.0, self._settings.sample_every / 2))

    async def _turn(self, duties: Sequence[Duty]) -> None:
        """Each duty that is due; one that fails keeps no other from being done."""
        for duty in duties:
            if not await self._tenure.hold():
                self._forget_failures()
                self._withdraw()
                return
            if time.monotonic() >= duty.due:
                await self._do(duty)

    async def _do(self, duty: Duty) -> None:
        began = time.monotonic()
        done = await self._survive(duty.name, lambda: self._tenure.perform(duty.act))
        self._health.ticked = ended = time.monotonic()
        pause = duty.every if done else min(duty.every, AGAIN_AFTER)
        # What takes long on a large house is done more seldom: it must not crowd out the rest.
        duty.due = ended + max(pause, duty.breather * (ended - began))

    async def _watch(self) -> None:
        """Withdraw what is shown where it has grown old, or where another measures and Redis is silent."""
        limit = max(SHOWN_FOR, 2 * self._settings.sample_every)
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if not self._tenure.is_ours or time.monotonic() - self._sampled > limit:
                self._withdraw()

    def _withdraw(self) -> None:
        """Say nothing of what another measures now, or nobody can."""
        exposition.withdraw()
        self._ledger.restart()

    def _forget_failures(self) -> None:
        """Another does the duties now, and knows which fail."""
        for duty in chain.from_iterable(self._duties):
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
        try:
            statuses = await measure_lag(self._redis, self._quick)
            seen = await observe(self._redis)
        except Exception:
            self._withdraw()
            raise
        self._sampled, self._statuses = time.monotonic(), statuses
        exposition.show_statuses(statuses, time.time())
        exposition.show_observation(seen, statuses, self._limits)

    async def _count_unmatched(self) -> None:
        """Whether or not this service matches claims: another may, or nobody."""
        try:
            exposition.show_unmatched(await asyncio.to_thread(self._read_unmatched))
        except Exception:
            exposition.show_unmatched(None)
            raise

    def _read_unmatched(self) -> int:
        with self._quick.connect() as connection:
            return count_unsettled(connection)

    async def _record_history(self) -> None:
        """What was measured last; nothing where nothing was, for a plot shows a gap better than a guess."""
        statuses, self._statuses = self._statuses, []
        await history.record_history(self._redis, statuses, time.time())

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

    async def _reclean(self, reclean: Reclean) -> None:
        exposition.count_recleaned(await reclean(self._redis, self._engine))

    async def _match(self, match: Match) -> None:
        """Match until nothing is left, or for a while: then a pause, and perhaps another holds the lease."""
        until = time.monotonic() + MATCHES_FOR
        while matched := await match(self._redis, self._engine):
            exposition.count_matched(matched)
            if time.monotonic() > until:
                return


async def end_duties(tasks: set[asyncio.Task[None]]) -> None:
    """Cancel the tasks until they are done: on Python 3.11 redis-py loses a cancellation now and then.

    Who is cancelled meanwhile waits all the same: a duty left behind would go on renewing the lease.
    """
    impatient: asyncio.CancelledError | None = None
    while tasks:
        for task in tasks:
            task.cancel()
        try:
            await asyncio.wait(tasks, timeout=1.0)
        except asyncio.CancelledError as again:
            impatient = again
        tasks = {task for task in tasks if not task.done()}
    if impatient is not None:
        raise impatient


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return

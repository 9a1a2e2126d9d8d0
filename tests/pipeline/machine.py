"""A machine that holds a real server against the model in `model.py`.

Hypothesis chooses what happens in which order: workers read, fall silent, are replaced and come back late,
streams are cut, dead consumers cleared, entries deleted. After each step the server must agree with the
model. Nothing waits and nothing depends on the clock: entries have ids of our choice, and idle time is set.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from redis.asyncio import Redis

from schemas import StageName, find_stage
from services.control.consumers import clear_consumers
from services.control.probe import probe
from services.control.trimming import trim_streams
from services.kit.hop import Hop
from services.kit.lease import Lease, ensure_group
from services.kit.presence import presence_key
from services.kit.wire import FIELD
from services.kit.work import Delivery
from tests.pipeline.model import NAMES, Held, Model, entry_id, number_of

ROW = replace(find_stage(StageName.CLEAN), claim_after=3600)
CLAIM_AFTER = int(ROW.claim_after * 1000)
WEEK = 7 * 86_400.0
FOREIGN = "foreign"
WORKERS = st.sampled_from(NAMES)
PICK = st.integers(0, 99)
FEW = st.integers(1, 4)
T = TypeVar("T")


class InterruptedRedis(Redis):
    """A client on which something happens right after the consumers were looked at."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def xinfo_consumers(self, *names: Any) -> Any:
        found = await super().xinfo_consumers(*names)
        if self.meanwhile:
            await self.meanwhile()
        return found


class Desk(RuleBasedStateMachine):
    """Steps that may happen, and what must be true after each."""

    url: ClassVar[str]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.redis = InterruptedRedis.from_url(self.url)
        self.hop = Hop(self.redis, ROW.source, ROW.target, ROW.group)
        self.leases = {name: Lease(self.redis, ROW, name, ROW.claim_after) for name in NAMES}

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        """Run to its end, alone."""
        return self.loop.run_until_complete(act)

    def teardown(self) -> None:
        """Leave no connection behind."""
        self.do(self.redis.aclose())

    @initialize()
    def open(self) -> None:
        """Hypothesis leaves whole rules out of a run: there must be work in hand without them."""
        self.do(self.redis.flushall())
        self.do(ensure_group(self.redis, ROW))
        self.do(self.redis.xgroup_create(ROW.source, FOREIGN, id="0"))
        self.publish(16)
        for name in NAMES:
            self.do(self.redis.xgroup_createconsumer(ROW.source, ROW.group, name))
        self.give_a_sign("d", alive=True)
        self.read("a", 9)
        self.read("b", 3)
        self.end("a", list(range(8)), hands_on=True)
        self.fall_silent("b")
        self.take_over("a")
        self.foreign_group_reads(2)
        self.foreign_group_acknowledges()
        self.foreign_group_reads(1)

    @rule(count=FEW)
    def publish(self, count: int) -> None:
        for _ in range(count):
            self.model.published = number = self.model.published + 1
            self.do(self.redis.xadd(ROW.source, {FIELD: b"%d" % number}, id=entry_id(number)))
            self.model.here.add(number)
            self.model.unread.append(number)
            self.model.foreign_unread.append(number)

    @rule(name=WORKERS, count=FEW)
    def read(self, name: str, count: int) -> None:
        self.do(self._read(name, count))

    async def _read(self, name: str, count: int) -> None:
        given = await self._deliver(ROW.group, name, count)
        assert given == self.model.unread[:count]
        del self.model.unread[:count]
        self.model.given[name] += given
        self.model.held |= {number: Held(name) for number in given}

    async def _deliver(self, group: str, consumer: str, count: int) -> list[int]:
        found: Any = await self.redis.xreadgroup(group, consumer, {ROW.source: ">"}, count=count)
        parts = (
            [entries[0] for entries in found.values()]
            if isinstance(found, dict)
            else [one[1] for one in found]
        )
        return [number_of(said) for part in parts for said, _ in part]

    @rule(name=WORKERS)
    def fall_silent(self, name: str) -> None:
        """Killed, or paused for longer than the claim time: to the others it looks the same."""
        self._wait(name, self.model.of(name), idle=True)

    def _wait(self, name: str, numbers: list[int], idle: bool) -> None:
        """Let so much time pass for the worker's entries."""
        for number in numbers:
            milliseconds = CLAIM_AFTER + 1000 if idle else 0
            claim = self.redis.xclaim(
                ROW.source, ROW.group, name, 0, [entry_id(number)], idle=milliseconds, justid=True
            )
            self.do(claim)
            self.model.held[number].idle = idle

    @rule(name=WORKERS)
    def renew(self, name: str) -> None:
        """It renews all that it believes to have; only what it has in truth is renewed."""
        with self.leases[name].hold([entry_id(number) for number in self.model.given[name]]):
            self.do(self.leases[name].renew())
        for number in self.model.of(name):
            self.model.held[number].idle = False

    @rule(name=WORKERS)
    def take_over(self, name: str) -> None:
        """A whole round finds one entry that nobody works on, where there is any."""
        free = [number for number, held in self.model.held.items() if held.idle]
        taken = None
        for _ in range(2 + len(self.model.held)):
            taken = taken or self.do(self.leases[name].take_over())
        assert (taken is not None) == bool(free)
        if taken:
            number = number_of(taken.entry_id)
            assert number in free
            self.model.held[number] = Held(name, self.model.held[number].deliveries + 1)
            assert taken.attempt == self.model.held[number].deliveries
            self.model.given[name].append(number)

    @rule(name=WORKERS, picks=st.lists(PICK, min_size=1, max_size=3), hands_on=st.booleans())
    def end(self, name: str, picks: list[int], hands_on: bool) -> None:
        """It ends what it was ever given: late, or again since it got no answer. The first to come counts."""
        given = self.model.given[name]
        turn = list(dict.fromkeys(given[pick % len(given)] for pick in picks if given))
        ended = self.do(
            self.hop([(entry_id(number), b"%d" % number if hands_on else None) for number in turn])
        )
        open_still = [number for number in turn if number in self.model.held]
        assert ended == len(open_still)
        for number in open_still:
            del self.model.held[number]
        self.model.ended.update(open_still)
        self.model.handed_on += open_still if hands_on else []

    @rule(name=WORKERS, pick=PICK, passes=st.booleans())
    def postpone(self, name: str, pick: int, passes: bool) -> None:
        """Another try after a pause, which passes or not; nothing happens to what is not its own now."""
        if given := self.model.given[name]:
            number = given[pick % len(given)]
            self.do(self.leases[name].postpone(Delivery(entry_id(number), {}, 8)))
            if number in self.model.of(name):
                assert 0 < self._find_pending()[number][2] < CLAIM_AFTER
                self._wait(name, [number], idle=passes)

    @rule(name=WORKERS)
    def stop(self, name: str) -> None:
        """SIGTERM: what it has is anybody's at once, as if never delivered, and it leaves in order."""
        mine = self.model.of(name)
        assert self.do(self.leases[name].release()) == len(mine)
        for number in mine:
            held = self.model.held[number]
            held.idle, held.deliveries = True, max(0, held.deliveries - 1)
        self.do(self.leases[name].retire())
        assert (name in self._find_consumers()) == bool(mine)

    @rule(name=WORKERS, alive=st.booleans())
    def give_a_sign(self, name: str, alive: bool) -> None:
        """Whether the worker lives, as others see it. SILENT_AFTER is below 0 here: the sign is to come."""
        moment = time.time() + 86_400 if alive else 0
        self.do(self.redis.zadd(presence_key(ROW), {name: moment}))
        (self.model.alive.add if alive else self.model.alive.discard)(name)

    @rule()
    def clear_dead_consumers(self) -> None:
        """One that seems dead reads an entry between the look at the consumers and their deletion."""
        self.publish(1)
        seen = self._find_consumers()
        seem_dead = [name for name in sorted(seen - self.model.alive) if not self.model.of(name)]
        if seem_dead:
            self.redis.meanwhile = lambda: self._read(seem_dead[0], 1)
        self.do(clear_consumers(self.redis))
        self.redis.meanwhile = None
        assert self._find_consumers() == {
            name for name in seen if name in self.model.alive or self.model.of(name)
        }

    @rule(retention=st.sampled_from([WEEK, 0.0]))
    def cut_streams(self, retention: float) -> None:
        """Behind what every group needs; past the retention, no group but our own holds the stream."""
        cut = self.do(trim_streams(self.redis, retention))
        foreign = [*self.model.foreign_unread, *self.model.foreign_held]
        needed = [*self.model.unread, *self.model.held, *(foreign if retention else [])]
        gone = {number for number in self.model.here if not needed or number < min(needed)}
        self.model.here -= gone
        self.model.foreign_unread = [number for number in self.model.foreign_unread if number not in gone]
        (one,) = [one for one in cut if one.stream == ROW.source]
        assert one.entries == len(gone)
        assert one.unread >= len(gone.intersection(foreign)), "cut while a foreign group needed it, unsaid"

    @rule(count=FEW)
    def foreign_group_reads(self, count: int) -> None:
        given = self.do(self._deliver(FOREIGN, "f", count))
        assert given == self.model.foreign_unread[:count]
        del self.model.foreign_unread[:count]
        self.model.foreign_held.update(given)

    @rule()
    def foreign_group_acknowledges(self) -> None:
        for number in self.model.foreign_held:
            self.do(self.redis.xack(ROW.source, FOREIGN, entry_id(number)))
        self.model.foreign_held.clear()

    @rule(pick=PICK)
    def somebody_deletes_an_unread_entry(self, pick: int) -> None:
        """XDEL by hand: that one is lost by intent, and the lag must be true for the others."""
        if self.model.unread:
            number = self.model.unread.pop(pick % len(self.model.unread))
            self.do(self.redis.xdel(ROW.source, entry_id(number)))
            self.model.here.discard(number)
            self.model.deleted.add(number)
            if number in self.model.foreign_unread:
                self.model.foreign_unread.remove(number)

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is not ended is in the stream, and with the worker that the model says."""
        here = {number_of(said) for said, _ in self.do(self.redis.xrange(ROW.source))}
        assert here == self.model.here
        held = {
            number: Held(worker, deliveries, idle > CLAIM_AFTER)
            for number, (worker, deliveries, idle) in self._find_pending().items()
        }
        assert held == self.model.held
        accounted = [*self.model.unread, *held, *self.model.ended, *self.model.deleted]
        assert sorted(accounted) == list(range(1, self.model.published + 1))

    @invariant()
    def each_is_handed_on_once(self) -> None:
        out = [int(fields[FIELD]) for _, fields in self.do(self.redis.xrange(ROW.target))]
        assert out == self.model.handed_on

    @invariant()
    def the_lag_is_true(self) -> None:
        sample = self.do(probe(self.redis, ROW))
        assert (sample.exact, sample.lag) == (True, len(self.model.unread))
        assert sample.pending == len(self.model.held)
        assert sample.ended == len(self.model.ended) + len(self.model.deleted)

    def _find_pending(self) -> dict[int, tuple[str, int, int]]:
        """Worker, deliveries and idle milliseconds of each pending entry."""
        found = self.do(self.redis.xpending_range(ROW.source, ROW.group, "-", "+", 1000))
        return {
            number_of(one["message_id"]): (
                one["consumer"].decode(),
                one["times_delivered"],
                one["time_since_delivered"],
            )
            for one in found
        }

    def _find_consumers(self) -> set[str]:
        found: Any = self.do(self.redis.xinfo_consumers(ROW.source, ROW.group))
        return {one["name"].decode() for one in found}

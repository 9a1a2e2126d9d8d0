"""The hop, the lease, the clearing of consumers and the cutting of streams against a simple model.

Hypothesis chooses what happens in which order: workers read, die, are paused and come back late, others take
over, streams are cut, dead consumers cleared, entries vanish. After each step the server must agree with the
model. Idle time is set with XCLAIM IDLE, so nothing waits and a run is repeatable.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis.asyncio import Redis

from schemas import StageName, find_stage
from services.control import consumers
from services.control.consumers import clear_consumers
from services.control.probe import probe
from services.control.trimming import trim_streams
from services.embedded import Addresses
from services.kit.hop import Hop
from services.kit.lease import LONG_AGO, Lease, ensure_group
from services.kit.wire import FIELD
from services.kit.work import Delivery

ROW = replace(find_stage(StageName.CLEAN), claim_after=60)
FOREIGN = "foreign"
WORKERS = st.sampled_from(["a", "b", "c"])
PICK = st.integers(0, 999)
WEEK = 7 * 86_400.0
T = TypeVar("T")


@dataclass
class Model:
    """What must hold, in the plainest words."""

    unread: list[str] = field(default_factory=list)
    """Entries that the group has not been given, in order."""
    pending: dict[str, str] = field(default_factory=dict)
    """Entry to the worker that the group holds responsible."""
    idle: set[str] = field(default_factory=set)
    """Pending entries whose worker has been silent for longer than the claim time."""
    ended: Counter[str] = field(default_factory=Counter)
    """How often each entry was ended and handed on."""
    foreign: set[str] = field(default_factory=set)
    """What a group of somebody else's still needs."""
    vanished: set[str] = field(default_factory=set)
    """Entries that somebody deleted: nobody can promise anything for them."""


class House(RuleBasedStateMachine):
    """Steps that may happen, and what must be true after each."""

    url: ClassVar[str]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.known: dict[str, set[str]] = {"a": set(), "b": set(), "c": set()}
        self.published = 0
        self.redis = Redis.from_url(self.url)
        self.hop = Hop(self.redis, ROW.source, ROW.target, ROW.group)
        self.leases = {name: Lease(self.redis, ROW, name, ROW.claim_after) for name in self.known}
        self.do(self.redis.flushall())
        self.do(ensure_group(self.redis, ROW))
        self.do(self.redis.xgroup_create(ROW.source, FOREIGN, id="0"))

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        """Run to its end, alone."""
        return self.loop.run_until_complete(act)

    def teardown(self) -> None:
        """Leave no connection behind."""
        self.do(self.redis.aclose())

    @rule(number=st.integers(1, 4))
    def publish(self, number: int) -> None:
        for _ in range(number):
            self.published += 1
            entry_id = self.do(self.redis.xadd(ROW.source, {FIELD: b"%d" % self.published})).decode()
            self.model.unread.append(entry_id)
            self.model.foreign.add(entry_id)

    @rule(name=WORKERS, count=st.integers(1, 3))
    def read(self, name: str, count: int) -> None:
        found = self.do(self.redis.xreadgroup(ROW.group, name, {ROW.source: ">"}, count=count))
        given = [entry_id.decode() for _, entries in self._pairs(found) for entry_id, _ in entries]
        assert given == self.model.unread[:count]
        del self.model.unread[:count]
        self.known[name].update(given)
        self.model.pending |= dict.fromkeys(given, name)

    @rule(name=WORKERS)
    def fall_silent(self, name: str) -> None:
        """Killed, or paused for longer than the claim time: to the others it looks the same."""
        mine = [entry_id for entry_id, holder in self.model.pending.items() if holder == name]
        if mine:
            idle = {"idle": LONG_AGO, "justid": True}
            self.do(self.redis.xclaim(ROW.source, ROW.group, name, 0, mine, **idle))
        self.model.idle.update(mine)

    @rule(name=WORKERS)
    def renew(self, name: str) -> None:
        """All that it believes to have; only what it really has is renewed."""
        with self.leases[name].hold(sorted(self.known[name])):
            self.do(self.leases[name].renew())
        self.model.idle -= {one for one, holder in self.model.pending.items() if holder == name}

    @rule(name=WORKERS)
    def take_over(self, name: str) -> None:
        """A whole round finds exactly one entry, the first that is idle, where there is any."""
        taken, free = None, [one for one in self.model.pending if one in self.model.idle]
        for _ in range(3):
            taken = self.do(self.leases[name].take_over())
            if taken is not None:
                break
        free = [one for one in free if one not in self.model.vanished]
        if taken is None:
            assert not free, f"{free} wait for another worker and were not found"
            return
        assert taken.entry_id in free
        assert taken.attempt >= 1
        self.model.pending[taken.entry_id] = name
        self.model.idle.discard(taken.entry_id)
        self.known[name].add(taken.entry_id)

    @precondition(lambda self: any(self.known.values()))
    @rule(name=WORKERS, pick=PICK)
    def end(self, name: str, pick: int) -> None:
        """Hand on what it believes to have, perhaps long after it lost it; the first to come counts."""
        if not self.known[name]:
            return
        entry_id = sorted(self.known[name])[pick % len(self.known[name])]
        self.known[name].discard(entry_id)
        ended = self.do(self.hop([(entry_id, entry_id.encode())]))
        assert ended == (entry_id in self.model.pending)
        self._forget(entry_id, ended)

    @rule(name=WORKERS, pick=PICK)
    def postpone(self, name: str, pick: int) -> None:
        """Of what another has taken over meanwhile, nothing changes hands."""
        if self.known[name]:
            entry_id = sorted(self.known[name])[pick % len(self.known[name])]
            self.do(self.leases[name].postpone(Delivery(entry_id, {}, 1)))
            if self.model.pending.get(entry_id) == name:
                self.model.idle.discard(entry_id)

    @rule(name=WORKERS)
    def stop(self, name: str) -> None:
        """SIGTERM: all that is pending for it is anybody's at once, and it leaves the group in order."""
        mine = {one for one, holder in self.model.pending.items() if holder == name}
        assert self.do(self.leases[name].release()) == len(mine)
        self.model.idle |= mine
        self.known[name].clear()
        self.do(self.leases[name].retire())

    @rule()
    def clear_dead_consumers(self) -> None:
        self.do(clear_consumers(self.redis))

    @rule()
    def cut_streams(self) -> None:
        self.do(trim_streams(self.redis, WEEK))

    @rule(count=st.integers(1, 5))
    def foreign_group_reads(self, count: int) -> None:
        found = self.do(self.redis.xreadgroup(FOREIGN, "f", {ROW.source: ">"}, count=count))
        for _, entries in self._pairs(found):
            for entry_id, _ in entries:
                self.do(self.redis.xack(ROW.source, FOREIGN, entry_id))
                self.model.foreign.discard(entry_id.decode())

    @precondition(lambda self: self.model.unread)
    @rule(pick=PICK)
    def somebody_deletes_an_unread_entry(self, pick: int) -> None:
        """XDEL by hand: that one is lost by intent, and the lag must still be true for the others."""
        entry_id = self.model.unread.pop(pick % len(self.model.unread))
        self.do(self.redis.xdel(ROW.source, entry_id))
        self.model.foreign.discard(entry_id)
        self.model.vanished.add(entry_id)

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is not ended is in the stream, and pending for the one that the model says."""
        here = {entry_id.decode() for entry_id, _ in self.do(self.redis.xrange(ROW.source))}
        needed = set(self.model.unread) | set(self.model.pending) | self.model.foreign
        assert needed <= here, f"cut while needed: {needed - here}"
        found = self.do(self.redis.xpending_range(ROW.source, ROW.group, "-", "+", 1000))
        holders = {one["message_id"].decode(): one["consumer"].decode() for one in found}
        assert holders == self.model.pending

    @invariant()
    def nothing_is_handed_on_twice(self) -> None:
        out = Counter(fields[FIELD].decode() for _, fields in self.do(self.redis.xrange(ROW.target)))
        assert out == self.model.ended
        assert set(out.values()) <= {1}
        accounted = len(self.model.unread) + len(self.model.pending) + len(out) + len(self.model.vanished)
        assert accounted == self.published

    @invariant()
    def the_lag_is_true(self) -> None:
        sample = self.do(probe(self.redis, ROW))
        assert sample.exact
        assert (sample.lag, sample.pending) == (len(self.model.unread), len(self.model.pending))

    def _forget(self, entry_id: str, ended: int) -> None:
        self.model.ended[entry_id] += ended
        self.model.ended += Counter()  # drops zeros
        self.model.pending.pop(entry_id, None)
        self.model.idle.discard(entry_id)

    @staticmethod
    def _pairs(found: Any) -> list[tuple[Any, Any]]:
        """The streams of an answer with their entries, by either shape that redis-py gives."""
        if isinstance(found, dict):
            return [(stream, entries[0]) for stream, entries in found.items()]
        return list(found or [])


def test_the_model_holds(servers: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    """Consumers count as silent at once: only what is pending for them protects them."""
    monkeypatch.setattr(consumers, "SILENT_AFTER", -1.0)
    House.url = servers.redis_url
    House.loop = asyncio.new_event_loop()
    try:
        run_state_machine_as_test(
            House,
            settings=settings(
                max_examples=40,
                stateful_step_count=40,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        House.loop.close()

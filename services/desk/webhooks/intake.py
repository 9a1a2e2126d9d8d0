"""From `claims.detected` to deliveries: what each receiver is to be told is put down in the store.

The position in the stream stands in the store as well, and moves in the transaction that puts down what was
read: nothing is lost or put down twice when a process dies, and any number of processes may do this.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis
from sqlalchemy import Connection, Engine, Row

from services.desk.claim_match import Matches, build_match
from services.desk.claim_query import parse_claim_query
from services.desk.live.detected import Edges, Entry, find_edges, read_entries
from services.desk.live.missed import NOBODY, SLACK, read_part
from services.desk.live.places import START, StreamPlace, find_before, read_entry_id
from services.desk.problems import Problem
from services.desk.sightings import Sighting
from services.desk.webhooks.messages import DETECTED, identify_delivery, write_claim
from services.store.deliveries import add_deliveries, find_position, move_position
from services.store.webhooks import list_active

T = TypeVar("T")
log = structlog.get_logger()
READER = "webhooks"


class _Overtaken(Exception):
    """Another process has moved the position."""


class Intake:
    """Reads for all receivers."""

    def __init__(self, redis: "Redis", engine: Engine) -> None:
        self._redis = redis
        self._engine = engine

    async def take_in(self) -> int:
        """Read on a little; returns how many entries were read, 0 at the end."""
        position, active = await self._run(lambda tx: (find_position(tx, READER), len(list_active(tx))))
        edges = await find_edges(self._redis)
        try:
            return await self._read_on(position, edges, active > 0)
        except _Overtaken:
            return 1

    async def _read_on(self, position: str | None, edges: Edges, active: bool) -> int:
        if position is None:
            await self._move(None, edges.last)
            return 1
        place = read_entry_id(position)
        if not active:
            await self._skip(position, place, edges)
            return 0
        if edges.lack(place):
            await self._read_missed(place, edges)
            await self._move(position, find_before(edges.first) if edges.first else edges.last)
            return 1
        if edges.last != START and edges.last.entry < place.entry:
            await self._move(position, edges.last)  # what Redis has forgotten comes no more
            return 1
        entries = await read_entries(self._redis, place)
        if entries:
            await self._move(position, entries[-1].place, lambda tx: put_down_entries(tx, entries))
        return len(entries)

    async def _skip(self, position: str, place: StreamPlace, edges: Edges) -> None:
        """Nobody is to be told: go to the end, unless somebody has come meanwhile."""
        if edges.last.entry == place.entry:
            return

        def check(tx: Connection) -> None:
            if list_active(tx):
                raise _Overtaken

        await self._move(position, edges.last, check)

    async def _move(
        self, position: str | None, to: StreamPlace, act: Callable[[Connection], object] | None = None
    ) -> None:
        def move(tx: Connection) -> None:
            # First the position: who reads the same meanwhile waits here, and sees then that it was moved.
            if not move_position(tx, READER, position, to.entry_id):
                raise _Overtaken
            if act:
                act(tx)

        await self._run(move)

    async def _read_missed(self, place: StreamPlace, edges: Edges) -> None:
        """What the stream has no more, from the store; what was put down before is not put down again."""
        log.warning("webhooks_read_store", since=place.moment.isoformat())
        after = (place.moment - SLACK, NOBODY)
        until = edges.first.moment + SLACK if edges.first else None
        while found := await self._run(lambda tx, after=after: read_part(tx, after, until)):  # type: ignore[misc]  # mypy: no lambda with defaults
            await self._run(lambda tx, found=found: put_down_found(tx, found))  # type: ignore[misc]  # mypy: no lambda with defaults
            after = (found[-1].detected_at, found[-1].claim.claim_id)

    async def _run(self, act: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._engine.begin() as tx:
                return act(tx)

        return await asyncio.to_thread(run)


def put_down_entries(tx: Connection, entries: Sequence[Entry]) -> int:
    """Put down what receivers are to be told of these entries; what came before a receiver is not."""
    number = 0
    for hook in list_active(tx, held=True):
        since = read_entry_id(hook.since_entry)
        fresh = (one for entry in entries if entry.place.entry > since.entry for one in entry.sightings)
        number += _put_down(tx, hook, fresh)
    return number


def put_down_found(
    tx: Connection, sightings: Sequence[Sighting], hooks: Iterable[Row[Any]] | None = None, anew: bool = False
) -> int:
    """Put down what receivers are to be told of claims of the store.

    With `anew` also of those that were found before the receiver was added.
    """
    number = 0
    for hook in list_active(tx, held=True) if hooks is None else hooks:
        number += _put_down(tx, hook, (one for one in sightings if anew or one.detected_at > hook.created_at))
    return number


def _put_down(tx: Connection, hook: Row[Any], sightings: Iterable[Sighting]) -> int:
    try:
        matches = _find_match(tuple(sorted((name, str(value)) for name, value in hook.filter.items())))
    except (Problem, KeyError) as error:
        log.error("webhook_filter_not_read", webhook=str(hook.webhook_id), error=type(error).__name__)
        return 0
    now = datetime.now(UTC)
    rows = {
        identify_delivery(hook.webhook_id, one): {
            "delivery_id": identify_delivery(hook.webhook_id, one),
            "webhook_id": hook.webhook_id,
            "event": DETECTED,
            "payload": write_claim(one),
            "next_at": now,
        }
        for one in sightings
        if matches(one)
    }
    return add_deliveries(tx, list(rows.values()))


@lru_cache(maxsize=1_000)
def _find_match(parameters: tuple[tuple[str, str], ...]) -> Matches:
    return build_match(parse_claim_query(dict(parameters)).filter)

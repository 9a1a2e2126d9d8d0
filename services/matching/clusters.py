"""Which wordings make one claim: each belongs to the earliest that it agrees with and that belongs to none.

The first of a cluster is its head; all others have been compared with it, so that no chain of small steps
leads from one claim to another. The rule speaks of the wordings there are, not of the order in which they
came: what is worked out again for the few that a change touches is what all together would give.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

Age = tuple[datetime, UUID]


@dataclass(frozen=True)
class Place:
    """Where a wording stands: since when it is said, and the head of its cluster."""

    wording_id: UUID
    said_at: datetime
    head: UUID | None = None
    """None where it has not been placed yet."""

    @property
    def age(self) -> Age:
        """What comes first is told by."""
        return self.said_at, self.wording_id

    @property
    def is_head(self) -> bool:
        """Whether a cluster is named after it."""
        return self.head == self.wording_id


class Board(Protocol):
    """What is known of all wordings, as it was before."""

    def find_places(self, wordings: Collection[UUID]) -> Iterable[Place]:
        """The places of those of the wordings that there are."""

    def find_members(self, heads: Collection[UUID]) -> Iterable[Place]:
        """The places of all wordings of these clusters, their heads among them."""

    def find_agreeing(self, wording: UUID) -> Collection[UUID]:
        """The wordings that are one claim with this one, itself perhaps among them."""


def settle(changed: Mapping[UUID, datetime | None], board: Board) -> dict[UUID, UUID]:
    """Place the changed wordings, by since when each is said now (None: no longer); the heads that are new.

    For each wording whose cluster is another than before, the head of its cluster.
    """
    return _Settling(changed, board).run()


class _Settling:
    def __init__(self, changed: Mapping[UUID, datetime | None], board: Board) -> None:
        self._board = board
        self._gone = {one for one, said_at in changed.items() if said_at is None}
        self._places: dict[UUID, Place] = {}
        self._before: dict[UUID, UUID | None] = {}
        self._moved: set[UUID] = set()
        self._waiting: list[Age] = []
        self._begin(changed)

    def _begin(self, changed: Mapping[UUID, datetime | None]) -> None:
        old = {place.wording_id: place for place in self._board.find_places(changed)}
        shifted = {one for one, place in old.items() if changed[one] != place.said_at}
        members = list(self._board.find_members([one for one in shifted if old[one].is_head]))
        self._remember([*old.values(), *members])
        for one, said_at in changed.items():
            if said_at is not None and (one not in old or one in shifted):
                former = self._places.get(one)
                self._places[one] = Place(one, said_at, former.head if former else None)
                self._before.setdefault(one, None)
                self._moved.add(one)
                self._push(self._places[one])
        for member in members:
            self._push(self._places[member.wording_id])

    def run(self) -> dict[UUID, UUID]:
        """Place what waits, the oldest first; whatever that touches is younger, and waits then."""
        done: set[UUID] = set()
        while self._waiting:
            _, one = heapq.heappop(self._waiting)
            if one not in done:
                done.add(one)
                self._place(self._places[one])
        return {
            one: place.head
            for one, place in self._places.items()
            if place.head is not None and one not in self._gone and place.head != self._before[one]
        }

    def _place(self, place: Place) -> None:
        agreeing = self._look_up(set(self._board.find_agreeing(place.wording_id)) - {place.wording_id})
        heads = [other for other in agreeing if other.is_head and other.age < place.age]
        first = min(heads, key=lambda other: other.age, default=place)
        was_head, now = place.is_head, replace(place, head=first.wording_id)
        self._places[place.wording_id] = now
        if now.is_head and (not was_head or place.wording_id in self._moved):
            self._call(now, [other for other in agreeing if other.age > now.age])
        elif was_head and not now.is_head:
            members = self._board.find_members([place.wording_id])
            self._remember(members)
            for member in members:
                self._push(self._places.get(member.wording_id, member))

    def _call(self, now: Place, younger: Collection[Place]) -> None:
        """Have those placed anew that are in no cluster, or in one whose head is younger."""
        heads = {
            place.wording_id: place for place in self._look_up({one.head for one in younger if one.head})
        }
        for one in younger:
            head = heads.get(one.head) if one.head else None
            if head is None or not head.is_head or head.age > now.age:
                self._push(one)

    def _look_up(self, wanted: set[UUID]) -> list[Place]:
        self._remember(self._board.find_places(wanted - self._places.keys() - self._gone))
        return [self._places[one] for one in wanted - self._gone if one in self._places]

    def _remember(self, places: Iterable[Place]) -> None:
        for place in places:
            self._places.setdefault(place.wording_id, place)
            self._before.setdefault(place.wording_id, place.head)

    def _push(self, place: Place) -> None:
        if place.wording_id not in self._gone:
            heapq.heappush(self._waiting, place.age)

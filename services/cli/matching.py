"""Claims are matched across articles: the wordings that came and went are put into their clusters."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy import Connection, Engine, Row

from services.matching.agreement import BOUNDS
from services.matching.clusters import Place, settle
from services.matching.nearness import Index
from services.matching.wordings import Wording, find_same
from services.store.clusters import count_clusters
from services.store.wordings import (
    add_wordings,
    date_again,
    date_wordings,
    drop_wordings,
    lock_wordings,
    move_wordings,
    read_added,
    read_members,
    read_wordings,
    take_unsettled,
)

AT_ONCE = 200
"""Claims that come and go whose wordings are settled in one transaction."""
PAGE = 10_000
"""Vectors read at once."""
Dates = Mapping[UUID, datetime | None]
"""Since when each wording is said; None for one that no claim has any more."""


@dataclass(frozen=True)
class Matched:
    """What one go did."""

    changes: int = 0
    """Claims that came or went."""
    wordings: int = 0
    """Wordings of theirs."""
    moved: int = 0
    """Wordings that are in another cluster now, new ones among them."""


class Matcher:
    """Settles wordings; what it knows of their vectors stays in memory from one go to the next."""

    def __init__(self) -> None:
        self.index = Index()
        self._last = 0

    async def match_claims(self, redis: "Redis", engine: Engine) -> int:  # noqa: ARG002 (a duty gets both)
        """Settle some of what came and went, unless another does so; how many claims that were."""
        matched = await asyncio.to_thread(self.match, engine, wait=False)
        return matched.changes

    def match(self, engine: Engine, limit: int = AT_ONCE, wait: bool = True) -> Matched:
        """Settle what came and went, at most so much of it; who does so at the same time waits."""
        with engine.begin() as tx:
            changes = take_unsettled(tx, limit) if lock_wordings(tx, wait) else ()
            return self._settle(tx, changes) if changes else Matched()

    def _settle(self, tx: Connection, changes: Sequence[Row[Any]]) -> Matched:
        touched = {change.wording_id for change in changes}
        self._catch_up(tx)
        known = {row.wording_id for row in read_wordings(tx, touched)}
        dates = date_wordings(tx, touched)
        new = {
            change.wording_id: read_change(change)
            for change in changes
            if change.vector is not None and change.wording_id in dates.keys() - known
        }
        said = {one: dates.get(one) for one in touched if one in known or one in new}
        board = StoreBoard(tx, self.index, new)
        heads = settle(said, board)
        before = board.name_clusters({*said, *heads})
        _write(tx, new, said, heads)
        count_clusters(tx, before | set(heads.values()))
        return Matched(len(changes), len(touched), len(heads))

    def _catch_up(self, tx: Connection) -> None:
        """Take the vectors in that were added since, by this process or another."""
        while rows := read_added(tx, self._last, PAGE):
            self.index.add({row.wording_id: row.vector for row in rows})
            self._last = rows[-1].added


def read_change(row: Row[Any]) -> Wording:
    """The wording of a claim that came, or a stored one."""
    return Wording(row.wording_id, row.text, row.day, row.denied, row.speaker, row.vector)


def _write(tx: Connection, new: Mapping[UUID, Wording], said: Dates, heads: Mapping[UUID, UUID]) -> None:
    drop_wordings(tx, [one for one, since in said.items() if since is None])
    add_wordings(tx, [describe_wording(new[one], said[one], heads[one]) for one in sorted(new)])
    date_again(tx, {one: since for one, since in said.items() if since is not None and one not in new})
    move_wordings(tx, {one: head for one, head in heads.items() if one not in new})


def describe_wording(wording: Wording, said_at: datetime | None, head: UUID) -> dict[str, Any]:
    """The row of a wording."""
    return {**asdict(wording), "said_at": said_at, "cluster_id": head}


class StoreBoard:
    """What the store knows of wordings, and those that are new."""

    def __init__(self, tx: Connection, index: Index, new: Mapping[UUID, Wording]) -> None:
        self._tx = tx
        self._index = index
        self._new = new
        self._rows: dict[UUID, Row[Any]] = {}
        index.add({one: wording.vector for one, wording in new.items()})
        near = index.search([wording.vector for wording in new.values()], BOUNDS.alike)
        self._near = dict(zip(new, near, strict=True))
        self._read(one for found in near for one in found)

    def find_places(self, wordings: Collection[UUID]) -> list[Place]:
        """The places of those that are stored."""
        self._read(wordings)
        return [_place(self._rows[one]) for one in wordings if one in self._rows]

    def find_members(self, heads: Collection[UUID]) -> list[Place]:
        """The places of all stored wordings of these clusters."""
        rows = read_members(self._tx, heads)
        self._rows.update({row.wording_id: row for row in rows})
        return [_place(row) for row in rows]

    def find_agreeing(self, wording: UUID) -> list[UUID]:
        """The wordings that are one claim with this one."""
        if wording not in self._near:
            self._near[wording] = self._index.search([self._rows[wording].vector], BOUNDS.alike)[0]
        near = self._near[wording]
        self._read(near)
        there = ((other, alike) for one, alike in near.items() if (other := self._find(one)))
        own = self._find(wording)
        return find_same(own, there) if own else []

    def name_clusters(self, wordings: Collection[UUID]) -> set[UUID]:
        """The clusters that stored wordings were in."""
        return {self._rows[one].cluster_id for one in wordings if one in self._rows}

    def _read(self, wordings: Iterable[UUID]) -> None:
        missing = {one for one in wordings if one not in self._rows and one not in self._new}
        self._rows.update({row.wording_id: row for row in read_wordings(self._tx, missing)})

    def _find(self, wording: UUID) -> Wording | None:
        if wording in self._new:
            return self._new[wording]
        return read_change(self._rows[wording]) if wording in self._rows else None


def _place(row: Row[Any]) -> Place:
    return Place(row.wording_id, row.said_at, row.cluster_id)

"""All claims are matched anew: those without a wording get theirs, and every wording is placed again."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from schemas import Claim
from services.cli.matching import describe_wording, read_change
from services.matching.agreement import BOUNDS
from services.matching.clusters import Place, settle
from services.matching.nearness import Index
from services.matching.wordings import Wording, find_same, find_wording
from services.store.clusters import count_clusters, list_cluster_ids
from services.store.engine import unhurried
from services.store.wordings import (
    add_wordings,
    date_again,
    date_wordings,
    drop_wordings,
    find_unworded,
    lock_wordings,
    move_wordings,
    note_wordings,
    read_all,
    read_places,
    read_waiting,
    read_wordings,
    renew_vectors,
    take_unsettled,
    word_claims,
)

PAGE = 200
"""Claims that get their wordings, and wordings that get their vectors, in one transaction."""
COUNTED = 1_000
"""Clusters that are counted in one transaction."""
Embed = Callable[[str], bytes]
Tell = Callable[[str, int, int], None]
"""Told what is done, how much of it has been, and of how much (0: not known)."""


@dataclass(frozen=True)
class Reclustered:
    """What there is now."""

    worded: int
    """Claims that had no wording before."""
    wordings: int
    clusters: int
    repeated: int
    """Clusters of more than one wording."""


def recluster(engine: Engine, embed: Embed, tell: Tell, anew: bool = False) -> Reclustered:
    """Place every wording anew; `anew` also makes all vectors again, for another model.

    Claims are stored and matched meanwhile: what is known is placed in memory, which takes long, and then
    what came, went or was dated anew since then, while nobody else may settle wordings.
    """
    worded = sum(count for count in _word(engine, embed, tell))
    board = MemoryBoard(tell)
    with engine.begin() as tx, unhurried(tx):
        stored = read_all(tx)
        board.add(read_change(row) for row in (*stored, *read_waiting(tx)))
        dates = date_wordings(tx, board.wordings)
    if anew:
        _embed_again(engine, embed, board, tell)
    board.settle(dates)
    with engine.begin() as tx, unhurried(tx):
        lock_wordings(tx)
        if anew:
            _embed_late(tx, embed, board, {row.wording_id for row in stored})
        counted = _catch_up(tx, board)
    _count_others(engine, counted)
    sizes = Counter(board.heads.values())
    return Reclustered(worded, len(board.heads), len(sizes), sum(size > 1 for size in sizes.values()))


def _word(engine: Engine, embed: Embed, tell: Tell) -> Iterator[int]:
    """Give wordings to the claims that have none: those stored before there were any."""
    after: UUID | None = None
    done = 0
    while True:
        with engine.begin() as tx:
            rows = find_unworded(tx, after, PAGE)
            found = {row.claim_id: wording for row in rows if (wording := _read_wording(row, embed))}
            word_claims(tx, {claim: wording.wording_id for claim, wording in found.items()})
            note_wordings(tx, {claim: vars(wording) for claim, wording in found.items()})
        if not rows:
            return
        after = rows[-1].claim_id
        done += len(rows)
        tell("claims read", done, 0)
        yield len(found)


def _read_wording(row: Row[Any], embed: Embed) -> Wording | None:
    return find_wording(Claim.model_validate(row.record), row.seen_at.date(), embed)


def _embed_again(engine: Engine, embed: Embed, board: "MemoryBoard", tell: Tell) -> None:
    """New vectors for all wordings, a page in a transaction."""
    known = iter(list(board.wordings.values()))
    done = 0
    while page := list(islice(known, PAGE)):
        renewed = [replace(one, vector=embed(one.text)) for one in page]
        board.add(renewed)
        with engine.begin() as tx:
            lock_wordings(tx)
            renew_vectors(tx, {one.wording_id: one.vector for one in renewed})
        done += len(page)
        tell("vectors made", done, len(board.wordings))


def _embed_late(tx: Connection, embed: Embed, board: "MemoryBoard", renewed: AbstractSet[UUID]) -> None:
    """New vectors for what was stored since the others got theirs, or waits to be."""
    late = {row.wording_id for row in read_places(tx)} - renewed
    rows = [*read_wordings(tx, late), *read_waiting(tx)]
    new = {row.wording_id: read_change(row) for row in rows if row.wording_id not in board.wordings}
    board.add(replace(one, vector=embed(one.text)) for one in new.values())
    renew_vectors(tx, {one: board.wordings[one].vector for one in late})


def _catch_up(tx: Connection, board: "MemoryBoard") -> set[UUID]:
    """Place what changed since the board was read, and write all places down; the clusters counted anew."""
    changes = take_unsettled(tx)
    stored = {row.wording_id: row for row in read_places(tx)}
    rows = [*read_wordings(tx, stored.keys() - board.wordings.keys()), *changes]
    came = [read_change(row) for row in rows if row.vector is not None]
    board.add(one for one in came if one.wording_id not in board.wordings)
    board.settle(date_wordings(tx, board.wordings))
    touched = _write(tx, board, stored) | {change.wording_id for change in changes}
    clusters = {stored[one].cluster_id for one in touched if one in stored}
    clusters |= {board.heads[one] for one in touched if one in board.heads}
    count_clusters(tx, clusters)
    return clusters


def _write(tx: Connection, board: "MemoryBoard", stored: Mapping[UUID, Row[Any]]) -> set[UUID]:
    """Write down where wordings stand that stand elsewhere in the store; which ones that were."""
    dates, heads = board.dates, board.heads
    gone, new = stored.keys() - heads.keys(), heads.keys() - stored.keys()
    there = heads.keys() & stored.keys()
    dated = {one: dates[one] for one in there if dates[one] != stored[one].said_at}
    moved = {one: heads[one] for one in there if heads[one] != stored[one].cluster_id}
    drop_wordings(tx, gone)
    add_wordings(tx, [board.describe(one) for one in sorted(new)])
    date_again(tx, dated)
    move_wordings(tx, moved)
    return gone | new | dated.keys() | moved.keys()


def _count_others(engine: Engine, counted: Collection[UUID]) -> None:
    """Count all clusters but these anew, a page in a transaction."""
    with engine.connect() as connection:
        others = iter(sorted(list_cluster_ids(connection) - set(counted)))
    while page := list(islice(others, COUNTED)):
        with engine.begin() as tx:
            lock_wordings(tx)
            count_clusters(tx, page)


class MemoryBoard:
    """Wordings in memory, and where they have been placed."""

    def __init__(self, tell: Tell) -> None:
        self.wordings: dict[UUID, Wording] = {}
        self.dates: dict[UUID, datetime] = {}
        self.heads: dict[UUID, UUID] = {}
        self._index = Index()
        self._tell = tell
        self._done = 0

    def add(self, wordings: Iterable[Wording]) -> None:
        """Take wordings in, each in the place of a former one of its id."""
        new = {one.wording_id: one for one in wordings}
        self.wordings.update(new)
        self._index.add({one: wording.vector for one, wording in new.items()})

    def settle(self, dates: Mapping[UUID, datetime]) -> None:
        """Place all that are said since another time than was known; those without a date are gone."""
        changed = {
            one: dates.get(one) for one in sorted(self.wordings) if dates.get(one) != self.dates.get(one)
        }
        moved = settle(changed, self)
        self.dates = dict(dates)
        self.heads = {one: head for one, head in {**self.heads, **moved}.items() if one in dates}

    def describe(self, wording: UUID) -> dict[str, Any]:
        """A wording as a row."""
        return describe_wording(self.wordings[wording], self.dates[wording], self.heads[wording])

    def find_places(self, wordings: Collection[UUID]) -> list[Place]:
        """The places of those that have one."""
        return [Place(one, self.dates[one], self.heads[one]) for one in wordings if one in self.heads]

    def find_members(self, heads: Collection[UUID]) -> list[Place]:
        """The places of all wordings of these clusters."""
        wanted = set(heads)
        return self.find_places([one for one, head in self.heads.items() if head in wanted] if wanted else [])

    def find_agreeing(self, wording: UUID) -> list[UUID]:
        """The wordings that are one claim with this one."""
        own = self.wordings[wording]
        near = self._index.search([own.vector], BOUNDS.alike)[0]
        self._done += 1
        self._tell("wordings placed", min(self._done, len(self.wordings)), len(self.wordings))
        return find_same(own, ((self.wordings[one], alike) for one, alike in near.items()))

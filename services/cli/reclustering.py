"""All claims are matched anew: those without a wording get theirs, and every wording is placed again."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from schemas import Claim
from services.cli.matching import describe_wording, read_change
from services.matching.agreement import BOUNDS
from services.matching.clusters import Place, settle
from services.matching.nearness import Index
from services.matching.wordings import Wording, find_same, find_wording
from services.store.clusters import count_clusters
from services.store.engine import unhurried
from services.store.wordings import (
    add_wordings,
    date_wordings,
    empty_wordings,
    find_unworded,
    lock_wordings,
    note_wordings,
    read_all,
    take_unsettled,
    word_claims,
)

PAGE = 200
"""Claims that get their wordings in one transaction."""
SEARCHED = 256
"""Wordings whose neighbours are looked for at once."""
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

    Claims are stored meanwhile: what comes or goes is settled by the next go of whoever matches.
    """
    worded = sum(count for count in _word(engine, embed, tell))
    vectors = _embed_again(engine, embed, tell) if anew else {}
    with engine.begin() as tx, unhurried(tx):
        lock_wordings(tx)
        wordings = _gather(tx, embed if anew else None, vectors)
        dates = date_wordings(tx, wordings.keys())
        board = MemoryBoard({one: wordings[one] for one in sorted(dates)}, tell)
        heads = settle(dates, board)
        empty_wordings(tx)
        add_wordings(tx, [describe_wording(wordings[one], dates[one], heads[one]) for one in sorted(heads)])
        count_clusters(tx)
    sizes = _count(heads)
    return Reclustered(worded, len(heads), len(sizes), sum(size > 1 for size in sizes.values()))


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


def _embed_again(engine: Engine, embed: Embed, tell: Tell) -> dict[UUID, bytes]:
    """The vectors of all stored wordings, made before the lock is taken: that is most of the work."""
    with engine.connect() as connection:
        rows = read_all(connection)
    vectors = {}
    for number, row in enumerate(rows, start=1):
        vectors[row.wording_id] = embed(row.text)
        tell("vectors made", number, len(rows))
    return vectors


def _gather(tx: Connection, embed: Embed | None, vectors: Mapping[UUID, bytes]) -> dict[UUID, Wording]:
    """All wordings: those that are stored, and those that came and are not settled."""
    rows = [*read_all(tx), *(row for row in take_unsettled(tx) if row.vector is not None)]
    wordings = {row.wording_id: read_change(row) for row in rows}
    if embed is None:
        return wordings
    return {
        one: replace(wording, vector=vectors.get(one) or embed(wording.text))
        for one, wording in wordings.items()
    }


def _count(heads: Mapping[UUID, UUID]) -> dict[UUID, int]:
    sizes: dict[UUID, int] = {}
    for head in heads.values():
        sizes[head] = sizes.get(head, 0) + 1
    return sizes


class MemoryBoard:
    """Wordings of which none has been placed yet, all in memory."""

    def __init__(self, wordings: Mapping[UUID, Wording], tell: Tell) -> None:
        self._wordings = wordings
        self._index = Index()
        self._index.add({one: wording.vector for one, wording in wordings.items()})
        self._tell = partial(tell, "wordings placed")
        self._done = 0

    def find_places(self, wordings: Collection[UUID]) -> Sequence[Place]:  # noqa: ARG002
        """None: no place is known."""
        return ()

    def find_members(self, heads: Collection[UUID]) -> Sequence[Place]:  # noqa: ARG002
        """None: there are no clusters."""
        return ()

    def find_agreeing(self, wording: UUID) -> list[UUID]:
        """The wordings that are one claim with this one."""
        own = self._wordings[wording]
        near = self._index.search([own.vector], BOUNDS.alike)[0]
        self._done += 1
        self._tell(self._done, len(self._wordings))
        return find_same(own, ((self._wordings[one], alike) for one, alike in near.items()))

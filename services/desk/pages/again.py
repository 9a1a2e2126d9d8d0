"""A claim wherever it is made: who had it first, where it was said again, when, and in which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection, Row

from services.desk.callers import Reader
from services.desk.comparison import Change, Difference, compare_texts
from services.desk.house import InHouse
from services.desk.pages.claim import VARIANTS
from services.desk.pages.drawing import render
from services.desk.problems import Problem
from services.store.claims import read_claim
from services.store.clusters import Cluster, Variant, read_cluster_of

router = APIRouter(include_in_schema=False)
WIDTH, MARGIN = 720, 8
"""Of the time line, in the units of the drawing."""


@dataclass(frozen=True)
class Wording:
    """A way of putting the claim, and all who put it so, the first of them first."""

    text: Sequence[Difference]
    """In pieces: what is new stands in no earlier piece of the first wording."""
    tellings: Sequence[Variant]


@dataclass(frozen=True)
class Dot:
    """A telling on the time line."""

    x: float
    telling: Variant


@dataclass(frozen=True)
class Retold:
    """A claim and its cluster as the page shows them."""

    row: Row[Any]
    cluster: Cluster | None
    """None where nothing else agrees with the claim, or it is not matched yet."""

    @property
    def wordings(self) -> list[Wording]:
        """Each wording once, in the order in which they were first used, set beside the first of all."""
        return list_wordings(self.cluster.variants if self.cluster else ())

    @property
    def dots(self) -> list[Dot]:
        """The tellings on a line of time."""
        return draw_time_line(self.cluster.variants if self.cluster else ())


@router.get("/claims/{claim_id:uuid}/again")
async def show_again(request: Request, house: InHouse, _: Reader, claim_id: UUID) -> Response:
    """The cluster of a claim."""
    retold = await house.read(lambda tx: read_retold(tx, claim_id))
    if retold is None:
        raise Problem(404, f"there is no claim {claim_id}; its article may have a newer revision")
    return render(request, "again.html", retold=retold, width=WIDTH, shown=VARIANTS)


def read_retold(tx: Connection, claim_id: UUID) -> Retold | None:
    """All that the page shows; None where there is no such claim."""
    row = read_claim(tx, claim_id)
    if row is None:
        return None
    cluster = read_cluster_of(tx, claim_id, VARIANTS)
    return Retold(row, cluster if cluster and cluster.claims > 1 else None)


def list_wordings(variants: Sequence[Variant]) -> list[Wording]:
    """The variants by how they put the claim; what differs from the first is told apart, word by word."""
    put: dict[str, list[Variant]] = {}
    for one in variants:
        put.setdefault(one.text, []).append(one)
    first = next(iter(put), "")
    return [Wording(list(_tell_apart(first, text)), tellings) for text, tellings in put.items()]


def _tell_apart(first: str, text: str) -> Iterator[Difference]:
    kept = (one for one in compare_texts(first, text) if one.change is not Change.GONE)
    # Other commas or quotation marks are no other words.
    judged = (Difference(one.change if _has_words(one.text) else Change.SAME, one.text) for one in kept)
    for change, run in groupby(judged, key=lambda one: one.change):
        yield Difference(change, "".join(one.text for one in run))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def draw_time_line(variants: Sequence[Variant]) -> list[Dot]:
    """The variants, which are in the order of time, from the left to the right end."""
    if not variants:
        return []
    began, ended = variants[0].seen_at, variants[-1].seen_at
    whole = (ended - began).total_seconds() or 1.0
    room = WIDTH - 2 * MARGIN
    return [
        Dot(round(MARGIN + room * (one.seen_at - began).total_seconds() / whole, 1), one) for one in variants
    ]

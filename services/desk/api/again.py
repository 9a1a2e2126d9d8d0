"""Claims that were said again: where, by whom, in which words; and the most repeated of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy import Connection, Row

from schemas.record import Record
from services.desk.answers import Listing, Page, answer_list, answer_model, pick
from services.desk.callers import READING
from services.desk.claim_query import Question, Words
from services.desk.documentation import cached, listed
from services.desk.formats import Form, offer
from services.desk.house import InHouse
from services.desk.paging import MOST, read_cursor, write_cursor
from services.desk.problems import Problem
from services.store.claims import read_claim
from services.store.clusters import Cluster, Variant, list_clusters, read_cluster_of

router = APIRouter(tags=["claims"], dependencies=[READING])
VARIANTS = 200
"""Of a cluster that are read where nobody says how many."""


class VariantRecord(Record):
    """A claim of the cluster, and where it was made."""

    claim_id: UUID
    text: str
    """On its own, where it has such a form."""
    claimant: str | None
    outlet: str | None
    date: datetime
    """When its article was published, else when it was handed in."""
    url: str | None
    title: str | None
    article_id: UUID
    copy_of: UUID | None
    """The article that its article copies: then it counts as no repetition."""


class AgainRecord(Record):
    """A claim wherever it is made. Of one that nothing else agrees with, or not yet, all is empty."""

    claim_id: UUID
    """The claim that was asked for."""
    cluster_id: UUID | None = None
    repetitions: int = 0
    """Tellings after the first; articles that copy one text are one telling."""
    claims: int = 0
    """Claims that are this one: as many as there are variants, if need be beyond `limit`."""
    articles: int = 0
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    first_claim_id: UUID | None = None
    outlets: tuple[str, ...] = ()
    """Those of the variants here, in the order in which they had it."""
    speakers: tuple[str, ...] = ()
    """Claimants of the variants here, in the order in which they said it."""
    variants: tuple[VariantRecord, ...] = ()
    """In the order in which they were said, the claim itself among them."""


class RepeatedRecord(Record):
    """A claim that was repeated, wherever it was made."""

    cluster_id: UUID
    claim_id: UUID
    """The first: /claims/{claim_id}/again has all."""
    text: str
    claimant: str | None
    repetitions: int
    claims: int
    articles: int
    outlets: int
    speakers: int
    first_seen_at: datetime
    last_seen_at: datetime
    check_worthiness: float
    """Of the most check-worthy."""


@dataclass(frozen=True)
class ClusterPosition:
    """Where a cluster stands among the most repeated."""

    repetitions: Annotated[int, Field(ge=0, lt=2**31)]
    cluster_id: UUID


class RepeatedQuery(Question):
    """Which of the repeated claims are wanted."""

    limit: Annotated[int, Field(ge=1, le=MOST)] | None = None
    """At most so many."""
    cursor: Words | None = None
    """Where the page before ended."""


@router.get("/claims/{claim_id:uuid}/again", response_model=AgainRecord, responses=cached(404))
async def get_again(
    request: Request,
    house: InHouse,
    claim_id: UUID,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Variants at most.")] = VARIANTS,
) -> Response:
    """Where a claim was said again: first seen, outlets, speakers and every variant."""

    def read(tx: Connection) -> AgainRecord | None:
        if read_claim(tx, claim_id) is None:
            return None
        return describe_again(claim_id, read_cluster_of(tx, claim_id, limit))

    found = await house.read(read)
    if found is None:
        raise Problem(404, f"there is no claim {claim_id}; its article may have a newer revision")
    return answer_model(request, found)


def describe_again(claim_id: UUID, cluster: Cluster | None) -> AgainRecord:
    """A claim's cluster as the API gives it."""
    if cluster is None or cluster.claims < 2:
        return AgainRecord(claim_id=claim_id)
    names = set(AgainRecord.model_fields) - {"claim_id", "variants"}
    same = {name: getattr(cluster, name) for name in names}
    return AgainRecord(claim_id=claim_id, **same, variants=tuple(map(_describe_variant, cluster.variants)))


def _describe_variant(variant: Variant) -> VariantRecord:
    return VariantRecord.model_validate({**vars(variant), "date": variant.seen_at})


@router.get("/repeated", response_model=Page[RepeatedRecord], responses=listed(RepeatedRecord))
async def get_repeated(
    request: Request,
    house: InHouse,
    query: Annotated[RepeatedQuery, Query()],
    form: Annotated[Form, Depends(offer(Form.JSON, Form.JSONL, Form.CSV))],
) -> Response:
    """Claims that were repeated, those with most repetitions first, each once however it is put."""
    after = read_cursor("repeated", ClusterPosition, query.cursor) if query.cursor else None
    return await answer_list(request, house, form, REPEATED, after=after, limit=query.limit)


def _read_repeated(
    tx: Connection, after: ClusterPosition | None, limit: int
) -> Sequence[tuple[RepeatedRecord, ClusterPosition]]:
    rows = list_clusters(tx, limit, after=(after.repetitions, after.cluster_id) if after else None)
    return [(_describe_cluster(row), ClusterPosition(row.repetitions, row.cluster_id)) for row in rows]


def _describe_cluster(row: Row[Any]) -> RepeatedRecord:
    return RepeatedRecord.model_validate({**row._mapping, "claim_id": row.first_claim_id})


REPEATED = Listing(
    read=_read_repeated,
    cursor=lambda position: write_cursor("repeated", position),
    columns=pick(*RepeatedRecord.model_fields),
)

"""Claims: found by all that is known of them, page by page, with facets."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection, Row

from schemas import Claim
from schemas.record import Record
from services.desk.answers import Listing, Page, answer_list, answer_model, pick
from services.desk.api.exports import EXPORTS, export_claim, export_claims
from services.desk.api.triage import JudgementRecord, describe_judgement
from services.desk.callers import READING
from services.desk.claim_query import Wanted, write_claim_cursor
from services.desk.documentation import cached, listed
from services.desk.facet_samples import Asked, read_with_facets
from services.desk.formats import Form, offer
from services.desk.house import House, InHouse
from services.desk.problems import Problem
from services.store.claim_facets import Facet
from services.store.claims import ClaimFilter, Position, find_claims, read_claim, read_position
from services.store.highlights import highlight
from services.store.triage import read_current

router = APIRouter(tags=["claims"], dependencies=[READING])


class ArticleOf(Record):
    """The article that a claim stands in."""

    article_id: UUID
    title: str | None
    source: str | None
    url: str | None
    published_at: datetime | None


class Mark(Record):
    """Words that were searched for: `text[start:end] == exact`."""

    start: int
    end: int
    exact: str


class Highlights(Record):
    """Where the words of `q` stand, in whatever form."""

    text: tuple[Mark, ...]
    """In the claim's `text`."""
    standalone: tuple[Mark, ...]
    """In its `standalone.text`."""


class ClaimRecord(Claim):
    """A claim with its article. The spans are of the clean text: /articles/{article_id}/text."""

    article: ArticleOf
    """Where it stands."""
    repetitions: int
    """How often it was said again; 0 where never, or where it is not matched yet."""
    triage: JudgementRecord | None = None
    """What was judged of it last; none where nobody has."""
    highlights: Highlights | None = None
    """Only where `q` was given."""


class FacetValue(Record):
    """A value by which the claims can be narrowed, and how many have it."""

    value: str
    """What the parameter takes; a speaker's and an entity's id, where it is one."""
    label: str
    """For a reader."""
    count: int
    entity_id: UUID | None


class FacetCounts(Record):
    """The values of a facet, its own parameter left out of the count."""

    values: tuple[FacetValue, ...]
    complete: bool
    """Whether all claims were counted, or as many as is quick."""


class Facets(Record):
    """By what the claims can be narrowed further."""

    total: int
    """How many claims fit; no more than 10,000 are counted."""
    facets: dict[Facet, FacetCounts]


class ClaimPage(Page[ClaimRecord]):
    """A page of claims."""

    facets: Facets | None = None
    """Where `facets=1` asks for them."""


COLUMNS = {
    **pick("claim_id", "article.article_id", "claimant.name", "text", "kind", "quote_type"),
    **pick("check_worthiness.score", "article.title", "article.source", "article.url"),
    **pick("article.published_at", "standalone.text", "polarity", "modality"),
}
_HEADS = {
    "article.article_id": "article_id",
    "claimant.name": "claimant",
    "check_worthiness.score": "check_worthiness",
    "article.title": "title",
    "article.source": "source",
    "article.url": "url",
    "article.published_at": "published_at",
    "standalone.text": "standalone",
}


def list_claims(wanted: ClaimFilter) -> Listing[ClaimRecord, Position]:
    """The claims of a filter as a list, its own limit and position left out."""

    def read(tx: Connection, after: Position | None, limit: int) -> Sequence[tuple[ClaimRecord, Position]]:
        rows = find_claims(tx, replace(wanted, after=after, limit=limit))
        return list(zip(describe_claims(tx, rows, wanted.words), map(read_position, rows), strict=True))

    return Listing(
        read=read,
        cursor=lambda position: write_claim_cursor(wanted.order, position),
        columns={_HEADS.get(name, name): column for name, column in COLUMNS.items()},
    )


def describe_claims(tx: Connection, rows: Sequence[Row[Any]], words: str | None = None) -> list[ClaimRecord]:
    """Rows of `find_claims` as the API gives them; with `words`, where those stand in each."""
    marked: list[Highlights | None] = [None] * len(rows)
    if words is not None and rows:
        texts = [row.text for row in rows] + [row.standalone or "" for row in rows]
        marks = [
            tuple(Mark(start=start, end=end, exact=text[start:end]) for start, end in found)
            for text, found in zip(texts, highlight(tx, words, texts), strict=True)
        ]
        pairs = zip(marks[: len(rows)], marks[len(rows) :], strict=True)
        marked = [Highlights(text=text, standalone=standalone) for text, standalone in pairs]
    judged = read_current(tx, [row.claim_id for row in rows])
    return [
        _describe(row, judged.get(row.claim_id), highlights)
        for row, highlights in zip(rows, marked, strict=True)
    ]


def _describe(row: Row[Any], judged: Row[Any] | None, highlights: Highlights | None) -> ClaimRecord:
    names = ("article_id", "title", "source", "url", "published_at")
    article = {name: row._mapping[name] for name in names}
    triage = describe_judgement(judged) if judged else None
    return ClaimRecord.model_validate(
        {
            **row.record,
            "article": article,
            "repetitions": row.repetitions,
            "highlights": highlights,
            "triage": triage,
        }
    )


@router.get("/claims", response_model=ClaimPage, responses=listed(ClaimRecord))
async def get_claims(
    request: Request,
    house: InHouse,
    query: Wanted,
    form: Annotated[Form, Depends(offer(Form.JSON, Form.JSONL, Form.CSV, *EXPORTS))],
    facets: Annotated[bool, Query(description="With facets (JSON only).")] = False,
) -> Response:
    """Claims, the most check-worthy first. As JSON by the page, as JSON Lines or CSV all that follow.

    Also as JSON-LD, and as an Atom or RSS feed, which begins with the newest.
    """
    if form in EXPORTS:
        return await export_claims(request, house, query, form)
    wanted = query.filter
    counted = await _count(house, wanted) if facets and form is Form.JSON else None

    def make(records: list[ClaimRecord], further: str | None) -> ClaimPage:
        return ClaimPage(items=records, next=further, facets=counted)

    return await answer_list(
        request, house, form, list_claims(wanted), after=wanted.after, limit=query.limit, page=make
    )


@router.get("/claims/facets", response_model=Facets, responses=cached())
async def get_facets(
    request: Request,
    house: InHouse,
    query: Wanted,
    values: Annotated[int, Query(ge=1, le=100, description="Values of each facet at most.")] = 10,
) -> Response:
    """By what the claims of a search can be narrowed: speaker, entity, source, date, kind, score and more."""
    return answer_model(request, await _count(house, query.filter, values))


async def _count(house: House, wanted: ClaimFilter, values: int = 10) -> Facets:
    found = await read_with_facets(house, Asked(wanted, values=values), lambda _, __, found: found)
    counts: Mapping[Facet, FacetCounts] = {
        facet: FacetCounts(
            values=tuple(FacetValue(**asdict(one)) for one in counts.values), complete=counts.complete
        )
        for facet, counts in found.facets.items()
    }
    return Facets(total=found.total, facets=dict(counts))


@router.get("/claims/{claim_id:uuid}", response_model=ClaimRecord, responses=cached(404))
async def get_claim(
    request: Request,
    house: InHouse,
    claim_id: UUID,
    form: Annotated[Form, Depends(offer(Form.JSON, Form.JSONLD))],
) -> Response:
    """One claim with its article; also as JSON-LD."""
    if form is Form.JSONLD:
        return await export_claim(request, house, claim_id)

    def read(tx: Connection) -> ClaimRecord | None:
        row = read_claim(tx, claim_id)
        return describe_claims(tx, [row])[0] if row else None

    found = await house.read(read)
    if found is None:
        raise Problem(404, f"there is no claim {claim_id}; its article may have a newer revision")
    return answer_model(request, found)

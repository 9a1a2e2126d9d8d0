"""Articles: the list, and of one what is known of it: its way, its text with spans, its revisions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import Connection, Row

from schemas import TOPOLOGY, Outcome, StageName
from schemas.articles import Metadata
from schemas.record import Record
from services.desk.answers import Listing, Page, answer_list, answer_model, pick
from services.desk.api.claims import ClaimPage, ClaimRecord, list_claims
from services.desk.callers import READING
from services.desk.claim_query import Moment, Question, Wanted, Words
from services.desk.documentation import cached, listed
from services.desk.entrance import find_waiting, locate
from services.desk.formats import Form, offer
from services.desk.house import House, InHouse
from services.desk.paging import MOST, read_cursor, write_cursor
from services.desk.problems import Problem
from services.store.article_reading import (
    ArticleFilter,
    ArticlePosition,
    list_articles,
    read_article,
    read_text,
)
from services.store.copies import read_copy
from services.store.dead_letters import find_by_entries
from services.store.ledger import find_ends, read_trace
from services.store.pages import find_fetched

router = APIRouter(tags=["articles"], dependencies=[READING])
ENTRANCE, LAST = TOPOLOGY[0].source, TOPOLOGY[-1].stage
FORMS = (Form.JSON, Form.JSONL, Form.CSV)


class State(StrEnum):
    """Where an article is."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    DEAD = "dead"
    SUPERSEDED = "superseded"


class ArticleSummary(Record):
    """An article in the list."""

    article_id: UUID
    revision: str
    """The one that counts."""
    state: State
    """Where the revision that counts is: on its way (`waiting`), or how it ended."""
    reason: str | None = None
    """Why it was skipped, or is dead."""
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    submitted_at: datetime | None = None
    """When this revision was handed in."""
    first_seen_at: datetime | None = None
    """When any was first taken in."""
    claims: int = 0
    """How many were found in it."""


class StageRecord(Record):
    """How a stage's work on a revision ended."""

    revision: str
    stage: StageName
    outcome: Outcome
    reason: str | None
    attempts: int
    worker: str
    traceparent: str | None
    queued_at: datetime
    started_at: datetime
    finished_at: datetime


class CopyRecord(Record):
    """What an article copies, and how many copy it."""

    copy_of: UUID | None
    alike: float | None
    """How alike the texts are, 0 to 1."""
    paragraphs: float | None
    """Part of its paragraphs that stand there too."""
    copies: int


class ArticleRecord(ArticleSummary):
    """An article with its way through the stages."""

    metadata: Metadata | None = None
    """As cleaning found it; none before."""
    stages: tuple[StageRecord, ...] = ()
    """Of all revisions, in the order in which they ended."""
    copied: CopyRecord | None = None
    """What it copies, and how many copy it; none where that is not known (yet)."""


class ArticlePage(Page[ArticleSummary]):
    """A page of articles."""


class ArticleQuery(Question):
    """Which articles are asked for."""

    q: Words | None = None
    """Part of the title."""
    source: Words | None = None
    """Part of the outlet's name."""
    since: Moment | None = None
    """First taken in at or after; a time with its zone, or a day."""
    until: Moment | None = None
    """First taken in before."""
    entity_id: UUID | None = None
    """An entity that the article names."""
    limit: Annotated[int, Field(ge=1, le=MOST)] | None = None
    """At most so many."""
    cursor: Words | None = None
    """Where the page before ended."""


COLUMNS = pick(*ArticleSummary.model_fields)


def describe_articles(tx: Connection, rows: Sequence[Row[Any]]) -> list[ArticleSummary]:
    """Rows of `list_articles` with the state of each."""
    ends = find_ends(tx, [(row.article_id, row.revision) for row in rows], LAST)
    return [_summarize(row, ends.get((row.article_id, row.revision))) for row in rows]


def _summarize(row: Row[Any], end: Row[Any] | None) -> ArticleSummary:
    return ArticleSummary(**{**_pick_known(row), **_judge(end)})


def _pick_known(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name in ArticleRecord.model_fields}


def _judge(end: Row[Any] | None) -> dict[str, Any]:
    """State and reason by the ledger's entry that ended the revision."""
    return {"state": State(end.outcome), "reason": end.reason} if end else {"state": State.WAITING}


def _list(wanted: ArticleFilter) -> Listing[ArticleSummary, ArticlePosition]:
    def read(
        tx: Connection, after: ArticlePosition | None, limit: int
    ) -> Sequence[tuple[ArticleSummary, ArticlePosition]]:
        rows = list_articles(tx, replace(wanted, after=after, limit=limit))
        positions = [ArticlePosition(row.first_seen_at, row.article_id) for row in rows]
        return list(zip(describe_articles(tx, rows), positions, strict=True))

    return Listing(read, lambda position: write_cursor("articles", position), COLUMNS)


@router.get("/articles", response_model=ArticlePage, responses=listed(ArticleSummary))
async def get_articles(
    request: Request,
    house: InHouse,
    query: Annotated[ArticleQuery, Query()],
    form: Annotated[Form, Depends(offer(*FORMS))],
) -> Response:
    """Articles, the newest to be taken in first, each with where it is."""
    same = {name: getattr(query, name) for name in ("source", "since", "until", "entity_id")}
    wanted = ArticleFilter(title=query.q, **same)
    after = read_cursor("articles", ArticlePosition, query.cursor) if query.cursor else None
    return await answer_list(request, house, form, _list(wanted), after=after, limit=query.limit)


@router.get(
    "/articles/{article_id:uuid}",
    response_model=ArticleRecord,
    responses={**cached(404), 307: {"description": "The address led to another article: its Location."}},
)
async def get_article(request: Request, house: InHouse, article_id: UUID) -> Response:
    """An article: what is known of it, and its way through the stages with times, attempts and outcomes.

    What was accepted is known at once, though no stage has taken it yet. Where an address was handed in
    that turned out to lead to another article, the answer leads there.
    """
    found = await house.read(lambda tx: find_article(tx, article_id))
    if isinstance(found, UUID):
        return RedirectResponse(locate(found), 307)
    found = found or await _find_handed_in(house, article_id)
    if found is None:
        raise lacking(article_id)
    return answer_model(request, found)


def find_article(tx: Connection, article_id: UUID) -> ArticleRecord | UUID | None:
    """What the store knows of an article; the id of another where its address led there."""
    known = read_article(tx, article_id)
    if known is not None:
        return _describe(tx, known.article, known.stages)
    led = find_fetched(tx, [article_id]).get(article_id)
    if led is not None:
        return led[0]
    # It ended before it was identified in full: skipped for being empty, or dead.
    trace = read_trace(tx, article_id)
    if not trace:
        return None
    end = trace[-1]
    return ArticleRecord(
        article_id=article_id, revision=end.revision, stages=_list_stages(trace), **_judge(end)
    )


def _describe(tx: Connection, row: Row[Any], trace: Sequence[Row[Any]]) -> ArticleRecord:
    ref = row.article_id, row.revision
    text, copy = read_text(tx, *ref), read_copy(tx, row.article_id)
    copied = copy and CopyRecord(
        copy_of=copy.copy_of, alike=copy.alike, paragraphs=copy.copied, copies=copy.copies
    )
    return ArticleRecord(
        **_pick_known(row),
        **_judge(find_ends(tx, [ref], LAST).get(ref)),
        metadata=Metadata.model_validate(text.metadata) if text else None,
        stages=_list_stages(trace),
        copied=copied,
    )


def _list_stages(trace: Sequence[Row[Any]]) -> tuple[StageRecord, ...]:
    return tuple(StageRecord.model_validate(dict(one._mapping)) for one in trace)


async def _find_handed_in(house: House, article_id: UUID) -> ArticleRecord | None:
    """What was accepted and no stage has ended yet, or what died without being known by its id."""
    handed = await find_waiting(house, article_id)
    if handed is None:
        return None
    entry_id, revision = handed
    letters = await house.read(lambda tx: find_by_entries(tx, ENTRANCE, [entry_id]))
    letter = letters.get(entry_id)
    if letter is not None and letter.replayed_at is None:
        return ArticleRecord(article_id=article_id, revision=revision, state=State.DEAD, reason=letter.reason)
    return ArticleRecord(article_id=article_id, revision=revision, state=State.WAITING)


def lacking(article_id: UUID) -> Problem:
    """That there is no such article."""
    return Problem(404, f"there is no article {article_id}")


async def check_article(house: House, article_id: UUID) -> None:
    """Problem 404 where there is no such article."""
    found = await house.read(lambda tx: find_fetched(tx, [article_id]))
    if found.get(article_id, (None, ""))[0] != article_id:
        raise lacking(article_id)


@router.get(
    "/articles/{article_id:uuid}/claims", response_model=ClaimPage, responses=listed(ClaimRecord, 404)
)
async def get_claims_of_article(
    request: Request,
    house: InHouse,
    article_id: UUID,
    query: Wanted,
    form: Annotated[Form, Depends(offer(*FORMS))],
) -> Response:
    """The claims of an article; all parameters of /claims narrow them."""
    await check_article(house, article_id)
    wanted = replace(query.filter, article_ids=(article_id,))
    return await answer_list(request, house, form, list_claims(wanted), after=wanted.after, limit=query.limit)

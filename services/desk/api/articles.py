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
from services.store.article_search import (
    ArticleFilter,
    ArticlePosition,
    find_led_to,
    is_article,
    list_articles,
    list_refs,
    list_revisions,
    read_article,
)
from services.store.copies import read_copy
from services.store.dead_letters import find_by_entries
from services.store.ledger import find_ends, read_trace

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
    copied: float | None
    """Part of its paragraphs that stand there too."""
    copies: int


class ArticleRecord(ArticleSummary):
    """An article with its way through the stages."""

    first_seen_at: datetime | None = None
    metadata: Metadata | None = None
    """As cleaning found it; none before."""
    stages: tuple[StageRecord, ...] = ()
    """Of all revisions, in the order in which they ended."""
    copy_record: Annotated[CopyRecord | None, Field(serialization_alias="copy", validation_alias="copy")] = (
        None
    )


class ArticlePage(Page[ArticleSummary]):
    """A page of articles."""


class RevisionRecord(Record):
    """A content that was handed in for an article."""

    revision: str
    counts: bool
    """Whether it is the one that counts."""
    submission_id: UUID
    submitted_at: datetime
    media_type: str
    given: str
    """The field that held the content."""
    bytes: int
    characters: int | None
    """Of its clean text; none where there is none (yet)."""


class Revisions(Record):
    """What was ever handed in for an article, newest first."""

    items: tuple[RevisionRecord, ...]


class ArticleQuery(Question):
    """Which articles are asked for."""

    q: Words | None = None
    """Words that all stand in the title."""
    source: Words | None = None
    """Part of the outlet's name."""
    since: Moment | None = None
    """Published at or after; a time with its zone, or a day."""
    until: Moment | None = None
    """Published before."""
    limit: Annotated[int, Field(ge=1, le=MOST)] | None = None
    """At most so many."""
    cursor: Words | None = None
    """Where the page before ended."""


COLUMNS = pick(*ArticleSummary.model_fields)


def describe_articles(tx: Connection, rows: Sequence[Row[Any]]) -> list[ArticleSummary]:
    """Rows of `list_articles` with the state of each."""
    ends = find_ends(tx, list_refs(rows), LAST)
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
        positions = [ArticlePosition(row.moment, row.article_id) for row in rows]
        return list(zip(describe_articles(tx, rows), positions, strict=True))

    return Listing(read, lambda position: write_cursor("articles", position), COLUMNS)


@router.get("/articles", response_model=ArticlePage, responses=listed(ArticleSummary))
async def get_articles(
    request: Request,
    house: InHouse,
    query: Annotated[ArticleQuery, Query()],
    form: Annotated[Form, Depends(offer(*FORMS))],
) -> Response:
    """Articles, newest first, each with where it is."""
    wanted = ArticleFilter(words=query.q, source=query.source, since=query.since, until=query.until)
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
        raise _lacking(article_id)
    return answer_model(request, found)


def find_article(tx: Connection, article_id: UUID) -> ArticleRecord | UUID | None:
    """What the store knows of an article; the id of another where its address led there."""
    row, trace = read_article(tx, article_id), read_trace(tx, article_id)
    if row is None and (other := find_led_to(tx, article_id)):
        return other
    stages = [StageRecord.model_validate(dict(one._mapping)) for one in trace]
    if row is None:
        # It ended before it was identified in full: skipped for being empty, or dead.
        return _describe_end(trace[-1], stages) if trace else None
    end = find_ends(tx, [(article_id, row.revision)], LAST).get((article_id, row.revision))
    copy = read_copy(tx, article_id)
    return ArticleRecord.model_validate(
        {**_pick_known(row), **_judge(end), "stages": stages, "copy": copy and dict(copy._mapping)}
    )


def _describe_end(end: Row[Any], stages: list[StageRecord]) -> ArticleRecord:
    return ArticleRecord.model_validate(
        {"article_id": end.article_id, "revision": end.revision, "stages": stages, **_judge(end)}
    )


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


def _lacking(article_id: UUID) -> Problem:
    return Problem(404, f"there is no article {article_id}")


async def check_article(house: House, article_id: UUID) -> None:
    """Problem 404 where there is no such article."""
    if not await house.read(lambda tx: is_article(tx, article_id)):
        raise _lacking(article_id)


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


@router.get("/articles/{article_id:uuid}/revisions", response_model=Revisions, responses=cached(404))
async def get_revisions(request: Request, house: InHouse, article_id: UUID) -> Response:
    """What was ever handed in for an article, newest first, and which of it counts."""
    rows = await house.read(lambda tx: list_revisions(tx, article_id))
    if not rows:
        raise _lacking(article_id)
    items = tuple(RevisionRecord.model_validate(dict(row._mapping)) for row in rows)
    return answer_model(request, Revisions(items=items))

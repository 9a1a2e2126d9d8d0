"""Articles: a list, and one with its text, its claims, and its way through the stages."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection, Row

from schemas import Claim
from schemas.articles import Metadata
from services.clean.repair import repair
from services.desk.callers import Reader
from services.desk.comparison import Difference, compare_texts
from services.desk.house import InHouse
from services.desk.pages.addresses import change, join
from services.desk.pages.drawing import render
from services.desk.pages.listing import say_manners
from services.desk.pages.marking import MarkedText, mark_text
from services.desk.paging import read_cursor, write_cursor
from services.desk.problems import Problem
from services.desk.removals import place_removals
from services.store.article_reading import (
    ArticleFilter,
    ArticlePosition,
    ArticleRecord,
    list_articles,
    read_article,
    read_given,
    read_mentions,
    read_text,
)
from services.store.claims import ClaimFilter, find_claims
from services.store.copies import read_copy

router = APIRouter(include_in_schema=False)
PAGE = 50
FORMS = ("json", "jsonl", "csv")
ORDER = "newest"
Words = Annotated[str | None, Query(max_length=1_000)]


@router.get("/articles")
async def show_articles(
    request: Request,
    house: InHouse,
    _: Reader,
    title: Words = None,
    source: Words = None,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Response:
    """Articles, those handed in last first; found by their title and outlet."""
    after = read_cursor(ORDER, ArticlePosition, cursor) if cursor else None
    wanted = ArticleFilter(title=_strip(title), source=_strip(source), after=after, limit=PAGE + 1)
    rows = await house.read(lambda tx: list_articles(tx, wanted))
    here = rows[:PAGE]
    given = request.query_params.multi_items()
    further = None
    if len(rows) > PAGE:
        position = ArticlePosition(here[-1].first_seen_at, here[-1].article_id)
        further = join("/articles", change(given, cursor=write_cursor(ORDER, position)))
    return render(
        request,
        "articles.html",
        rows=here,
        title=title or "",
        source=source or "",
        given=given,
        next=further,
        first=join("/articles", change(given)) if cursor else None,
        forms=FORMS,
    )


def _strip(words: str | None) -> str | None:
    return (words or "").replace("\0", "").strip() or None


@dataclass(frozen=True)
class Story:
    """An article as its page shows it."""

    record: ArticleRecord
    revision: str
    text: Row[Any] | None
    marked: MarkedText
    claims: list[Claim]
    copy: Row[Any] | None
    differences: list[Difference]
    compared: Row[Any] | None
    """The revision that it is compared with."""
    entities: list[tuple[UUID, str, str]]

    @property
    def metadata(self) -> Metadata:
        """What is known of the article; a text stored by an older worker may lack some of it."""
        return Metadata.model_validate(self.text.metadata or {}) if self.text else Metadata()

    @property
    def numbers(self) -> dict[UUID, int]:
        """The claims' numbers on the page."""
        return {claim.claim_id: number for number, claim in enumerate(self.claims, 1)}


@router.get("/articles/{article_id}")
async def show_article(
    request: Request,
    house: InHouse,
    _: Reader,
    article_id: UUID,
    revision: Annotated[str | None, Query(max_length=200)] = None,
    compare: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """One article; `revision` shows another than the one that counts, `compare` against which one."""
    story = await house.read(lambda tx: read_story(tx, article_id, _strip(revision), _strip(compare)))
    if story is None:
        raise Problem(404, f"there is no article {article_id}, or it has no such revision")
    return render(request, "article.html", story=story, manners=say_manners)


def read_story(tx: Connection, article_id: UUID, revision: str | None, compare: str | None) -> Story | None:
    """All that the page shows; None where there is no such article or revision."""
    record = read_article(tx, article_id)
    if record is None:
        return None
    shown = revision or record.article.revision
    if shown not in {one.revision for one in record.revisions}:
        return None
    counts = shown == record.article.revision
    text = read_text(tx, article_id, shown)
    rows = find_claims(tx, ClaimFilter(article_ids=(article_id,))) if counts else ()
    claims = sorted((Claim.model_validate(row.record) for row in rows), key=_stand)
    mentions = read_mentions(tx, article_id) if counts else ()
    older = read_text(tx, article_id, compare) if compare else None
    return Story(
        record=record,
        revision=shown,
        text=text,
        marked=_mark(tx, text, claims, mentions),
        claims=claims,
        copy=read_copy(tx, article_id),
        differences=compare_texts(older.text, text.text) if older and text else [],
        compared=older,
        entities=list(dict.fromkeys((row.entity_id, row.name, row.kind) for row in mentions)),
    )


def _stand(claim: Claim) -> tuple[int, int]:
    """In the order of the text, what lies within another after it."""
    return claim.content[0].start, -claim.content[-1].end


def _mark(tx: Connection, text: Row[Any] | None, claims: list[Claim], mentions: Any) -> MarkedText:  # noqa: ANN401 (rows of a query)
    if text is None:
        return MarkedText([], [])
    row = read_given(tx, text.article_id, text.revision) if text.removed else None
    given = repair(row.raw.decode(errors="replace")) if row and row.given == "text" else None
    return mark_text(text.text, claims, mentions, place_removals(text.text, given, text.removed))

"""Claims in the forms of others: JSON-LD, annotations of an article, feeds of any search."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from schemas import derive_id
from services.desk.answers import answer_bytes
from services.desk.callers import READING
from services.desk.claim_query import ClaimQuery, write_claim_cursor
from services.desk.documentation import cached
from services.desk.exports import annotations, schema_org
from services.desk.exports.feeds import ATOM_TYPE, RSS_TYPE, FeedHead, find_update, write_atom, write_rss
from services.desk.formats import MEDIA_TYPES, Form, read_asked
from services.desk.house import House, InHouse
from services.desk.paging import PAGE, link_next
from services.desk.problems import Problem
from services.desk.sightings import SeenIn, Sighting, read_article, read_rows
from services.store.claims import ClaimFilter, Order, find_claims, read_position
from services.store.sightings import find_article, find_entities, find_of_article, find_sightings

router = APIRouter(tags=["exports"], dependencies=[READING])
EXPORTS = (Form.JSONLD, Form.ATOM, Form.RSS)
"""Forms of a list of claims that are made here."""
ANNOTATIONS: dict[int | str, dict[str, Any]] = {
    **cached(404),
    200: {
        "description": "An AnnotationCollection, or with `page` an AnnotationPage.",
        "content": {MEDIA_TYPES[Form.JSONLD]: {"schema": {"type": "object"}}},
    },
}
_OF_A_PAGE = {"cursor", "limit", "order"}


async def export_claims(request: Request, house: House, query: ClaimQuery, form: Form) -> Response:
    """The claims of a search in one of `EXPORTS`; feeds begin with the newest where no order is asked for."""
    wanted = replace(query.filter, limit=query.limit or PAGE)
    if form is not Form.JSONLD and "order" not in query.model_fields_set and query.cursor is None:
        wanted = replace(wanted, order=Order.NEWEST)
    sightings, further = await house.read(lambda tx: _read(tx, wanted))
    if form is Form.JSONLD:
        body = _dump(schema_org.describe_claims(sightings))
        return answer_bytes(request, body, MEDIA_TYPES[Form.JSONLD], **link_next(request, further))
    head = _describe_feed(request, query)
    if form is Form.ATOM:
        return _answer_feed(request, write_atom(head, sightings), ATOM_TYPE, find_update(sightings))
    return _answer_feed(request, write_rss(head, sightings), RSS_TYPE, find_update(sightings))


async def export_claim(request: Request, house: House, claim_id: UUID) -> Response:
    """One claim as JSON-LD. Problem 404 where it is not there."""
    sightings = await house.read(lambda tx: _describe(tx, [claim_id]))
    if not sightings:
        raise Problem(404, f"there is no claim {claim_id}; its article may have a newer revision")
    return answer_bytes(request, _dump(schema_org.describe_claims(sightings)), MEDIA_TYPES[Form.JSONLD])


@router.get("/articles/{article_id:uuid}/annotations", response_class=Response, responses=ANNOTATIONS)
async def annotate(
    request: Request,
    house: InHouse,
    article_id: UUID,
    page: Annotated[int | None, Query(ge=0, le=0, description="The only page there is.")] = None,
) -> Response:
    """The claims of an article as W3C Web Annotations; positions are of its clean text."""
    found = await house.read(lambda tx: _read_article(tx, article_id))
    if found is None:
        raise Problem(404, f"there is no article {article_id}")
    address = f"{str(request.base_url).rstrip('/')}/api/v1/articles/{article_id}/annotations"
    write = annotations.describe_collection if page is None else annotations.describe_page
    return answer_bytes(request, _dump(write(address, *found)), annotations.MEDIA_TYPE)


def _read(tx: Connection, wanted: ClaimFilter) -> tuple[list[Sighting], str | None]:
    limit = wanted.limit or PAGE
    rows = find_claims(tx, replace(wanted, limit=limit + 1))
    last = rows[limit - 1] if len(rows) > limit else None
    further = write_claim_cursor(wanted.order, read_position(last)) if last is not None else None
    return _describe(tx, [row.claim_id for row in rows[:limit]]), further


def _describe(tx: Connection, claim_ids: Sequence[UUID]) -> list[Sighting]:
    rows = find_sightings(tx, claim_ids)
    return read_rows(rows, find_entities(tx, {row.article_id for row in rows}))


def _read_article(tx: Connection, article_id: UUID) -> tuple[SeenIn, list[Sighting]] | None:
    article = find_article(tx, article_id)
    if article is None:
        return None
    rows = find_of_article(tx, article_id)
    return read_article(article), read_rows(rows, find_entities(tx, {article_id}))


def _describe_feed(request: Request, query: ClaimQuery) -> FeedHead:
    """The same search is the same feed, in whatever order its parameters come, on whatever host."""
    given = query.model_dump(mode="json", exclude_none=True, exclude=_OF_A_PAGE)
    base = str(request.base_url).rstrip("/")
    asked = f"?{request.url.query}" if request.url.query else ""
    page = f"?{urlencode(given)}" if given else ""
    return FeedHead(
        feed_id=derive_id("feed of claims", json.dumps(given, sort_keys=True)),
        title=_name_feed(given),
        own_url=f"{base}{quote(read_asked(request))}{asked}",
        page_url=f"{base}/claims{page}",
    )


def _name_feed(given: Mapping[str, object]) -> str:
    parts = [f"{name.replace('_', ' ')} {value}" for name, value in given.items()]
    return "Claims: " + ", ".join(parts) if parts else "Claims"


def _answer_feed(request: Request, body: bytes, media_type: str, changed: datetime) -> Response:
    headers = {"Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
    response = answer_bytes(request, body, media_type, **headers)
    since = request.headers.get("if-modified-since")
    if since is None or "if-none-match" in request.headers or not _is_since(since, changed):
        return response
    kept = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(status_code=304, headers=kept)


def _is_since(since: str, changed: datetime) -> bool:
    try:
        moment = parsedate_to_datetime(since)
        return changed.replace(microsecond=0) <= moment
    except (ValueError, TypeError):
        return False


def _dump(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")

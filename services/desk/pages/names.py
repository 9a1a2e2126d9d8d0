"""Names: a list, and one with what it claims, over time, about whom, and what is claimed about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from schemas import EntityKind
from services.desk.callers import Reader
from services.desk.house import InHouse
from services.desk.pages.addresses import change, join
from services.desk.pages.drawing import render
from services.desk.pages.listing import Card, read_cards
from services.desk.paging import read_cursor, write_cursor
from services.desk.plots import Plot, draw_weeks
from services.desk.problems import Problem
from services.store.claims import ClaimFilter, Order, find_claims
from services.store.entity_list import EntityPosition, list_entity_page
from services.store.entity_reading import (
    EntityRecord,
    SpokenOf,
    Step,
    count_over_time,
    list_speakers_about,
    list_spoken_of,
    list_titles,
    read_entity,
)
from services.store.name_search import FoundName, NamePosition, find_names

router = APIRouter(include_in_schema=False)
PAGE = 50
CLAIMS = 20
FORMS = ("json", "jsonl", "csv")


@router.get("/entities")
async def show_entities(
    request: Request,
    house: InHouse,
    _: Reader,
    q: Annotated[str | None, Query(max_length=1_000)] = None,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Response:
    """Who and what is named, most often first; with a name, those that are spelt like it."""
    words = (q or "").replace("\0", "").strip()
    chosen = EntityKind(kind) if kind in set(EntityKind) else None
    if words:
        place = read_cursor("names", NamePosition, cursor) if cursor else None
        rows: Sequence[Any] = await house.read(lambda tx: find_names(tx, words, PAGE + 1, chosen, place))
    else:
        after = read_cursor("entities", EntityPosition, cursor) if cursor else None
        rows = await house.read(lambda tx: list_entity_page(tx, chosen, after, PAGE + 1))
    given = request.query_params.multi_items()
    further = _write_cursor(rows[PAGE - 1]) if len(rows) > PAGE else None
    return render(
        request,
        "entities.html",
        rows=rows[:PAGE],
        q=words,
        kind=chosen,
        kinds=list(EntityKind),
        # The API calls the words what they are.
        asked=[("name" if name == "q" else name, value) for name, value in given],
        forms=FORMS,
        next=join("/entities", change(given, cursor=further)) if further else None,
        first=join("/entities", change(given)) if cursor else None,
    )


def _write_cursor(last: Any) -> str:  # noqa: ANN401 (a row of either list)
    if isinstance(last, FoundName):
        return write_cursor("names", last.position)
    return write_cursor("entities", EntityPosition(last.articles, last.entity_id))


@dataclass(frozen=True)
class Profile:
    """A name as its page shows it."""

    entity: EntityRecord
    titles: list[tuple[str, int]]
    weeks: list[tuple[date, int]]
    plot: Plot
    about: list[SpokenOf]
    speakers: list[SpokenOf]
    own: list[Card]
    others: list[Card]


@router.get("/entities/{entity_id}")
async def show_entity(request: Request, house: InHouse, _: Reader, entity_id: UUID) -> Response:
    """One name."""
    profile = await house.read(lambda tx: read_profile(tx, entity_id))
    if profile is None:
        raise Problem(404, f"no article names an entity {entity_id}")
    return render(request, "entity.html", profile=profile, most=CLAIMS)


def read_profile(tx: Connection, entity_id: UUID) -> Profile | None:
    """All that the page shows; None where no article names the entity."""
    entity = read_entity(tx, entity_id)
    if entity is None:
        return None
    weeks = count_over_time(tx, entity_id, Step.WEEK)
    own = find_claims(tx, ClaimFilter(speaker_id=entity_id, order=Order.NEWEST, limit=CLAIMS))
    others = find_claims(tx, ClaimFilter(about_id=entity_id, limit=CLAIMS))
    return Profile(
        entity=entity,
        titles=list_titles(tx, entity_id),
        weeks=weeks,
        plot=draw_weeks(weeks),
        about=list_spoken_of(tx, entity_id),
        speakers=list_speakers_about(tx, entity_id),
        own=read_cards(tx, own),
        others=read_cards(tx, others),
    )

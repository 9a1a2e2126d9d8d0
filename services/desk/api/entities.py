"""Entities over all articles: found by name, and what is claimed by and about each."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy import Connection

from schemas import EntityKind
from schemas.record import Record
from services.desk.answers import Listing, Page, answer_list, answer_model, pick
from services.desk.api.claims import ClaimPage, ClaimRecord, list_claims
from services.desk.callers import READING
from services.desk.claim_query import Question, Wanted, Words
from services.desk.documentation import cached, listed
from services.desk.formats import Form, offer
from services.desk.house import InHouse
from services.desk.paging import MOST, read_cursor, write_cursor
from services.desk.problems import Problem
from services.store.claim_filter import ClaimFilter
from services.store.entity_list import EntityPosition, list_entity_page
from services.store.entity_reading import read_entity
from services.store.name_search import NamePosition, find_names

router = APIRouter(tags=["entities"], dependencies=[READING])
FORMS = (Form.JSON, Form.JSONL, Form.CSV)


class Role(StrEnum):
    """What an entity has to do with a claim."""

    ANY = "any"
    BY = "by"
    ABOUT = "about"


class EntitySummary(Record):
    """An entity in the list."""

    entity_id: UUID
    name: str
    """What most articles call it."""
    kind: EntityKind
    wikidata: str | None = None
    articles: int
    """How many name it."""
    score: float | None = None
    """How alike its name is to the one asked for, 0 to 1."""
    matched: str | None = None
    """The name that is alike."""


class NameCount(Record):
    """A name, and how many articles print it."""

    name: str
    articles: int


class EntityDetails(Record):
    """An entity as all articles together have it."""

    entity_id: UUID
    name: str
    """What most articles call it."""
    kinds: tuple[EntityKind, ...]
    """What it is taken for, most often first."""
    wikidata: str | None
    names: tuple[NameCount, ...]
    """Its names and aliases, most common first."""
    articles: int
    """How many name it."""
    mentions: int
    claims: int
    """How many it makes."""
    spoken_of: int
    """How many are about it."""


class EntityPage(Page[EntitySummary]):
    """A page of entities."""


class EntityQuery(Question):
    """Which entities are asked for."""

    name: Words | None = None
    """A name, or its beginning; accents, initials and a typo or two do not matter. The most alike first."""
    kind: EntityKind | None = None
    """What sort of thing it is."""
    limit: Annotated[int, Field(ge=1, le=MOST)] | None = None
    """At most so many."""
    cursor: Words | None = None
    """Where the page before ended."""


def _list(query: EntityQuery) -> Listing[EntitySummary, EntityPosition]:
    def read(
        tx: Connection, after: EntityPosition | None, limit: int
    ) -> Sequence[tuple[EntitySummary, EntityPosition]]:
        rows = list_entity_page(tx, query.kind, after, limit)
        described = [EntitySummary.model_validate(dict(row._mapping)) for row in rows]
        return [(one, EntityPosition(one.articles, one.entity_id)) for one in described]

    return Listing(read, lambda position: write_cursor("entities", position), COLUMNS)


def _find(query: EntityQuery) -> Listing[EntitySummary, NamePosition]:
    def read(
        tx: Connection, after: NamePosition | None, limit: int
    ) -> Sequence[tuple[EntitySummary, NamePosition]]:
        found = find_names(tx, query.name or "", limit, query.kind, after)
        return [(EntitySummary(**asdict(one)), one.position) for one in found]

    return Listing(read, lambda position: write_cursor("names", position), COLUMNS)


COLUMNS = pick(*EntitySummary.model_fields)


@router.get("/entities", response_model=EntityPage, responses=listed(EntitySummary))
async def get_entities(
    request: Request,
    house: InHouse,
    query: Annotated[EntityQuery, Query()],
    form: Annotated[Form, Depends(offer(*FORMS))],
) -> Response:
    """Entities, those that most articles name first; with `name` those whose name is most alike."""
    if query.name:
        place = read_cursor("names", NamePosition, query.cursor) if query.cursor else None
        return await answer_list(request, house, form, _find(query), after=place, limit=query.limit)
    after = read_cursor("entities", EntityPosition, query.cursor) if query.cursor else None
    return await answer_list(request, house, form, _list(query), after=after, limit=query.limit)


@router.get("/entities/{entity_id:uuid}", response_model=EntityDetails, responses=cached(404))
async def get_entity(request: Request, house: InHouse, entity_id: UUID) -> Response:
    """An entity with its names, and how often it is named, speaks and is spoken of."""
    found = await house.read(lambda tx: read_entity(tx, entity_id))
    if found is None:
        raise _lacking(entity_id)
    names = [NameCount(name=name, articles=number) for name, number in found.names]
    return answer_model(request, EntityDetails.model_validate({**vars(found), "names": names}))


@router.get("/entities/{entity_id:uuid}/claims", response_model=ClaimPage, responses=listed(ClaimRecord, 404))
async def get_claims_of_entity(
    request: Request,
    house: InHouse,
    entity_id: UUID,
    query: Wanted,
    form: Annotated[Form, Depends(offer(*FORMS))],
    role: Annotated[Role, Query(description="By it or about it, or only one of both.")] = Role.ANY,
) -> Response:
    """The claims by and about an entity; all parameters of /claims narrow them."""
    if await house.read(lambda tx: read_entity(tx, entity_id)) is None:
        raise _lacking(entity_id)
    wanted = _narrow(query.filter, role, entity_id)
    return await answer_list(request, house, form, list_claims(wanted), after=wanted.after, limit=query.limit)


def _narrow(asked: ClaimFilter, role: Role, entity_id: UUID) -> ClaimFilter:
    match role:
        case Role.BY:
            return replace(asked, speaker_id=entity_id)
        case Role.ABOUT:
            return replace(asked, about_id=entity_id)
        case Role.ANY:
            return replace(asked, entity_id=entity_id)


def _lacking(entity_id: UUID) -> Problem:
    return Problem(404, f"no article names an entity {entity_id}")

"""The inbox: the claims most worth a check, to be read and judged."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from services.desk.api.triage import LONGEST
from services.desk.callers import Reader, Submitter
from services.desk.claim_query import ClaimQuery, Wanted, write_claim_cursor
from services.desk.facet_samples import Asked, read_with_facets
from services.desk.house import InHouse
from services.desk.pages.addresses import change, join, own_path
from services.desk.pages.drawing import lead_to, render
from services.desk.pages.listing import Card, read_cards
from services.desk.pages.narrowing import (
    NARROWED_BY,
    PATH,
    VALUES,
    FacetLinks,
    Link,
    list_chips,
    list_facets,
    list_orders,
    list_states,
)
from services.desk.problems import Problem
from services.store.claim_facets import COUNTED, Narrowing
from services.store.claim_filter import ClaimFilter, list_conditions
from services.store.claim_gathering import Search
from services.store.claims import count_claims, find_claims, read_position
from services.store.triage import Judgement, TriageState, count_states, save_judgement

router = APIRouter(include_in_schema=False)
PAGE = 25
FORMS = ("json", "jsonl", "csv", "atom", "rss")


@dataclass(frozen=True)
class Inbox:
    """What the page shows."""

    cards: list[Card]
    count: int
    next: str | None
    facets: list[FacetLinks]
    chips: list[Link]
    states: list[Link]
    is_empty: bool
    """Whether there is no claim at all."""


@router.get("/")
async def lead_to_inbox() -> Response:
    """What is open, most worth a check first."""
    return RedirectResponse("/claims?triage=open", 303)


@router.get("/claims")
async def show_inbox(request: Request, house: InHouse, query: Wanted, _: Reader) -> Response:
    """Claims as they are asked for."""
    given = request.query_params.multi_items()
    asked = Asked(query.filter, NARROWED_BY, VALUES)
    inbox = await read_with_facets(
        house, asked, lambda tx, search, found: read_inbox(tx, query, given, search, found)
    )
    return render(
        request,
        "inbox.html",
        inbox=inbox,
        query=query,
        orders=list_orders(query, given),
        given=given,
        first=join(PATH, change(given)) if query.cursor else None,
        forms=FORMS,
        counted=COUNTED,
        states=[state for state in TriageState if state is not TriageState.OPEN],
    )


def read_inbox(
    tx: Connection, query: ClaimQuery, given: list[tuple[str, str]], search: Search, found: Narrowing
) -> Inbox:
    """The page's claims; `found` is by what they could be narrowed."""
    size = min(query.limit or PAGE, 100)
    wanted = replace(query.filter, limit=size + 1)
    rows = find_claims(tx, wanted, search)
    here = rows[:size]
    whatever = search.conditions if query.triage is None else list_conditions(tx, _unjudged(query))
    return Inbox(
        cards=read_cards(tx, here, query.q),
        count=found.total,
        next=_link_next(query, given, here[-1]) if len(rows) > size else None,
        facets=list_facets(found.facets, given),
        chips=list_chips(tx, given),
        states=list_states(query, given, count_states(tx, whatever)),
        is_empty=not here and not count_claims(tx, replace(wanted, **_nothing(wanted)), 1),
    )


def _unjudged(query: ClaimQuery) -> ClaimFilter:
    return replace(query.filter, triage=None, after=None, limit=None)


def _nothing(wanted: ClaimFilter) -> dict[str, Any]:
    return {name: None for name, value in vars(wanted).items() if value is not None and name != "order"}


def _link_next(query: ClaimQuery, given: list[tuple[str, str]], last: Any) -> str:  # noqa: ANN401 (a row)
    cursor = write_claim_cursor(query.order, read_position(last))
    return join(PATH, change(given, cursor=cursor))


@router.post("/claims/{claim_id}/triage")
async def judge(
    claim_id: UUID,
    house: InHouse,
    caller: Submitter,
    state: Annotated[TriageState | None, Form()] = None,
    note: Annotated[str | None, Form(max_length=LONGEST)] = None,
    then: Annotated[str | None, Form(alias="next", max_length=8_000)] = None,
) -> Response:
    """Judge a claim, and go back to where that was done."""
    judgement = Judgement(claim_id, caller.name or "", state, note)
    if await house.write(lambda tx: save_judgement(tx, judgement)) is None:
        raise Problem(404, f"there is no claim {claim_id}")
    return lead_to(f"{own_path(then, f'/claims/{claim_id}')}#c-{claim_id}")

"""One claim in full: its context, how it was found, what makes its score, and where it was said again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection, Row

from schemas import Claim
from services.desk.callers import Reader
from services.desk.house import InHouse
from services.desk.pages.drawing import render
from services.desk.pages.listing import Bar, Card, draw_bars, read_cards
from services.desk.problems import Problem
from services.store.claims import ClaimFilter, find_claims, read_claim
from services.store.clusters import Cluster, read_cluster_of
from services.store.names import name_entities
from services.store.triage import read_history

router = APIRouter(include_in_schema=False)
VARIANTS = 200
"""Of a cluster that are shown."""


@dataclass(frozen=True)
class WholeClaim:
    """A claim as its own page shows it."""

    card: Card
    bars: list[Bar]
    parent: Claim | None
    """The claim within which it is reported."""
    children: list[Claim]
    """Claims that are reported within it."""
    about: list[tuple[UUID, str]]
    history: Sequence[Row[Any]]
    cluster: Cluster | None
    """The same claim, wherever it is made."""


@router.get("/claims/{claim_id:uuid}")
async def show_claim(request: Request, house: InHouse, _: Reader, claim_id: UUID) -> Response:
    """The claim."""
    whole = await house.read(lambda tx: read_whole(tx, claim_id))
    if whole is None:
        raise Problem(404, f"there is no claim {claim_id}; its article may have a newer revision")
    return render(request, "claim.html", whole=whole)


def read_whole(tx: Connection, claim_id: UUID) -> WholeClaim | None:
    """All that the page shows; None where there is no such claim."""
    row = read_claim(tx, claim_id)
    if row is None:
        return None
    card = read_cards(tx, [row])[0]
    others = find_claims(tx, ClaimFilter(article_ids=(row.article_id,)))
    around = [Claim.model_validate(one.record) for one in others if one.claim_id != claim_id]
    named = name_entities(tx, list(card.claim.about)) if card.claim.about else {}
    return WholeClaim(
        card=card,
        bars=draw_bars(card.claim, most=None),
        parent=next((one for one in around if one.claim_id == card.claim.nested_in), None),
        children=[one for one in around if one.nested_in == claim_id],
        about=[(entity_id, named[entity_id]) for entity_id in card.claim.about if entity_id in named],
        history=read_history(tx, claim_id),
        cluster=read_cluster_of(tx, claim_id, VARIANTS),
    )

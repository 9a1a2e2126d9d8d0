"""The digest of a day as a page."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from services.desk.callers import Reader
from services.desk.digesting import FIRST_DAY, LAST_DAY, bound_day, title_digest
from services.desk.house import InHouse
from services.desk.pages.drawing import render
from services.desk.pages.listing import Card, read_cards
from services.store.digest import Digest, read_digest

router = APIRouter(include_in_schema=False)
SHOWN = 10
Day = Annotated[date | None, Query(alias="date", ge=FIRST_DAY, le=LAST_DAY)]


@router.get("/digest")
async def show_digest(request: Request, house: InHouse, _: Reader, day: Day = None) -> Response:
    """What a day brought, by default today."""
    shown = day or datetime.now(UTC).date()

    def read(tx: Connection) -> tuple[Digest, list[Card]]:
        digest = read_digest(tx, *bound_day(shown), SHOWN)
        return digest, read_cards(tx, digest.worthy)

    digest, cards = await house.read(read)
    return render(
        request,
        "digest.html",
        digest=digest,
        cards=cards,
        heading=title_digest(digest),
        day=shown,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
    )

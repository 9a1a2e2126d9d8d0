"""What the stream holds no more, read from the store."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from services.desk.house import House
from services.desk.live.places import Place, StorePlace
from services.desk.sightings import Sighting, read_rows
from services.store.sightings import find_detected, find_entities

SLACK = timedelta(seconds=60)
"""A claim's transaction begins before its entry is written, and the clocks of both servers may differ."""
AT_ONCE = 200
NOBODY = UUID(int=0)

ReadMissed = Callable[[Place, datetime | None], AsyncIterator[Sighting]]
"""The claims found after a place, until a moment."""


def read_missed_of(house: House) -> ReadMissed:
    """Reads from the store of this house."""

    async def read(place: Place, until: datetime | None) -> AsyncIterator[Sighting]:
        after = _find_start(place)
        while found := await house.read(lambda tx, after=after: read_part(tx, after, until)):  # type: ignore[misc]  # mypy: no lambda with defaults
            for one in found:
                yield one
            after = (found[-1].detected_at, found[-1].claim.claim_id)

    return read


def read_part(tx: Connection, after: tuple[datetime, UUID], until: datetime | None) -> list[Sighting]:
    """The next claims in the order in which they were found; empty at the end."""
    rows = find_detected(tx, after, until, AT_ONCE)
    return read_rows(rows, find_entities(tx, {row.article_id for row in rows}))


def _find_start(place: Place) -> tuple[datetime, UUID]:
    if isinstance(place, StorePlace):
        return place.detected_at, place.claim_id
    return place.moment - SLACK, NOBODY

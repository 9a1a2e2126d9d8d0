"""What happens now: `/api/v1/claims/stream` and `/api/v1/pipeline/stream`."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from services.desk.callers import READING
from services.desk.claim_match import build_match
from services.desk.claim_query import Wanted
from services.desk.house import InHouse
from services.desk.live.claims import Follower
from services.desk.live.detected import find_edges
from services.desk.live.house import Live
from services.desk.live.missed import read_missed_of
from services.desk.live.places import Place, read_place
from services.desk.live.response import LiveResponse
from services.desk.problems import Problem, refuse_field

router = APIRouter(tags=["live"], dependencies=[READING])
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events without end.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    503: {"description": "As many follow as this desk serves, or a server is away."},
}
LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=100)]


@router.get("/claims/stream", response_class=Response, responses=EVENTS)
async def follow_claims(
    request: Request, house: InHouse, wanted: Wanted, last_event_id: LastEventId = None
) -> Response:
    """Each claim as it is found, as an event `claim`; with `Last-Event-ID`, first what was missed.

    What the stream of the house holds no more is read from the store: an event `missed` says so. `order`,
    `limit` and `cursor` mean nothing here.
    """
    place = await _find_place(house, last_event_id)
    matches = build_match(wanted.filter)
    live: Live = request.app.state.live
    follower = Follower(
        house.redis, live.claims, read_missed_of(house), matches, place, house.settings.heartbeat
    )
    return _answer(live, follower.follow(), house)


@router.get("/pipeline/stream", response_class=Response, responses=EVENTS)
async def follow_pipeline(request: Request, house: InHouse) -> Response:
    """The lag of all stages every two seconds, as an event `lag`: the numbers of `copydesk lag --json`."""
    live: Live = request.app.state.live
    return _answer(live, live.pipeline.follow(house.settings.heartbeat), house)


async def _find_place(house: InHouse, last_event_id: str | None) -> Place:
    """Where the client stands: where it says, else at the end of the stream."""
    if not last_event_id:
        return (await find_edges(house.redis)).last
    try:
        return read_place(last_event_id)
    except ValueError as error:
        raise refuse_field("Last-Event-ID", str(error)) from None


def _answer(live: Live, events: AsyncIterator[bytes], house: InHouse) -> Response:
    if live.clients >= house.settings.stream_clients:
        raise Problem(
            503,
            f"{live.clients} follow already, as many as this desk serves (COPYDESK_DESK_STREAM_CLIENTS)",
            kind="full",
            headers={"Retry-After": "30"},
        )
    return LiveResponse(events, live, write_limit=house.settings.stream_write_limit)

"""Dead letters: what could not be processed; looked into, mended, replayed, dropped."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field, model_validator
from sqlalchemy import Connection, Row

from schemas import StageName, Unprocessable
from schemas.encoding import Base64
from schemas.record import Record
from services.control.replay import divide, find_obstacle, replay
from services.desk.answers import Listing, Page, answer_list, answer_model, pick
from services.desk.callers import OPERATING, READING
from services.desk.claim_query import Question, Words
from services.desk.documentation import cached, listed, problems
from services.desk.formats import Form, offer
from services.desk.house import House, InHouse
from services.desk.paging import MOST, read_cursor, write_cursor
from services.desk.problems import Problem, refuse_field
from services.store.dead_letters import DeadFilter, drop_dead_letters, find_dead_letters, list_dead_letters

router = APIRouter(tags=["dead letters"])
LARGEST = 2**63 - 1
DeadId = Annotated[int, Path(ge=1, le=LARGEST, description="Number of the dead letter.")]
_NO_FORMS = (Form.JSON, Form.JSONL, Form.CSV)


class LetterSummary(Record):
    """A dead letter without its bytes."""

    dead_id: int
    stage: StageName
    stream: str
    entry_id: str
    article_id: UUID | None
    revision: str | None
    source: str | None
    reason: str
    exception: str | None
    """Class and first line of what was raised."""
    attempts: int
    worker: str
    traceparent: str | None
    bytes: int
    """How many the payload has."""
    died_at: datetime
    replayed_at: datetime | None
    replayed_as: str | None
    """The entry that it became."""


class Letter(LetterSummary):
    """A dead letter with its payload."""

    payload: str | None
    """As text, where it is UTF-8."""
    payload_base64: str | None
    """Where it is not."""
    obstacle: str | None
    """Why it cannot be replayed as it is."""


class LetterPage(Page[LetterSummary]):
    """A page of dead letters."""


class LetterQuery(Question):
    """Which dead letters are asked for."""

    stage: StageName | None = None
    reason: Words | None = None
    """Part of the reason."""
    source: Words | None = None
    """The outlet."""
    replayed: bool | None = False
    """Those replayed before, not those that wait."""
    limit: Annotated[int, Field(ge=1, le=MOST)] | None = None
    """At most so many."""
    cursor: Words | None = None
    """Where the page before ended."""


class Mended(Record):
    """A message to go in place of the letter's own; without one it goes as it came."""

    payload: str | None = None
    """As text."""
    payload_base64: Base64 | None = None
    """As bytes."""

    @property
    def given(self) -> bytes | None:
        """The message in bytes."""
        return self.payload_base64 if self.payload is None else self.payload.encode("utf-8", "replace")


class Which(Record):
    """The dead letters to be replayed: by number, stage, reason, source; or all that wait."""

    dead_ids: tuple[Annotated[int, Field(ge=1, le=LARGEST)], ...] | None = Field(None, max_length=MOST)
    stage: StageName | None = None
    reason: Words | None = None
    """Part of the reason."""
    source: Words | None = None
    every: bool = False
    """All that are left by the others."""

    @model_validator(mode="after")
    def _say_which(self) -> Self:
        if not (self.dead_ids or self.stage or self.reason or self.source or self.every):
            raise ValueError("name dead letters by dead_ids, stage, reason or source, or say every: true")
        return self


class ReplayedLetter(Record):
    """A dead letter and the entry that it became."""

    dead_id: int
    stage: StageName
    entry_id: str


class LeftLetter(Record):
    """A dead letter that cannot be replayed as it is."""

    dead_id: int
    obstacle: str


class Replays(Record):
    """What was replayed, and what was left."""

    replayed: tuple[ReplayedLetter, ...]
    left: tuple[LeftLetter, ...]
    more: bool
    """Whether more wait than one request replays: send it again."""


COLUMNS = pick(*LetterSummary.model_fields)


def list_letters(wanted: DeadFilter) -> Listing[LetterSummary, int]:
    """The dead letters of a filter, oldest first."""

    def read(tx: Connection, after: int | None, limit: int) -> Sequence[tuple[LetterSummary, int]]:
        rows = list_dead_letters(tx, replace(wanted, after=after), limit)
        return [(LetterSummary.model_validate(dict(row._mapping)), row.dead_id) for row in rows]

    return Listing(read, lambda position: write_cursor("dead-letters", position), COLUMNS)


@router.get(
    "/dead-letters", response_model=LetterPage, responses=listed(LetterSummary), dependencies=[READING]
)
async def get_letters(
    request: Request,
    house: InHouse,
    query: Annotated[LetterQuery, Query()],
    form: Annotated[Form, Depends(offer(*_NO_FORMS))],
) -> Response:
    """Dead letters that wait, oldest first, without their bytes."""
    same = {name: getattr(query, name) for name in ("stage", "reason", "source", "replayed")}
    after = read_cursor("dead-letters", int, query.cursor, LARGEST) if query.cursor else None
    return await answer_list(
        request, house, form, list_letters(DeadFilter(**same)), after=after, limit=query.limit
    )


@router.get("/dead-letters/{dead_id}", response_model=Letter, responses=cached(404), dependencies=[READING])
async def get_letter(request: Request, house: InHouse, dead_id: DeadId) -> Response:
    """One dead letter with all that is known of it: its payload, and what stands in the way of a replay."""
    row = await _find(house, dead_id)
    return answer_model(request, describe_letter(row))


def describe_letter(row: Row[Any]) -> Letter:
    """A whole row as the API gives it."""
    payload = bytes(row.payload)
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        text = None
    return Letter.model_validate(
        {
            **row._mapping,
            "bytes": len(payload),
            "payload": text,
            "payload_base64": base64.b64encode(payload).decode() if text is None else None,
            "obstacle": find_obstacle(row),
        }
    )


async def _find(house: House, dead_id: int) -> Row[Any]:
    wanted = DeadFilter((dead_id,), replayed=None)
    for row in await house.read(lambda tx: find_dead_letters(tx, wanted)):
        return row
    raise Problem(404, f"there is no dead letter {dead_id}")


@router.post(
    "/dead-letters/replay", response_model=Replays, responses=problems(422), dependencies=[OPERATING]
)
async def replay_letters(house: InHouse, which: Which) -> Replays:
    """Put the dead letters that wait and fit back on their streams, up to 1,000; what cannot go is left."""
    wanted = DeadFilter(which.dead_ids, which.stage, which.reason, which.source)
    rows = await house.read(lambda tx: list_dead_letters(tx, wanted, MOST + 1))
    some = rows[:MOST]
    left = [LeftLetter(dead_id=row.dead_id, obstacle=why) for row in some if (why := find_obstacle(row))]
    replayed: list[ReplayedLetter] = []
    for part in divide([row for row in some if not find_obstacle(row)]):
        gone = await replay(house.redis, house.engine, DeadFilter(part))
        replayed += [ReplayedLetter(**vars(one)) for one in gone]
    return Replays(replayed=tuple(replayed), left=tuple(left), more=len(rows) > MOST)


@router.post(
    "/dead-letters/{dead_id}/replay",
    response_model=ReplayedLetter,
    responses=problems(404, 409, 422),
    dependencies=[OPERATING],
)
async def replay_letter(house: InHouse, dead_id: DeadId, mended: Mended | None = None) -> ReplayedLetter:
    """Put a dead letter back on its stream, as it came or mended."""
    row = await _find(house, dead_id)
    payload = mended.given if mended else None
    if payload is None and (obstacle := find_obstacle(row)):
        raise Problem(409, f"{obstacle.partition(';')[0]}; replay it mended", kind="wants_mending")
    try:
        done = await replay(house.redis, house.engine, DeadFilter((dead_id,)), payload)
    except Unprocessable as error:
        raise refuse_field("payload", error.reason) from None
    for one in done:
        return ReplayedLetter(**vars(one))
    raise Problem(409, f"dead letter {dead_id} was replayed before, or is being", kind="replayed")


@router.delete("/dead-letters/{dead_id}", status_code=204, responses=problems(404), dependencies=[OPERATING])
async def drop_letter(house: InHouse, dead_id: DeadId) -> None:
    """Delete a dead letter for good, with its bytes."""
    if not await house.write(lambda tx: drop_dead_letters(tx, [dead_id])):
        raise Problem(404, f"there is no dead letter {dead_id}")

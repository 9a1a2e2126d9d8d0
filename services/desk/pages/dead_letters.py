"""Dead letters: what could not be processed, looked into, mended, replayed or dropped."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import Row

from schemas import StageName, Unprocessable
from services.control.replay import find_obstacle, replay
from services.desk.access import Scope
from services.desk.callers import Operator, Reader
from services.desk.house import House, InHouse
from services.desk.pages.addresses import change, join
from services.desk.pages.drawing import lead_to, render
from services.desk.pages.payloads import MENDED_MOST, read_payload
from services.desk.problems import Problem
from services.store.dead_letters import (
    DeadFilter,
    drop_dead_letters,
    find_dead_letters,
    list_dead_letters,
    page_dead_letters,
    summarize_dead_letters,
)

router = APIRouter(include_in_schema=False)
PAGE = 50
GROUPS = 25
"""Groups that are shown, the largest first."""
AT_ONCE = 200
"""Letters of a group that are replayed or dropped at once, the oldest first."""
BIGGEST = 2**63 - 1
DONE = {
    "replayed": "Replayed: it stands on its stream again.",
    "dropped": "Dropped for good.",
    "none": "None of them could be replayed as they are: they have to be mended.",
}


def read_filter(
    stage: Annotated[StageName | None, Query()] = None,
    source: Annotated[str | None, Query(max_length=500)] = None,
    reason: Annotated[str | None, Query(max_length=500)] = None,
    replayed: Annotated[bool, Query()] = False,
) -> DeadFilter:
    """Which letters a page is about."""
    return DeadFilter(stage=stage, source=source or None, reason=reason or None, replayed=replayed)


def read_form_filter(
    stage: Annotated[StageName | None, Form()] = None,
    source: Annotated[str | None, Form(max_length=500)] = None,
    reason: Annotated[str | None, Form(max_length=500)] = None,
) -> DeadFilter:
    """Which letters a form is about: those that wait, and never all of them."""
    wanted = DeadFilter(stage=stage, source=source or None, reason=reason or None)
    if not (wanted.stage or wanted.source or wanted.reason):
        raise Problem(422, "name a stage, a source or a reason", kind="invalid")
    return wanted


Wanted = Annotated[DeadFilter, Depends(read_filter)]
WantedByForm = Annotated[DeadFilter, Depends(read_form_filter)]


def list_parameters(wanted: DeadFilter) -> list[tuple[str, str]]:
    """The filter as parameters of an address."""
    given = {"stage": wanted.stage, "source": wanted.source, "reason": wanted.reason}
    named = [(name, str(value)) for name, value in given.items() if value]
    return [*named, ("replayed", "true")] if wanted.replayed else named


@router.get("/dead-letters")
async def show_letters(
    request: Request,
    house: InHouse,
    caller: Reader,
    wanted: Wanted,
    before: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    done: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The list, newest first, with its groups."""
    letters = await house.read(lambda tx: page_dead_letters(tx, wanted, before, PAGE + 1))
    groups = await house.read(lambda tx: summarize_dead_letters(tx, wanted))
    more = letters[PAGE - 1].dead_id if len(letters) > PAGE else None
    parameters = list_parameters(wanted)
    return render(
        request,
        "dead_letters.html",
        letters=letters[:PAGE],
        groups=[(group, _address_group(group, wanted)) for group in groups[:GROUPS]],
        group_count=len(groups),
        total=sum(group.letters for group in groups),
        wanted=wanted,
        stages=list(StageName),
        operates=Scope.OPERATE in caller.scopes,
        narrowed=bool(wanted.stage or wanted.source or wanted.reason),
        next=join("/dead-letters", change(parameters, before=str(more))) if more else None,
        first=join("/dead-letters", parameters) if before else None,
        parameters=parameters,
        done=DONE.get(done or ""),
        at_once=AT_ONCE,
    )


def _address_group(group: Row[Any], wanted: DeadFilter) -> str:
    one = replace(wanted, stage=group.stage, source=group.source, reason=group.reason[:500])
    return join("/dead-letters", list_parameters(one))


@router.get("/dead-letters/drop")
async def confirm_drop(request: Request, house: InHouse, _caller: Operator, wanted: Wanted) -> Response:
    """Ask before the letters of a group are dropped."""
    rows = await house.read(lambda tx: list_dead_letters(tx, wanted, AT_ONCE))
    return render(
        request,
        "dead_letter_drop.html",
        number=len(rows),
        most=AT_ONCE,
        action="/dead-letters/drop",
        parameters=list_parameters(wanted),
        back=join("/dead-letters", list_parameters(wanted)),
    )


@router.post("/dead-letters/drop")
async def drop_group(house: InHouse, _caller: Operator, wanted: WantedByForm) -> Response:
    """Delete the oldest letters of a group for good."""
    rows = await house.read(lambda tx: list_dead_letters(tx, wanted, AT_ONCE))
    await house.write(lambda tx: drop_dead_letters(tx, [row.dead_id for row in rows]))
    return lead_to("/dead-letters?done=dropped")


@router.post("/dead-letters/replay")
async def replay_group(house: InHouse, _caller: Operator, wanted: WantedByForm) -> Response:
    """Put the oldest letters of a group back on their streams, those that can go as they are."""
    rows = await house.read(lambda tx: list_dead_letters(tx, wanted, AT_ONCE))
    fit = tuple(row.dead_id for row in rows if find_obstacle(row) is None)
    replayed = await replay(house.redis, house.engine, DeadFilter(fit)) if fit else []
    done = {"done": "replayed" if replayed else "none"}
    return lead_to(join("/dead-letters", [*list_parameters(wanted), *done.items()]))


@router.get("/dead-letters/{dead_id}")
async def show_letter(
    request: Request,
    house: InHouse,
    caller: Reader,
    dead_id: int,
    done: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """One letter with everything that is known of it."""
    letter = await _find(house, dead_id)
    return _draw(request, caller.scopes, letter, done=DONE.get(done or ""))


def _draw(
    request: Request,
    scopes: frozenset[Scope],
    letter: Row[Any],
    *,
    status: int = 200,
    done: str | None = None,
    mended: str | None = None,
    refused: str | None = None,
) -> Response:
    return render(
        request,
        "dead_letter.html",
        status=status,
        letter=letter,
        payload=read_payload(letter.payload),
        obstacle=find_obstacle(letter),
        operates=Scope.OPERATE in scopes,
        mended=mended,
        refused=refused,
        done=done,
    )


@router.get("/dead-letters/{dead_id}/payload")
async def send_payload(house: InHouse, _caller: Reader, dead_id: int) -> Response:
    """The bytes as they came, to be kept as a file: no browser may take them for a page."""
    letter = await _find(house, dead_id)
    named = {"Content-Disposition": f'attachment; filename="dead-letter-{dead_id}.bin"'}
    return Response(bytes(letter.payload), media_type="application/octet-stream", headers=named)


@router.post("/dead-letters/{dead_id}/replay")
async def replay_letter(
    request: Request,
    house: InHouse,
    caller: Operator,
    dead_id: int,
    mended: Annotated[str | None, Form(max_length=MENDED_MOST)] = None,
) -> Response:
    """Put the letter back on its stream, as it is or with the mended message."""
    letter = await _find(house, dead_id)
    payload = None if mended is None else mended.encode(errors="replace")
    try:
        replayed = await replay(house.redis, house.engine, DeadFilter((dead_id,)), payload)
    except Unprocessable as error:
        return _draw(request, caller.scopes, letter, status=422, mended=mended, refused=error.reason)
    if not replayed:
        raise Problem(409, f"dead letter {dead_id} was replayed before", kind="replayed")
    return lead_to(f"/dead-letters/{dead_id}?done=replayed")


@router.get("/dead-letters/{dead_id}/drop")
async def confirm_drop_letter(request: Request, house: InHouse, _caller: Operator, dead_id: int) -> Response:
    """Ask before the letter is dropped."""
    await _find(house, dead_id)
    return render(
        request,
        "dead_letter_drop.html",
        number=1,
        most=AT_ONCE,
        action=f"/dead-letters/{dead_id}/drop",
        parameters=[],
        back=f"/dead-letters/{dead_id}",
    )


@router.post("/dead-letters/{dead_id}/drop")
async def drop_letter(house: InHouse, _caller: Operator, dead_id: int) -> Response:
    """Delete the letter for good, with its bytes."""
    if not await house.write(lambda tx: drop_dead_letters(tx, [dead_id])):
        raise _missing(dead_id)
    return lead_to("/dead-letters?done=dropped")


async def _find(house: House, dead_id: int) -> Row[Any]:
    if not 0 < dead_id <= BIGGEST:
        raise _missing(dead_id)
    wanted = DeadFilter((dead_id,), replayed=None)
    rows: Sequence[Row[Any]] = await house.read(lambda tx: find_dead_letters(tx, wanted))
    if not rows:
        raise _missing(dead_id)
    return rows[0]


def _missing(dead_id: int) -> Problem:
    return Problem(404, f"there is no dead letter {dead_id}", kind="unknown_dead_letter")

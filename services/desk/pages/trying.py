"""*Try it*: a text, HTML or an address, and everything that is found in it; nothing is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from schemas import Claim, Mention
from services.desk.access import Scope
from services.desk.api.analyze import analyze_given
from services.desk.callers import Reader, Submitter
from services.desk.house import InHouse
from services.desk.pages.drawing import render
from services.desk.problems import Problem, refuse_field
from services.desk.segments import Segment, Stretch, flatten
from services.encoder.card import read_figures
from services.offline.results import Analysis, Status

router = APIRouter(include_in_schema=False)

Layer = Literal["claim", "claimant", "cue", "name"]
Key = tuple[Layer, int]


@dataclass(frozen=True)
class Piece:
    """A piece of the text as it is drawn."""

    text: str
    layers: tuple[Layer, ...]
    begins: tuple[int, ...]
    """Numbers of the claims whose content begins here."""


@router.get("/try")
async def show_form(request: Request, caller: Reader) -> Response:
    """The form, and how often what comes of it is wrong."""
    return _draw(request, caller.scopes)


@router.post("/try")
async def take_form(
    request: Request,
    house: InHouse,
    caller: Submitter,
    content: Annotated[str, Form()] = "",
    url: Annotated[str, Form(max_length=4_096)] = "",
) -> Response:
    """The analysis of what was given."""
    url = url.strip()
    try:
        if not content.strip() and not url:
            raise refuse_field("content", "give a text or an address")
        analysis = await analyze_given(house, content, url)
    except Problem as problem:
        return _draw(request, caller.scopes, status=problem.status, refused=problem, content=content, url=url)
    return _draw(request, caller.scopes, analysis=analysis, content=content, url=url)


def _draw(
    request: Request,
    scopes: frozenset[Scope],
    *,
    status: int = 200,
    content: str = "",
    url: str = "",
    analysis: Analysis | None = None,
    refused: Problem | None = None,
) -> Response:
    done = analysis is not None and analysis.status is Status.DONE
    return render(
        request,
        "try.html",
        status=status,
        headers={"Cache-Control": "no-store", **(refused.headers if refused else {})},
        submits=Scope.SUBMIT in scopes,
        content=content,
        url=url,
        analysis=analysis,
        pieces=cut_pieces(analysis.text, analysis.claims, analysis.mentions) if analysis and done else [],
        heaviest=find_heaviest(analysis.claims) if analysis else 1.0,
        numbers={claim.claim_id: number for number, claim in enumerate(analysis.claims, 1)}
        if analysis
        else {},
        names={one.entity_id: one.name for one in analysis.entities} if analysis else {},
        refused=refused.detail if refused else None,
        figures=read_figures(),
        limit=request.app.state.house.settings.analyze_bytes,
    )


def cut_pieces(text: str, claims: Sequence[Claim], mentions: Sequence[Mention]) -> list[Piece]:
    """The text in pieces, each with the layers that it is part of."""
    stretches = [
        *_mark_claims(claims),
        *(Stretch(one.span.start, one.span.end, ("name", 0)) for one in mentions),
    ]
    return [_draw_piece(segment) for segment in flatten(text, stretches)]


def _mark_claims(claims: Sequence[Claim]) -> Iterator[Stretch[Key]]:
    for number, claim in enumerate(claims, 1):
        for place, span in enumerate(claim.content):
            yield Stretch(span.start, span.end, ("claim", number if place == 0 else 0))
        if claim.claimant and claim.claimant.span:
            yield Stretch(claim.claimant.span.start, claim.claimant.span.end, ("claimant", number))
        for span in claim.cue.spans if claim.cue else ():
            yield Stretch(span.start, span.end, ("cue", number))


def _draw_piece(segment: Segment[Key]) -> Piece:
    layers = tuple(dict.fromkeys(stretch.key[0] for stretch in segment.covers))
    begins = tuple(
        stretch.key[1]
        for stretch in segment.covers
        if stretch.key[0] == "claim" and stretch.key[1] and stretch.start == segment.start
    )
    return Piece(segment.text, layers, begins)


def find_heaviest(claims: Sequence[Claim]) -> float:
    """The weight that the longest bar stands for."""
    weights = [abs(reason.weight) for claim in claims for reason in claim.check_worthiness.reasons]
    return max(weights, default=1.0) or 1.0

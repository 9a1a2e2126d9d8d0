"""An article's text for the page: paragraphs of pieces, each with the layers that cover it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from schemas import Claim
from services.desk.removals import Removal
from services.desk.segments import Segment, Stretch, flatten

COLOURS = 8
NOBODY = "n"
"""Colour of what the article itself says."""


@dataclass(frozen=True)
class Layer:
    """What a stretch of the text is: `kind` is claim, cue or entity."""

    kind: str
    claim_id: UUID | None = None
    entity_id: UUID | None = None
    name: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of the text, all of which is covered by the same layers."""

    text: str
    classes: str
    claims: str
    """Ids of the claims that cover it, parted by blanks, the outermost first."""
    entity: str
    """The name of the entity that it names, if any."""
    begins: tuple[UUID, ...]
    """Claims that begin here."""
    removed: tuple[Removal, ...]
    """What stood before it in the given text."""


@dataclass(frozen=True)
class MarkedText:
    """The article's paragraphs, and what was removed whose place is not known."""

    paragraphs: Sequence[Sequence[Piece]]
    unplaced: Sequence[Removal]
    colours: Mapping[UUID, str] = field(default_factory=dict)
    """The colour of each claim's speaker."""


def mark_text(
    text: str, claims: Sequence[Claim], mentions: Sequence[Row[Any]], removals: Sequence[Removal]
) -> MarkedText:
    """The text in paragraphs and pieces; their texts joined are the text."""
    colours = choose_colours(claims)
    placed = [one for one in removals if one.place is not None]
    breaks = list(_find_breaks(text))
    segments = flatten(
        text, _list_layers(text, claims, mentions), [*breaks, *(one.place or 0 for one in placed)]
    )
    stood: dict[int, list[Removal]] = {}
    for one in placed:
        stood.setdefault(one.place or 0, []).append(one)
    seen: set[UUID] = set()
    paragraphs: list[list[Piece]] = [[]]
    for segment in segments:
        if segment.start in breaks:
            paragraphs.append([])
        paragraphs[-1].append(_draw(segment, colours, stood, seen))
    if at_end := stood.get(len(text)):
        paragraphs[-1].append(Piece("", "", "", "", (), tuple(at_end)))
    return MarkedText(paragraphs, [one for one in removals if one.place is None], colours)


def choose_colours(claims: Sequence[Claim]) -> dict[UUID, str]:
    """A colour for each claim: that of its speaker, in the order in which they speak."""
    numbers: dict[object, int] = {}
    colours = {}
    for claim in claims:
        who = claim.claimant and (claim.claimant.entity_id or claim.claimant.name)
        number = numbers.setdefault(who, len(numbers)) if who else None
        colours[claim.claim_id] = NOBODY if number is None else str(number % COLOURS)
    return colours


def _find_breaks(text: str) -> Iterator[int]:
    """Where paragraphs begin, but for the first."""
    place = text.find("\n\n")
    while place >= 0:
        end = place
        while end < len(text) and text[end] == "\n":
            end += 1
        if end < len(text):
            yield end
        place = text.find("\n\n", end)


def _list_layers(
    text: str, claims: Sequence[Claim], mentions: Sequence[Row[Any]]
) -> Iterator[Stretch[Layer]]:
    for claim in claims:
        layer = Layer("claim", claim.claim_id)
        yield from (Stretch(span.start, span.end, layer) for span in claim.content if span.fits(text))
        if claim.cue:
            cue = Layer("cue", claim.claim_id)
            yield from (Stretch(span.start, span.end, cue) for span in claim.cue.spans if span.fits(text))
    for row in mentions:
        if text[row.start : row.end] == row.exact:
            yield Stretch(row.start, row.end, Layer("entity", entity_id=row.entity_id, name=row.name))


def _draw(
    segment: Segment[Layer],
    colours: Mapping[UUID, str],
    stood: Mapping[int, list[Removal]],
    seen: set[UUID],
) -> Piece:
    layers = [cover.key for cover in segment.covers]
    ids = [layer.claim_id for layer in layers if layer.kind == "claim" and layer.claim_id]
    begins = tuple(claim_id for claim_id in ids if claim_id not in seen)
    seen.update(begins)
    entities = [layer.name for layer in layers if layer.kind == "entity"]
    return Piece(
        text=segment.text,
        classes=" ".join(_name_classes(layers, [colours[one] for one in ids])),
        claims=" ".join(map(str, ids)),
        entity=entities[-1] if entities else "",
        begins=begins,
        removed=tuple(stood.get(segment.start, ())),
    )


def _name_classes(layers: Sequence[Layer], colours: Sequence[str]) -> Iterator[str]:
    """Of claims within claims the innermost colours the ground, the one around it the line below."""
    if colours:
        yield from (
            "in-claim",
            f"ground-{colours[-1]}",
            f"line-{colours[-2] if len(colours) > 1 else colours[-1]}",
        )
    if len(colours) > 1:
        yield "in-claims"
    kinds = {layer.kind for layer in layers}
    yield from (f"is-{kind}" for kind in ("cue", "entity") if kind in kinds)

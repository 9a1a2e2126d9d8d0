"""Bodies called after a place, of which a recogniser saw the place alone: "Port Halvern Art Museum"."""

import re

from schemas import EntityKind
from services.entities.found import NamedSpan

_BODIES = (
    "Academy|Agency|Airlines|Airways|Association|Authority|Ballet|Bank|Cathedral|Chamber|Club|College"
    "|Commission|Committee|Company|Corporation|Council|Court|Exchange|Federation|Foundation|Gallery|Hospital"
    "|Institute|Ministry|Museum|Observatory|Opera|Orchestra|Parliament|Police|School|Senate|Society|Symphony"
    "|Theatre|Theater|Tribunal|Trust|Union|University"
)
_REST = re.compile(rf"(?: (?!(?:{_BODIES})\b)[A-Z][a-z]+){{0,2}} (?:{_BODIES})\b(?! [A-Z])")
_LABEL = "ORG"


def complete_body(text: str, span: NamedSpan) -> NamedSpan:
    """The span with the rest of the body's name, where capitals lead on from a place to a noun for a body."""
    rest = _REST.match(text, span.end) if span.kind is EntityKind.PLACE else None
    return NamedSpan.cut(text, span.start, rest.end(), _LABEL) if rest else span

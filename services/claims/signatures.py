"""Quotations with their speaker below, behind a dash: "“…” — Mara Lindqvist, mayor"."""

import re

from services.claims.findings import Finding, Reading
from services.claims.phrases import Range

SIGNATURE = re.compile(r"\s*(?P<dash>[-–—―]+)[^\S\n]*(?P<name>[A-Z“\"][^\n]{1,90}?)\.?\s*")
CONFIDENCE = 0.7


def find_signature(reading: Reading, end: int, content: tuple[Range, ...]) -> Finding | None:
    """The words quoted up to `end`, where a signature is all that follows there or in the next paragraph."""
    number = reading.paragraph_at(end - 1)
    last = reading.paragraphs[number][1]
    bounds = (end, last)
    if not reading.text[end:last].strip() and number + 1 < len(reading.paragraphs):
        bounds = reading.paragraphs[number + 1]
    match = SIGNATURE.fullmatch(reading.text, *bounds)
    if match is None or not _is_name(reading, match.span("name")):
        return None
    source = reading.characters([reading.tokens(match.span("name"))])
    return Finding(-1, source, (match.span("dash"),), content, "quote_signed", CONFIDENCE)


def _is_name(reading: Reading, bounds: Range) -> bool:
    """Whether it begins with a name and says nothing that happened."""
    words = reading.doc[slice(*reading.tokens(bounds))]
    named = any(token.pos_ == "PROPN" for token in words[:3])
    return named and not any(token.tag_ in {"VBD", "VBZ", "VBP", "MD"} for token in words)

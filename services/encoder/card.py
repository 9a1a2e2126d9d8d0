"""The measured figures of the models, read from their card: whoever states them states these."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CARD = Path(__file__).parent / "model" / "CARD.md"
_NUMBER = re.compile(r"(?<![\w.])\.\d+")


@dataclass(frozen=True)
class Figures:
    """F1 each, on development parts that nothing was trained on."""

    found: float
    """Attributions found."""
    with_source: float
    """Of these, with the right source."""
    cue: float
    """Exact span of the cue."""
    source: float
    content: float
    names: float
    """Names of all kinds, by the label of each mention."""
    worthiness_precision: float
    """Average precision of the ranking by check-worthiness."""
    worthiness: float
    """F1 of the decision at the shipped threshold."""


@cache
def read_figures() -> Figures:
    """The figures of the card as it is shipped. ValueError where its table has another shape."""
    card = CARD.read_text(encoding="utf-8")
    found, with_source, *_ = _find(card, "Attribution, PolNeAR dev")
    cue, source, content = _find(card, "Exact spans of cue / source / content")
    *_, names = _find(card, "Names, CleanCoNLL dev")[:4]
    precision, worthiness = _find(card, "Check-worthiness, CT24 dev-test")
    return Figures(found, with_source, cue, source, content, names, precision, worthiness)


def _find(card: str, what: str) -> list[float]:
    """The numbers in the second cell of the row that begins so."""
    row = re.search(rf"^\| {re.escape(what)}[^|]*\|([^|]*)\|", card, re.MULTILINE)
    if row is None:
        raise ValueError(f"the card has no row {what!r}")
    return [float(number) for number in _NUMBER.findall(row[1])]

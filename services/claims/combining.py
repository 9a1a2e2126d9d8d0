"""The model's attributions and those of the rules, as one set.

The model is asked first. Rules add what it was not trained for or measures worse at: quotations without a
cue of their own, speakers in front of a colon, and reports within a quotation.
"""

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from services.claims.clauses import frames_of
from services.claims.findings import Finding, Reading
from services.claims.lexicon import confidence_of
from services.claims.phrases import Range
from services.claims.tagging import Tagged

MODEL = "model"
SHARED = 0.5
"""Share of its content from which a rule's finding is taken to be one that the model has."""


def read_tagged(reading: Reading, tagged: Sequence[Tagged]) -> list[Finding]:
    """The model's attributions as findings; one whose content is nothing but marks is left out."""
    found = (_to_finding(reading, one) for one in tagged)
    return [finding for finding in found if finding.content]


def _to_finding(reading: Reading, tagged: Tagged) -> Finding:
    cue = reading.doc[slice(*reading.tokens(tagged.cue))]
    head = cue.root
    content = reading.characters([reading.tokens(bounds) for bounds in tagged.content])
    source = reading.characters([reading.tokens(bounds) for bounds in tagged.source])
    return Finding(head.i, source, (tagged.cue,), content, _frame(head), tagged.probability, method=MODEL)


def _frame(head: Token) -> str:
    """How the parse connects the cue with what hangs on it, as the rules call it."""
    frames = list(frames_of(head)) if head.pos_ in {"VERB", "AUX"} else []
    best = max(frames, key=lambda frame: confidence_of(frame.name, frame.key), default=None)
    if head.lower_ == "according":
        return "according_to"
    return best.name if best is not None else MODEL


def add_missing(found: Sequence[Finding], others: Iterable[Finding]) -> list[Finding]:
    """`found`, and those of the others whose content none of them has."""
    return [*found, *(one for one in others if not any(_has(other, one) for other in found))]


def _has(finding: Finding, other: Finding) -> bool:
    common = sum(_overlap(a, b) for a in finding.content for b in other.content)
    return common >= SHARED * sum(end - start for start, end in other.content)


def _overlap(left: Range, right: Range) -> int:
    return max(0, min(left[1], right[1]) - max(left[0], right[0]))

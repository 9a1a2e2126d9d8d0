"""The model's attributions and those of the rules, as one set.

The model is asked first. Rules add what it was not trained for or measures worse at: quotations without a
cue of their own, speakers in front of a colon, and reports within a quotation.
"""

from collections.abc import Container, Iterable, Iterator, Sequence

from spacy.tokens import Token

from services.claims.clauses import frames_of
from services.claims.decoding import Thresholds
from services.claims.findings import Finding, Reading
from services.claims.lexicon import confidence_of
from services.claims.phrases import Range
from services.claims.tagging import Tagged

MODEL = "model"
SHARED = 0.5
"""Share of its content from which a rule's finding is taken to be one that the model has."""


def read_tagged(reading: Reading, tagged: Sequence[Tagged]) -> list[Finding]:
    """The model's attributions as findings.

    One whose content is nothing but marks is left out, and one whose cue is: labels are for the rules.
    """
    spoken = (one for one in tagged if any(map(str.isalnum, reading.text[slice(*one.cue)])))
    return [finding for finding in (_to_finding(reading, one) for one in spoken) if finding.content]


def drop_doubtful(
    reading: Reading, tagged: Iterable[Finding], cues: Container[int], least: float = Thresholds.whole
) -> list[Finding]:
    """The model's findings without those less probable than `least` of which no rule knows the cue."""
    return [
        one
        for one in tagged
        if one.confidence >= least or any(index in cues for index in find_cue_tokens(reading, one))
    ]


def find_cue_tokens(reading: Reading, finding: Finding) -> Iterator[int]:
    """The tokens of a finding's cue."""
    for bounds in finding.cue:
        yield from range(*reading.tokens(bounds))


def _to_finding(reading: Reading, tagged: Tagged) -> Finding:
    cue = reading.doc[slice(*reading.tokens(tagged.cue))]
    head = cue.root
    content = reading.characters([_with_owner(reading, bounds) for bounds in tagged.content])
    source = reading.characters([reading.tokens(bounds) for bounds in tagged.source])
    return Finding(head.i, source, (tagged.cue,), content, _frame(head), tagged.probability, method=MODEL)


def _with_owner(reading: Reading, bounds: Range) -> Range:
    """The tokens of a content; one that begins with a possessive ending begins with its owner."""
    first, end = reading.tokens(bounds)
    token = reading.doc[first]
    return (token.head.left_edge.i if token.tag_ == "POS" else first), end


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

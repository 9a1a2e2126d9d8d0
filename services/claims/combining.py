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
PLAIN = frozenset({"clause_that", "clause_bare"})
LEADING = frozenset({"ADP", "ADV", "ADJ", "DET", "PART", "PUNCT", "SPACE"})
SHARED = 0.5
"""Share of its content from which a rule's finding is taken to be one that the model has."""


def read_tagged(reading: Reading, tagged: Sequence[Tagged]) -> list[Finding]:
    """The model's attributions as findings.

    One whose content is nothing but marks is left out, and one whose cue is: labels are for the rules. So is
    a preposition with nothing that it leads to: "What do people ask | for most?".
    """
    spoken = (one for one in tagged if any(map(str.isalnum, reading.text[slice(*one.cue)])))
    findings = (_to_finding(reading, one) for one in spoken)
    return [one for one in findings if one.content and not _leads_nowhere(reading, one)]


def _leads_nowhere(reading: Reading, finding: Finding) -> bool:
    words = [reading.doc[index] for bounds in finding.content for index in range(*reading.tokens(bounds))]
    return words[0].pos_ == "ADP" and all(word.pos_ in LEADING for word in words)


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
    """`found`, and those of the others whose content none of them has.

    What is reported within the content of another does not stand for it.
    """
    return [*found, *(one for one in others if not any(_has(other, one) for other in found))]


def part_reports(
    reading: Reading, found: Sequence[Finding], rules: Sequence[Finding], least: float
) -> list[Finding]:
    """`found`, each without a second report of the same source that follows in its content, and that one."""
    by_head = {one.head: one for one in rules}
    known = {index for one in found for index in find_cue_tokens(reading, one)}
    parted: list[Finding] = []
    for one in found:
        rule = by_head.get(one.head)
        second = next((s for s in rules if rule and s.confidence >= least and _follows(s, rule, one)), None)
        parted.append(one if second is None else _before(reading, one, second))
        if second is not None and second.head not in known:
            parted.append(second)
    return parted


def drop_told_pieces(found: Sequence[Finding]) -> list[Finding]:
    """Each without the later pieces of its content that another tells: "a report, which found …"."""
    return [one.with_content(_own_pieces(one, found)) if len(one.content) > 1 else one for one in found]


def _own_pieces(finding: Finding, found: Sequence[Finding]) -> list[Range]:
    first, *later = finding.content
    others = [one for one in found if one.cue and first[1] <= min(one.cue)[0] and one.head != finding.head]
    return [first, *(piece for piece in later if not any(_is_told(piece, one) for one in others))]


def _is_told(piece: Range, finding: Finding) -> bool:
    """Whether a piece of text is what a cue before it tells."""
    inside = any(start <= piece[0] and piece[1] <= end for start, end in finding.content)
    return inside and max(finding.cue)[1] <= piece[0]


def _follows(second: Finding, first: Finding, found: Finding) -> bool:
    """Whether the rules take the end of a content for another report of the same source."""
    same = second.head != first.head and bool(second.source) and second.source == first.source
    return same and _is_told_in(second, found) and found.bounds[0] < first.bounds[1] <= min(second.cue)[0]


def _before(reading: Reading, finding: Finding, second: Finding) -> Finding:
    """The finding with its content up to the word that joins the second report to it."""
    begins = reading.token_at(min(second.cue)[0])
    kept = {index for bounds in finding.content for index in range(*reading.tokens(bounds)) if index < begins}
    while max(kept) > min(kept) and (reading.doc[max(kept)].dep_ == "cc" or reading.doc[max(kept)].is_punct):
        kept.remove(max(kept))
    return finding.with_content(reading.spans(kept))


def find_reported(found: Sequence[Finding], rules: Iterable[Finding], least: float) -> list[Finding]:
    """Plain reports of what others said within what somebody says, as sure as `least`."""
    return [
        one
        for one in rules
        if one.confidence >= least
        and one.rule in PLAIN
        and one.source
        and any(_is_told_in(one, other) and one.source != other.source for other in found)
    ]


def _is_told_in(finding: Finding, other: Finding) -> bool:
    """Whether the cue of a finding stands in the content of the other."""
    return any(start <= at < end for at, _ in finding.cue for start, end in other.content)


def _has(finding: Finding, other: Finding) -> bool:
    if _is_told_in(finding, other):
        return False
    common = sum(_overlap(a, b) for a in finding.content for b in other.content)
    return common >= SHARED * sum(end - start for start, end in other.content)


def _overlap(left: Range, right: Range) -> int:
    return max(0, min(left[1], right[1]) - max(left[0], right[0]))

"""Who says what: attributions from a parse by rules alone, or by the trained model with rules beside it.

A parsed `Doc` goes in, attributions in characters of its text come out; names are not needed.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from schemas import QuoteType
from services.claims.clauses import find_clauses
from services.claims.combining import (
    MODEL,
    add_missing,
    drop_doubtful,
    drop_told_pieces,
    find_cue_tokens,
    find_reported,
    part_reports,
    read_tagged,
)
from services.claims.direct import find_direct
from services.claims.findings import Finding, Reading, read
from services.claims.floating import FLOATING
from services.claims.lexicon import PRIMARY
from services.claims.nominals import find_nominals
from services.claims.phrases import Range, lemma
from services.claims.quotes import Quote
from services.claims.reconciling import reconcile
from services.claims.tagging import Tagged

RULES, THRESHOLD = "rules", 0.34
NESTED_FROM = 0.7
"""Confidence of a rule in a report within a quotation from which it stands beside the model's findings."""
SECOND_FROM = 0.5
"""The same for a second report that the model has in the content of the first."""
REPORTED_FROM = 0.6
"""The same for a plain report within a report that is not quoted."""
PHRASES = frozenset({"according_to", "view", "object_at"})
"""Rules for phrases that make any sentence a report: "in his view, …", "puts the damage at two billion"."""
VERSIONS = {RULES: "rules-2", MODEL: "model-1"}
FIRST_OR_SECOND = frozenset({"i", "we", "you", "who", "that", "which", "it"})


@dataclass(frozen=True)
class Attribution:
    """A source, a cue and a content, each as half-open bounds in the text; confidence 0..1."""

    source: tuple[Range, ...]
    cue: tuple[Range, ...]
    content: tuple[Range, ...]
    quote_type: QuoteType
    rule: str
    """How the parse connects cue and content."""
    confidence: float
    method: str = RULES
    """What found it: `rules` or `model`."""


def attribute(
    doc: Doc, threshold: float = THRESHOLD, tagged: Sequence[Tagged] | None = None
) -> list[Attribution]:
    """The attributions of a text in the order of their content.

    `doc` needs tags, lemmas and a dependency parse; `tagged` is what the model found, if it was asked.
    Readings that the lexicon trusts less than `threshold` are left out. No two attributions have the same
    content and cue.
    """
    reading = read(doc)
    if tagged is None:
        kept = _by_rules(reading, threshold)
    else:
        kept = _by_model(reading, threshold, read_tagged(reading, tagged))
    return [
        Attribution(
            finding.source,
            finding.cue,
            tuple(_with_marks(reading, bounds) for bounds in finding.content),
            _quote_type(reading, finding),
            finding.rule,
            round(finding.confidence, 3),
            finding.method,
        )
        for finding in sorted(kept, key=lambda finding: finding.bounds)
    ]


def _by_rules(reading: Reading, threshold: float) -> list[Finding]:
    direct = find_direct(reading)
    heads = {finding.head for finding in direct}
    others = [*find_clauses(reading, threshold), *find_nominals(reading, threshold)]
    plain = [_fit(reading, finding) for finding in others if finding.head not in heads]
    led = [finding for finding in direct if finding.rule != FLOATING]
    kept = _distinct([*led, *(finding for finding in plain if finding is not None)])
    return _take_up(reading, kept, [finding for finding in direct if finding.rule == FLOATING])


def _by_model(reading: Reading, threshold: float, tagged: list[Finding]) -> list[Finding]:
    """The model's findings, with the quotations and the reports within reports that it passes over."""
    direct = find_direct(reading)
    clauses = [*find_clauses(reading, threshold), *find_nominals(reading, threshold)]
    sure = _mend(reading, drop_doubtful(reading, tagged, {one.head for one in (*direct, *clauses)}), clauses)
    phrases = (one for one in clauses if one.rule in PHRASES)
    others = add_missing(sure, [*direct, *phrases])[len(sure) :]
    led = [finding for finding in others if finding.rule != FLOATING]
    known = {index for one in sure for index in find_cue_tokens(reading, one)}
    nested = [one for one in _find_nested(reading, sure, clauses) if one.head not in known]
    floating = [finding for finding in others if finding.rule == FLOATING]
    return _take_up(reading, _distinct([*sure, *led, *nested]), floating)


def _mend(reading: Reading, found: list[Finding], clauses: list[Finding]) -> list[Finding]:
    """The model's findings with their edges where the parse and the quote marks have them."""
    rules = {finding.head: finding for finding in clauses}
    mended = [_to_the_marks(reading, reconcile(reading, one, rules.get(one.head))) for one in found]
    return part_reports(reading, drop_told_pieces(mended), clauses, SECOND_FROM)


def _find_nested(reading: Reading, sure: list[Finding], clauses: list[Finding]) -> Iterator[Finding]:
    """Reports of the rules within a quotation, and plain ones within another report."""
    quoted = (one for one in clauses if reading.quote_of[one.head] >= 0 and one.confidence >= NESTED_FROM)
    plain = (one for one in clauses if reading.quote_of[one.head] < 0 and _is_plain(reading, one))
    for finding in (*quoted, *find_reported(sure, plain, REPORTED_FROM)):
        if (fitting := _fit(reading, finding)) is not None:
            yield fitting


def _fit(reading: Reading, finding: Finding) -> Finding | None:
    """The finding with its content brought into line with the quotations it touches."""
    inside = reading.quote_of[finding.head]
    if inside >= 0:
        return _nested(reading, finding, reading.quotes[inside])
    content = tuple(_widen(reading, bounds, finding.cue) for bounds in finding.content)
    return finding.with_content(content)


def _to_the_marks(reading: Reading, finding: Finding) -> Finding:
    """With whole quotations, but without the comma that only leads over to the cue.

    What is reported within a quotation ends where it ends.
    """
    if _is_within(reading, finding):
        return finding
    widened = (_widen(reading, bounds, finding.cue) for bounds in finding.content)
    return finding.with_content(
        (start, end - 1 if reading.text[end - 1] == "," else end) for start, end in widened
    )


def _nested(reading: Reading, finding: Finding, quote: Quote) -> Finding | None:
    """Within a quotation only plain reports of what a third person said are taken for attributions."""
    if not _is_plain(reading, finding):
        return None
    clipped = [
        (max(start, quote.inner_start), min(end, quote.inner_end))
        for start, end in finding.content
        if start < quote.inner_end and end > quote.inner_start
    ]
    return finding.with_content(clipped) if clipped else None


def _is_plain(reading: Reading, finding: Finding) -> bool:
    """Whether a third person says something in so many words."""
    source = " ".join(reading.text[start:end] for start, end in finding.source).lower()
    word = lemma(reading.doc[finding.head])
    known = bool(source) and source not in FIRST_OR_SECOND and word in PRIMARY
    return known and finding.rule.startswith("clause")


def _widen(reading: Reading, bounds: Range, cue: Iterable[Range]) -> Range:
    start, end = bounds
    first, last = (reading.quote_of[index] for index in (reading.token_at(start), reading.token_at(end - 1)))
    cue_starts = [begin for begin, _ in cue]
    if first >= 0 and not any(reading.quotes[first].start <= at < start for at in cue_starts):
        start = min(start, reading.quotes[first].inner_start)
    if last >= 0 and not any(end <= at < reading.quotes[last].end for at in cue_starts):
        end = max(end, reading.quotes[last].inner_end)
    return start, end


def _with_marks(reading: Reading, bounds: Range) -> Range:
    """The bounds with both marks of a quotation of which one is inside, as in 'the plan "a disgrace"'."""
    start, end = bounds
    first, last = (reading.quote_of[index] for index in (reading.token_at(start), reading.token_at(end - 1)))
    if last >= 0 and start <= (quote := reading.quotes[last]).start and quote.closed:
        end = quote.end if _is_bare(reading, end, quote.inner_end) else end
    if first >= 0 and (quote := reading.quotes[first]).end <= end and quote.closed and quote.marked:
        start = quote.start if _is_bare(reading, quote.inner_start, start) else start
    return start, end


def _is_bare(reading: Reading, start: int, end: int) -> bool:
    """Whether no word stands between."""
    return not any(map(str.isalnum, reading.text[start:end]))


def _take_up(reading: Reading, findings: list[Finding], floating: list[Finding]) -> list[Finding]:
    """Quotations without a cue go to the attribution before them in their paragraph or their speech.

    Where there is none, they are kept if the sentence before them is about somebody.
    """
    taken = sorted((one for one in findings if not _is_within(reading, one)), key=lambda one: one.bounds)
    alone: list[Finding] = []
    starts = [one.bounds[0] for one in taken]
    for quote in floating:
        index = bisect_left(starts, quote.bounds[0]) - 1
        start = reading.passage_start(quote.bounds[0])
        if index < 0 or taken[index].bounds[0] < start or taken[index].bounds[1] > quote.bounds[0]:
            alone += [quote] if quote.source else []
            continue
        last = taken[index]
        taken[index] = last.with_content((*last.content, *quote.content))
    return [*taken, *alone, *(one for one in findings if _is_within(reading, one))]


def _is_within(reading: Reading, finding: Finding) -> bool:
    """Whether the cue stands in a quotation."""
    return finding.head >= 0 and reading.quote_of[finding.head] >= 0


def _distinct(findings: list[Finding]) -> list[Finding]:
    """One finding for each cue and content: of two that cover the same words the surer one stays."""
    kept: dict[Range, Finding] = {}
    for finding in findings:
        rival = kept.get(finding.bounds)
        if rival is None or rival.confidence < finding.confidence:
            kept[finding.bounds] = finding
    return list(kept.values())


def _quote_type(reading: Reading, finding: Finding) -> QuoteType:
    """By the marks around the content; what is reported within a quotation is not quoted itself."""
    if _is_within(reading, finding):
        return QuoteType.INDIRECT
    quoted = plain = 0
    for start, end in finding.content:
        for token in reading.doc[slice(*reading.tokens((start, end)))]:
            if any(character.isalnum() for character in token.text):
                quoted += reading.quote_of[token.i] >= 0
                plain += reading.quote_of[token.i] < 0
    if not quoted:
        return QuoteType.INDIRECT
    return QuoteType.MIXED if plain else QuoteType.DIRECT

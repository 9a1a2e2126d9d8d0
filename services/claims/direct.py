"""Direct quotations and their speakers: the reporting clause before, after or around the quoted words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Token

from services.claims.findings import Finding, Reading
from services.claims.floating import find_topic
from services.claims.headlines import find_headline
from services.claims.lexicon import SPEECH
from services.claims.phrases import Range, between, chain, child, is_edge, lemma, spread, subject
from services.claims.quotes import Quote
from services.claims.signatures import find_signature

REACH = 45
LABEL_LENGTH = 9
LIGHT = frozenset({"be", "do", "get", "give", "have", "make", "take"})
"""Verbs of which nobody makes one of saying."""
LONGEST = 8
"""Words of a reporting clause whose verb no lexicon has."""
ASIDE = frozenset({"relcl", "acl"})


@dataclass(frozen=True)
class Gap:
    """Unquoted words beside a quotation that belong to its sentence: a range of tokens."""

    start: int
    end: int


@dataclass(frozen=True)
class Speech:
    """A full quotation with the token of its cue, and on which side of it that stands."""

    quote: Quote
    cue: Token | None
    gap: Gap | None
    rule: str


def find_direct(reading: Reading) -> list[Finding]:
    """One attribution for each cue beside full quotations, and one for each floating run of them.

    A quotation without a cue of its own continues the one before it in its paragraph; at the beginning of
    a paragraph it is carried on from the speaker of the paragraph before. Where neither is to be had it is
    given without source and cue, as `FLOATING`, for the attribution before it to take up.
    """
    findings: list[Finding] = []
    for number, paragraph in enumerate(reading.paragraphs):
        if quotes := reading.quotes_in(paragraph):
            previous = None if reading.runs_on(number) else _last_speaker(findings, reading, number)
            findings += _of_paragraph(reading, _with_lead(reading, number, quotes), quotes, previous)
    return [*findings, *find_headline(reading)]


def _with_lead(reading: Reading, number: int, quotes: list[Quote]) -> Range:
    """The paragraph; one that begins with a quotation, with the one that leads to it by a colon."""
    start, end = reading.paragraphs[number]
    if not number or quotes[0].start != start:
        return start, end
    before = reading.paragraphs[number - 1]
    leads = reading.text[before[1] - 1] == ":" or not quotes[0].marked
    return (before[0] if leads else start), end


def _of_paragraph(
    reading: Reading, paragraph: Range, quotes: list[Quote], previous: Finding | None
) -> Iterator[Finding]:
    speeches = [
        _speech(reading, paragraph, quotes, index)
        for index, quote in enumerate(quotes)
        if _is_full(reading.text, paragraph, quote)
    ]
    groups: list[list[Speech]] = []
    for speech in speeches:
        if groups and _continues(groups[-1], speech, reading):
            groups[-1].append(speech)
        else:
            groups.append([speech])
    for group in groups:
        led = next((speech for speech in group if speech.cue is not None or speech.gap is not None), None)
        if led is not None:
            yield from _attributed(reading, led, group)
        elif signed := find_signature(reading, group[-1].quote.end, _utterance(reading.text, group)):
            yield signed
        elif previous is not None and group is groups[0] and group[0].quote.start - paragraph[0] < 3:
            yield _carried(reading.text, previous, group)
        else:
            quoted = [speech.quote for speech in group]
            yield find_topic(reading, quoted, _utterance(reading.text, group))


def _continues(group: Sequence[Speech], speech: Speech, reading: Reading) -> bool:
    last = next((one for one in reversed(group) if one.gap is not None), None)
    if speech.gap is None:
        return last is not None or _adjacent(reading.text, group[-1].quote, speech.quote)
    if last is None:
        return _adjacent(reading.text, group[-1].quote, speech.quote)
    return speech.cue is not None and last.cue is not None and speech.cue.i == last.cue.i


def _adjacent(text: str, left: Quote, right: Quote) -> bool:
    return not any(character.isalnum() for character in text[left.end : right.start])


def _is_full(text: str, paragraph: Range, quote: Quote) -> bool:
    """Whether the quotation is an utterance rather than a few words quoted within a sentence."""
    inner = text[quote.inner_start : quote.inner_end]
    if not quote.marked:
        return True
    if len(inner) < 2 or not any(character.isalnum() for character in inner):
        return False
    before = text[paragraph[0] : quote.start].rstrip()
    after = text[quote.end : quote.end + 2].strip()
    opens = not before or before[-1] in ",:;.?!…—–-)”\"'»"
    closes = inner[-1] in ",.?!…—–-" or after[:1] in {",", ":"} or not quote.closed
    if len(inner.split()) > 1 and (before.endswith(":") or (before.endswith(",") and closes)):
        return True
    first = next(character for character in inner if character.isalnum() or character in "[(")
    capital = first.isupper() or first.isdigit() or first in "[("
    said = len(inner.split()) > 1 or inner[-1] in ",.?!"
    return opens and closes and (capital or before[-1:] in {",", "—", "–"}) and said


def _speech(reading: Reading, paragraph: Range, quotes: list[Quote], index: int) -> Speech:
    quote = quotes[index]
    before = _gap_before(reading, paragraph, quotes[index - 1] if index else None, quote)
    if before is not None and (cue := _cue_in(reading, before, nearest_last=True)) is not None:
        return Speech(quote, cue, before, "quote_after_cue")
    after = _gap_after(reading, paragraph, quote, quotes[index + 1] if index + 1 < len(quotes) else None)
    if after is not None and (cue := _cue_in(reading, after, nearest_last=False)) is not None:
        return Speech(quote, cue, after, "quote_before_cue")
    if before is not None and (not quote.marked or _is_label(reading, before)):
        return Speech(quote, None, before, "quote_after_label")
    return Speech(quote, None, None, "quote")


def _gap_before(reading: Reading, paragraph: Range, previous: Quote | None, quote: Quote) -> Gap | None:
    left = max(paragraph[0], previous.end if previous is not None else 0)
    text = reading.text[left : quote.start].rstrip()
    if not text or text[-1] in ".?!…”":
        return None
    end = reading.tokens((left, left + len(text)))[1]
    start = max(reading.token_at(left), end - REACH)
    for index in range(end - 2, start, -1):
        token = reading.doc[index]
        if reading.quote_of[index] < 0 and token.text in {".", "?", "!"} and index + 1 < end - 1:
            start = index + 1
            break
    while start < end and (reading.quote_of[start] >= 0 or is_edge(reading.doc[start])):
        start += 1
    return Gap(start, end) if start < end else None


def _gap_after(reading: Reading, paragraph: Range, quote: Quote, following: Quote | None) -> Gap | None:
    right = min(paragraph[1], following.start if following is not None else paragraph[1])
    if not quote.closed or not reading.text[quote.end : right].strip():
        return None
    first, last = reading.tokens((quote.end, right))
    while first < last and (reading.quote_of[first] >= 0 or is_edge(reading.doc[first])):
        first += 1
    end = first
    while end < min(last, first + REACH) and reading.doc[end].text not in {".", "?", "!", ";"}:
        end += 1
    return Gap(first, end) if end > first and _runs_on(reading, quote, first) else None


def _runs_on(reading: Reading, quote: Quote, first: int) -> bool:
    """Whether the words after the quotation go on with its sentence rather than begin a new one."""
    closing = reading.text[quote.inner_end - 1]
    if closing in ",?!—–-…" or reading.text[quote.end : quote.end + 1] == ",":
        return True
    return closing != "." or not reading.doc[first].text[0].isupper()


def _cue_in(reading: Reading, gap: Gap, nearest_last: bool) -> Token | None:
    words = list(reading.doc[gap.start : gap.end])
    known = [
        token
        for token in words
        if lemma(token) in SPEECH
        and token.pos_ in {"VERB", "AUX", "NOUN", "ADJ"}
        and token.tag_ not in {"NN", "JJ", "NNP"}
        and reading.quote_of[token.i] < 0
    ]
    if not nearest_last:
        known = [token for token in known if not _reports_itself(token, gap)]
        known = known if known and known[0].i - gap.start < 16 else []
    plain = [token for token in known if token.dep_ not in ASIDE] or known
    if not plain:
        return _unknown_verb(words, nearest_last)
    chosen: Token = plain[-1] if nearest_last else plain[0]
    return chosen


def _unknown_verb(words: Sequence[Token], nearest_last: bool) -> Token | None:
    """A verb that no lexicon has, where nothing but it and its subject can lead to the quotation."""
    verbs = [token for token in words if token.pos_ == "VERB" and token.dep_ not in ASIDE]
    if nearest_last:
        led = [verb for verb in verbs if child(verb, "nsubj") in words]
        return led[-1] if led and words[-1].text == ":" else None
    if not verbs or len(words) > LONGEST:
        return None
    fits = verbs[0].i - words[0].i < 5 and child(verbs[0], "nsubj") in words
    return verbs[0] if fits or _leads_to_whom(verbs[0], words) else None


def _leads_to_whom(verb: Token, words: Sequence[Token]) -> bool:
    """Whether there is but a verb and what the parse has for its object: "…,” marvelled one onlooker"."""
    first = verb == words[0] and verb.tag_ in {"VBD", "VBZ"} and lemma(verb) not in LIGHT
    whom = child(verb, "dobj") if first else None
    return whom is not None and spread(whom) == (verb.i + 1, words[-1].i + 1)


def _reports_itself(verb: Token, gap: Gap) -> bool:
    """Whether the verb has a reported clause of its own, outside the quotation: a sentence by itself."""
    clause = child(verb, "ccomp")
    return clause is not None and gap.start <= clause.i < gap.end and clause.i > verb.i + 1


def _is_label(reading: Reading, gap: Gap) -> bool:
    words = reading.doc[gap.start : gap.end]
    named = any(token.pos_ in {"PROPN", "NOUN", "PRON"} for token in words)
    return (
        words[-1].text == ":"
        and len(words) <= LABEL_LENGTH
        and named
        and not any(token.pos_ in {"VERB", "AUX"} for token in words)
    )


def _attributed(reading: Reading, led: Speech, group: list[Speech]) -> Iterator[Finding]:
    content = _utterance(reading.text, group)
    if led.gap is None:
        return
    if led.cue is None:
        source = reading.characters([(led.gap.start, led.gap.end - 1)])
        colon = reading.doc[led.gap.end - 1]
        cue = ((colon.idx, colon.idx + 1),)
        yield Finding(-1, source, cue, content, led.rule, 0.7)
        return
    source = _source(reading, led.cue, led.gap)
    words = reading.spans(between(reading.doc, chain(led.cue)))
    yield Finding(led.cue.i, source, words, content, led.rule, 0.95 if source else 0.5)


def _source(reading: Reading, cue: Token, gap: Gap) -> tuple[Range, ...]:
    who = subject(cue)
    if who is None or reading.quote_of[who.i] >= 0:
        who = _neighbour(reading, cue, gap)
    if who is None:
        return ()
    inside = {index for index in range(*spread(who)) if reading.quote_of[index] < 0}
    if gap.start <= who.i < gap.end:
        inside = {index for index in inside if gap.start <= index < gap.end}
    if cue.i in range(*spread(who)) or any(index > cue.i for index in inside) == (who.i < cue.i):
        inside = {index for index in inside if (index < cue.i) == (who.i < cue.i)}
    return reading.spans(inside - set(chain(cue)))


def _neighbour(reading: Reading, cue: Token, gap: Gap) -> Token | None:
    """The noun next to the cue, where the parse has no subject for it."""
    for index in [*range(cue.i + 1, gap.end), *range(cue.i - 1, gap.start - 1, -1)]:
        token: Token = reading.doc[index]
        if token.pos_ in {"PROPN", "NOUN", "PRON"} and token.dep_ not in {"compound", "poss", "npadvmod"}:
            return token
        if token.pos_ in {"VERB", "ADP"} and index > cue.i and token.dep_ == "prep":
            return None
    return None


def _last_speaker(findings: list[Finding], reading: Reading, number: int) -> Finding | None:
    """The speaker of the paragraph before, where that ends in words of theirs."""
    if not findings:
        return None
    last = findings[-1]
    before = reading.paragraphs[number - 1]
    return last if number and before[0] <= last.content[-1][0] < before[1] else None


def _utterance(text: str, group: list[Speech]) -> tuple[Range, ...]:
    """The words of the quotations, without the comma that only leads over to the cue."""
    bounds = ((speech.quote.inner_start, speech.quote.inner_end) for speech in group)
    return tuple((start, end - 1 if text[end - 1] == "," else end) for start, end in bounds)


def _carried(text: str, previous: Finding, group: list[Speech]) -> Finding:
    content = _utterance(text, group)
    return replace(
        previous, head=-1, cue=(), content=content, rule="quote_carried", confidence=previous.confidence * 0.7
    )

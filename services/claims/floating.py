"""Quotations that stand without reporting words of their own: "Berg was not persuaded. “…”"."""

from collections.abc import Sequence

from spacy.tokens import Token

from services.claims.findings import Finding, Reading
from services.claims.lexicon import SPEECH
from services.claims.phrases import Range, between, chain, child, lemma, spread
from services.claims.quotes import Quote
from services.claims.roles import is_person

FLOATING = "quote_floating"
ANSWERING = frozenset({"disagree", "react", "shrug", "demur", "nod", "smile", "sigh", "differ"})
"""Verbs that lead to a quotation of the next sentence, beside those of speech."""


def find_topic(reading: Reading, quotes: Sequence[Quote], content: tuple[Range, ...]) -> Finding:
    """Words quoted in a row, with whom the sentence before them is about, if that can speak."""
    about = _sentence_before(reading, quotes)
    if about is None or (who := _topic(about)) is None:
        return Finding(-1, (), (), content, FLOATING, 0.0)
    said = lemma(about) in SPEECH | ANSWERING
    cue = reading.spans(between(reading.doc, chain(about))) if said else ()
    inside = {index for index in range(*spread(who)) if index < about.i}
    return Finding(-1, reading.spans(inside), cue, content, FLOATING, 0.5)


def _sentence_before(reading: Reading, quotes: Sequence[Quote]) -> Token | None:
    """The verb of the sentence that ends right before the quotations.

    It stands in their paragraph; before a paragraph that is nothing but quoted, in the one before.
    """
    first, number = reading.token_at(quotes[0].start), reading.paragraph_at(quotes[0].start)
    start, end = reading.paragraphs[number]
    alone = number > 0 and quotes[0].start == start and quotes[-1].end == end
    begins = reading.paragraphs[number - 1][0] if alone else start
    last = _last_word(reading, first - 1, begins)
    if last is None or last.text != ".":
        return None
    root: Token = last.sent.root
    return root if root.pos_ in {"VERB", "AUX"} and reading.quote_of[root.i] < 0 else None


def _last_word(reading: Reading, index: int, begins: int) -> Token | None:
    """The token at `index` or the last one before it that is no white space, from a character on."""
    while index > 0 and reading.doc[index].is_space:
        index -= 1
    return reading.doc[index] if index >= 0 and reading.doc[index].idx >= begins else None


def _topic(verb: Token) -> Token | None:
    """Its subject, where that can speak: a name, or a person by role."""
    who = child(verb, "nsubj", "nsubjpass")
    if who is None or who.i > verb.i or who.lower_ in {"it", "this", "that", "there", "which", "who"}:
        return None
    return who if who.pos_ == "PROPN" or who.lower_ in {"he", "she", "they"} or is_person(who) else None

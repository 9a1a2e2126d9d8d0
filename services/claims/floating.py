"""Quotations that stand without reporting words of their own: "Berg was not persuaded. “…”"."""

from spacy.tokens import Token

from services.claims.findings import Finding, Reading
from services.claims.lexicon import SPEECH
from services.claims.phrases import Range, between, chain, child, lemma, spread
from services.claims.roles import is_person

FLOATING = "quote_floating"
ANSWERING = frozenset({"disagree", "react", "shrug", "demur", "nod", "smile", "sigh", "differ"})
"""Verbs that lead to a quotation of the next sentence, beside those of speech."""


def find_topic(reading: Reading, start: int, content: tuple[Range, ...]) -> Finding:
    """Words quoted from `start` on, with whom the sentence before them is about, if that can speak."""
    about = _sentence_before(reading, start)
    if about is None or (who := _topic(about)) is None:
        return Finding(-1, (), (), content, FLOATING, 0.0)
    said = lemma(about) in SPEECH | ANSWERING
    cue = reading.spans(between(reading.doc, chain(about))) if said else ()
    inside = {index for index in range(*spread(who)) if index < about.i}
    return Finding(-1, reading.spans(inside), cue, content, FLOATING, 0.5)


def _sentence_before(reading: Reading, start: int) -> Token | None:
    """The verb of the sentence that ends right before the quotation, within its paragraph."""
    first = reading.token_at(start)
    paragraph = reading.paragraphs[reading.paragraph_at(start)][0]
    if first == 0 or reading.doc[first - 1].idx < paragraph or reading.doc[first - 1].text != ".":
        return None
    root: Token = reading.doc[first - 1].sent.root
    return root if root.pos_ in {"VERB", "AUX"} and reading.quote_of[root.i] < 0 else None


def _topic(verb: Token) -> Token | None:
    """Its subject, where that can speak: a name, or a person by role."""
    who = child(verb, "nsubj", "nsubjpass")
    if who is None or who.i > verb.i or who.lower_ in {"it", "this", "that", "there", "which", "who"}:
        return None
    return who if who.pos_ == "PROPN" or who.lower_ in {"he", "she", "they"} or is_person(who) else None

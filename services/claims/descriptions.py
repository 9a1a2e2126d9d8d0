"""What a source is called beside its name, as printed: the title before it, the apposition after it."""

from collections.abc import Sequence

from spacy.tokens import Span as Phrase

from schemas import Mention

DESCRIBING = frozenset({"NOUN", "PROPN", "ADJ"})
EDGES = " ,;:-–—()"


def describe(phrase: Phrase, named: Sequence[Mention]) -> str | None:
    """The words of the phrase that say what the named one is; none where only the name stands there."""
    return _after(phrase, named) or _before(phrase, named)


def _before(phrase: Phrase, named: Sequence[Mention]) -> str | None:
    """ "Kremlin spokesman" of "Kremlin spokesman Dmitry Peskov": up to the mention that holds the head."""
    head = phrase.root
    own = next((one.span for one in named if one.span.start <= head.idx < one.span.end), None)
    if own is None:
        return None
    words = [token for token in phrase if token.idx < own.start]
    if not any(token.pos_ in DESCRIBING for token in words):
        return None
    return phrase.doc[words[0].i : words[-1].i + 1].text.strip(EDGES) or None


def _after(phrase: Phrase, named: Sequence[Mention]) -> str | None:
    """ "the Kremlin spokesman" of "Dmitry Peskov, the Kremlin spokesman", in either order."""
    head = phrase.root
    other = next(
        (kid for kid in head.children if kid.dep_ == "appos" and phrase.start <= kid.i < phrase.end), None
    )
    if other is None:
        return None
    if any(one.span.start <= head.idx < one.span.end for one in named):
        words = phrase.doc[other.left_edge.i : min(other.right_edge.i + 1, phrase.end)]
    else:
        words = phrase.doc[phrase.start : other.left_edge.i]
    return words.text.strip(EDGES) or None

"""What a source is called beside its name, as printed: the title before it, the apposition after it."""

from collections.abc import Sequence

from spacy.tokens import Span as Phrase

from schemas import Mention
from services.claims import lexicon

DESCRIBING = frozenset({"NOUN", "PROPN", "ADJ"})
FORMS = lexicon.words("mr mrs ms miss dr mx sir lord dame st van von der den de del da the")
EDGES = " ,;:-–—()"


def describe(phrase: Phrase, named: Sequence[Mention]) -> str | None:
    """The words of the phrase that say what the named one is; none where only the name stands there.

    Forms of address, parts of a name and ages say nothing of that.
    """
    found = (_after(phrase, named), _before(phrase, named))
    return next((words for words in found if words and _says_what(words)), None)


def _says_what(words: str) -> bool:
    plain = (word.strip(EDGES + ".").lower() for word in words.split())
    return any(word.isalpha() and len(word) > 1 and word not in FORMS for word in plain)


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

"""Phrases of a parsed text, as ranges of token indices (first, one past the last)."""

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Token

Range = tuple[int, int]

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
AUXILIARIES = frozenset({"aux", "auxpass", "neg", "prt"})
EDGE = frozenset(",.;:-–—―…()[]!?\"“”„«»‘’'`") | {"''", "``", "--", "..."}


MISREAD = {"hop": "hope", "hat": "hate", "retweete": "retweet"}


def lemma(token: Token) -> str:
    """The dictionary form in lower case; what lemmatizers make of "hoping" and the like is mended."""
    form = token.lemma_.lower()
    return MISREAD.get(form, form)


def spread(token: Token) -> Range:
    """The range from the leftmost to the rightmost descendant of `token`."""
    return token.left_edge.i, token.right_edge.i + 1


def prep(token: Token, word: str) -> Token | None:
    """The first preposition under `token` that is this word."""
    return next((kid for kid in token.children if kid.dep_ == "prep" and kid.lower_ == word), None)


def child(token: Token, *labels: str) -> Token | None:
    """The first child with one of the dependency labels."""
    return next((kid for kid in token.children if kid.dep_ in labels), None)


def runs(indices: Iterable[int]) -> list[Range]:
    """Sorted indices as contiguous ranges."""
    ranges: list[Range] = []
    for index in sorted(set(indices)):
        if ranges and ranges[-1][1] == index:
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
    return ranges


def trim(doc: Doc, bounds: Range) -> Range | None:
    """Without white space and punctuation at its edges; none where nothing is left."""
    start, end = bounds
    while start < end and is_edge(doc[start]):
        start += 1
    while end > start and is_edge(doc[end - 1]):
        end -= 1
    return (start, end) if start < end else None


def is_edge(token: Token) -> bool:
    """Whether the token is white space or punctuation that never belongs to a phrase's edge."""
    return token.is_space or token.text in EDGE


def trimmed(doc: Doc, ranges: Iterable[Range]) -> list[Range]:
    """Each range trimmed; those that are only punctuation go."""
    return [cut for bounds in ranges if (cut := trim(doc, bounds)) is not None]


def subject(predicate: Token) -> Token | None:
    """Who does it: the predicate's own subject, or the one it shares with the predicate above it."""
    seen: Token = predicate
    for _ in range(6):
        own = child(seen, *SUBJECTS)
        if own is not None:
            return own
        if seen.dep_ in {"acl", "relcl"}:
            return seen.head if seen.tag_ == "VBG" else None
        if seen.dep_ not in {"conj", "xcomp", "advcl", "ccomp", "pcomp", "prep", "parataxis", "dep", "appos"}:
            return None
        if seen.head == seen or (seen.dep_ == "conj" and seen.head.pos_ not in {"VERB", "AUX", "ADJ"}):
            return None
        if seen.dep_ == "ccomp" and "Fin" in seen.morph.get("VerbForm", []) and not _is_second(seen):
            return None
        seen = seen.head
    return None


def _is_second(clause: Token) -> bool:
    """Whether the parse took a second predicate of the same subject for a clause: "… and warned that …"."""
    before = clause.doc[max(0, clause.left_edge.i - 1)]
    return before.dep_ == "cc" and any(
        kid.dep_ == "ccomp" and kid.i < before.i for kid in clause.head.children
    )


def chain(predicate: Token) -> list[int]:
    """Indices of the predicate with its auxiliaries, negation and particles."""
    own = [predicate.i]
    own += [kid.i for kid in predicate.children if kid.dep_ in AUXILIARIES]
    return sorted(own)


def between(doc: Doc, indices: list[int]) -> Iterator[int]:
    """The indices, and the adverbs that stand between them."""
    yield from indices
    for index in range(indices[0], indices[-1]):
        if doc[index].dep_ == "advmod" and doc[index].head.i in indices:
            yield index

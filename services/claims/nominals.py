"""Attributions whose cue is a noun or a phrase: "X's claim that …", "according to X", "in X's view"."""

from collections.abc import Iterator

from spacy.tokens import Token

from services.claims.clauses import Frame
from services.claims.findings import Finding, Reading
from services.claims.lexicon import VIEWS, confidence_of
from services.claims.phrases import child, prep, spread
from services.claims.roles import is_person

SOURCE_PREPOSITIONS = frozenset({"by", "from", "among", "of"})

THINGS = frozenset({"eye", "word"})
"""What is a view only in the plural: "in the eye of the storm"."""
WRITING = frozenset({"my", "our", "your"})
"""Whose view is the writer's own, or the reader's."""


def find_nominals(reading: Reading, threshold: float) -> Iterator[Finding]:
    """Attributions by cue nouns that the lexicon trusts, and by source phrases such as "according to X"."""
    for token in reading.doc:
        if token.pos_ == "NOUN":
            yield from _of_noun(reading, token, threshold)
        elif token.lower_ in {"according", "per"}:
            yield from _of_according(reading, token)
        elif token.lower_ in {"in", "for", "to"} and token.dep_ == "prep":
            yield from _of_view(reading, token)


def noun_frames(noun: Token) -> Iterator[Frame]:
    """Every way in which the lexicon may know the noun as a cue."""
    owner = child(noun, "poss")
    by = next(
        (kid for kid in noun.children if kid.dep_ == "prep" and kid.lower_ in SOURCE_PREPOSITIONS), None
    )
    who = owner or (child(by, "pobj") if by is not None else None)
    known = "owned" if who is not None else "noun"
    lemma = noun.lemma_.lower()
    for kid in noun.children:
        words = frozenset(range(*spread(kid)))
        if kid.dep_ in {"acl", "ccomp", "relcl"} and any(k.dep_ == "mark" for k in kid.children):
            yield Frame(f"{known}_that", lemma, who, words)
        elif kid.dep_ == "acl" and any(k.dep_ == "aux" and k.tag_ == "TO" for k in kid.children):
            yield Frame(f"{known}_to", lemma, who, words)
        elif kid.dep_ == "prep" and kid != by and kid.i > noun.i:
            yield Frame(f"{known}_prep", f"{lemma} {kid.lower_}", who, words - {kid.i}, (kid.i,))
        elif kid.dep_ == "prep" and kid == by and owner is None and kid.lower_ == "of":
            yield Frame("noun_prep", f"{lemma} of", None, words - {kid.i}, (kid.i,))


def _of_noun(reading: Reading, noun: Token, threshold: float) -> Iterator[Finding]:
    frames = [(confidence_of(frame.name, frame.key), frame) for frame in noun_frames(noun)]
    best = max(frames, key=lambda pair: pair[0], default=None)
    if best is None or best[0] < threshold:
        return
    confidence, frame = best
    content = reading.spans(frame.content)
    source = set(range(*spread(frame.source))) if frame.source is not None else set()
    who = reading.spans({i for i in source - frame.content - {noun.i} if reading.doc[i].tag_ != "POS"})
    if content:
        yield Finding(noun.i, who, reading.spans({noun.i, *frame.cue}), content, frame.name, confidence)


def _of_according(reading: Reading, token: Token) -> Iterator[Finding]:
    preposition = child(token, "prep") if token.lower_ == "according" else token
    who = child(preposition, "pobj") if preposition is not None else None
    if preposition is None or who is None or token.head == token:
        return
    cue = (token.i, preposition.i)
    yield from _around(reading, token, who, cue, "according_to", 0.85)


def _of_view(reading: Reading, token: Token) -> Iterator[Finding]:
    noun = child(token, "pobj")
    if noun is None or token.head.pos_ not in {"VERB", "AUX"}:
        return
    owner, of = child(noun, "poss"), None
    if owner is None and child(noun, "det") is not None and noun.lower_ not in THINGS:
        of = prep(noun, "of")
        owner = child(of, "pobj") if of is not None else None
    if owner is None or (owner.tag_ == "PRP$" and owner.lower_ in WRITING):
        return
    if token.lower_ == "in" and noun.lemma_.lower() in VIEWS:
        cue = (token.i, noun.i) if of is None else range(token.i, of.i + 1)
        yield from _around(reading, token, owner, tuple(cue), "view", 0.7)


def _name_after(who: Token) -> set[int]:
    """The name between commas after a role, which the parse may take for the beginning of the clause."""
    doc, comma = who.doc, who.right_edge.i + 1
    end = comma + 1
    while end < len(doc) and doc[end].pos_ == "PROPN":
        end += 1
    named = is_person(who) and comma + 1 < end < len(doc) and doc[comma].text == doc[end].text == ","
    return set(range(comma, end)) if named else set()


def _around(
    reading: Reading, phrase: Token, who: Token, cue: tuple[int, ...], rule: str, confidence: float
) -> Iterator[Finding]:
    """The clause that the source phrase belongs to, without the phrase."""
    inside = set(range(*spread(phrase)))
    head = phrase.head
    while head.pos_ not in {"VERB", "AUX"} and head.head != head:
        head = head.head
    source = set(range(*spread(who))) | _name_after(who)
    content = set(range(*spread(head))) - inside - source
    if who.i in content or not content:
        return
    bounds = reading.spans(content)
    who_bounds = reading.spans(source - set(cue))
    if bounds and who_bounds:
        yield Finding(phrase.i, who_bounds, reading.spans(cue), bounds, rule, confidence)

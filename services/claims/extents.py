"""How far a content reaches in the parse: its subject, who is asked, what stands behind a noun, by when."""

from dataclasses import dataclass, replace

from spacy.tokens import Token

from services.claims.lexicon import words
from services.claims.phrases import FINITE, SUBJECTS, child, lemma, spread

AUXILIARY = frozenset({"aux", "auxpass"})
NAMING = frozenset({"NOUN", "PROPN", "PRON"})
WHEN = frozenset({"npadvmod"})
"""What only says when: "last week"."""
MODIFYING = frozenset({"prep", "acl", "relcl"})
PROMISING = words("promise pledge vow expect predict forecast demand propose")
MOMENTS = words("as when while after before")
DEADLINES = words("within by before until")


@dataclass(frozen=True)
class Words:
    """The roles of an attribution as numbers of tokens."""

    source: frozenset[int]
    cue: frozenset[int]
    content: frozenset[int]


def with_subject(found: Words, head: Token) -> Words:
    """ "The harbour had | been visited by a million": what stands before a verb begins what it tells."""
    first = head.doc[min(found.content)]
    verb = first.head if first.dep_ in AUXILIARY else first
    who = child(verb, *SUBJECTS)
    before = [kid for kid in verb.children if kid.dep_ in AUXILIARY and kid.i < first.i]
    finite = head.doc[min((kid.i for kid in before), default=first.i)]
    whole = who is not None and who.right_edge.i == finite.i - 1 and first.i - finite.i == len(before)
    if who is None or not whole or finite.tag_ not in FINITE:
        return found
    return _with_content(found, frozenset(range(who.left_edge.i, first.i)))


def with_front(found: Words, head: Token) -> Words:
    """ "The crane, | he told them, “will never work”": a verb without a subject has it before the report."""
    first, begins = head.doc[min(found.content)], min(found.cue | found.source)
    verb = first.head if first.dep_ in AUXILIARY else first
    late = head.sent.start < begins < first.i and first.tag_ in FINITE and child(verb, *SUBJECTS) is None
    front = head.doc[head.sent.start : begins]
    fits = late and front[-1].text == "," and front.root.pos_ in NAMING and front.root.dep_ not in WHEN
    return _with_content(found, frozenset(range(front.start, front.end - 1))) if fits else found


def with_object(found: Words, head: Token) -> Words:
    """Who is to do what is asked: "urged | the council to buy …"."""
    for kid in head.children:
        thing = child(head, "dobj") if kid.dep_ == "xcomp" else child(kid, "nsubj")
        if not (kid.dep_ in {"xcomp", "ccomp"} and _is_infinitive(kid) and thing is not None):
            continue
        inside = frozenset(range(thing.left_edge.i, max(thing.right_edge.i + 1, kid.left_edge.i)))
        between = head.i < min(inside) and max(inside) < kid.i
        if between and kid.i in found.content and min(found.content) >= min(inside):
            return _with_content(found, inside)
    return found


def with_modifiers(found: Words, head: Token) -> Words:
    """What stands behind a noun before the content goes on: "asked anybody | with a camera | to look"."""
    last, roles = max(found.content), found.source | found.cue | found.content
    inside = {
        index
        for word in (head.doc[index] for index in found.content)
        for kid in word.rights
        if kid.dep_ in MODIFYING and kid.right_edge.i < last
        if not roles & (whole := frozenset(range(*spread(kid))))
        for index in whole
    }
    return replace(found, content=found.content | inside)


def with_deadline(found: Words, head: Token) -> Words:
    """By when it is to be belongs to what is promised: "promised help | within days"."""
    after = max(found.content) + 1
    for kid in head.rights:
        if lemma(head) in PROMISING and kid.lower_ in DEADLINES and kid.left_edge.i == after:
            return _with_content(found, frozenset(range(*spread(kid))))
    return found


def without_it(found: Words, head: Token) -> Words:
    """ "It is not known | when …": the "it" only stands for the clause."""
    empty = frozenset(kid.i for kid in head.children if kid.lower_ == "it" and kid.dep_ in SUBJECTS)
    clause = any(kid.dep_ in {"ccomp", "xcomp", "advcl"} and kid.i in found.content for kid in head.children)
    return replace(found, content=found.content - empty) if clause and found.content - empty else found


def without_moment(found: Words, head: Token) -> Words:
    """When it was said is no part of a quotation: "shouted “shame” | as the result was read out"."""
    doc, first = head.doc, min(found.content)
    for kid in head.rights:
        clause = frozenset(range(*spread(kid)))
        timed = kid.dep_ == "advcl" and doc[min(clause)].lower_ in MOMENTS and clause <= found.content
        if timed and first > head.i and doc[first - 1].is_quote and doc[min(clause) - 1].is_quote:
            return replace(found, content=found.content - clause)
    return found


def whole_cue(found: Words, head: Token) -> Words:
    """A cue does not end in the article of what is outside it: "told | a news conference"."""
    last = head.doc[max(found.cue)]
    cut = last.dep_ == "det" and last.head.i not in found.cue and len(found.cue) > 1
    return replace(found, cue=found.cue - {last.i}) if cut else found


def with_to(found: Words, head: Token) -> Words:
    """ "refused | to blame": the last word of the cue belongs to the verb of the content."""
    last = head.doc[max(found.cue)]
    if last.tag_ != "TO" or last.dep_ != "aux" or last.head.i not in found.content or len(found.cue) < 2:
        return found
    return replace(found, cue=found.cue - {last.i}, content=found.content | {last.i})


def _with_content(found: Words, more: frozenset[int]) -> Words:
    return found if more & (found.source | found.cue) else replace(found, content=found.content | more)


def _is_infinitive(verb: Token) -> bool:
    return any(kid.dep_ == "aux" and kid.tag_ == "TO" for kid in verb.children)

"""What hangs at the end of a content in the parse and is no longer part of it."""

from spacy.tokens import Token

from services.claims.lexicon import SPEECH
from services.claims.phrases import child, lemma
from services.claims.roles import can_speak

BLAMING = frozenset({"accuse", "blame", "criticise", "criticize", "praise", "thank", "urge", "condemn"})


def find_tail(cue: Token, content: Token) -> set[int]:
    """Indices of the words under `content` that go on with the cue's own subject, or are a mere aside.

    "…, adding that …" and "… and said …" belong to the speaker; ", which …" after a bare noun is the
    reporter's remark.
    """
    tail: set[int] = set()
    for kid in _right_kids(content):
        if _reports_again(cue, kid) or _is_aside(content, kid):
            tail.update(range(kid.left_edge.i, content.right_edge.i + 1))
            if content.doc[kid.left_edge.i - 1].dep_ == "cc":
                tail.add(kid.left_edge.i - 1)
    return tail


def _right_kids(content: Token) -> list[Token]:
    kids = [kid for kid in content.children if kid.i > content.i]
    return kids + [kid for one in kids if one.dep_ in {"conj", "xcomp", "ccomp"} for kid in one.children]


def _reports_again(cue: Token, kid: Token) -> bool:
    if lemma(kid) not in SPEECH | BLAMING or kid.left_edge.i <= cue.i:
        return False
    before = kid.doc[kid.left_edge.i - 1]
    if kid.dep_ == "advcl" and kid.tag_ == "VBG":
        return before.is_punct
    own = any(one.dep_ in {"nsubj", "nsubjpass"} for one in kid.children)
    if kid.dep_ != "conj" or own or kid.tag_ != cue.tag_:
        return False
    return kid.head.tag_ != cue.tag_ or (child(kid, "ccomp") is not None and _is_thing(kid.head))


def _is_thing(verb: Token) -> bool:
    """Whether the verb's subject is a common noun that can't speak: "the crane was late and warned …"."""
    who = child(verb, "nsubj", "nsubjpass")
    return who is not None and not can_speak(who)


def _is_aside(content: Token, kid: Token) -> bool:
    noun = content.pos_ in {"NOUN", "PROPN"}
    return noun and kid.dep_ == "relcl" and content.doc[kid.left_edge.i - 1].text == ","

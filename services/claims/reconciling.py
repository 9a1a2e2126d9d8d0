"""The model's roles beside the parse: where an edge cuts through a phrase, and whom a construction cites.

The model marks words. That a relative clause belongs to its noun, "to" to its verb and a clause to the noun
that it explains is for the parse to say; so is who speaks in a passive.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from spacy.tokens import Token

from services.claims.edges import complete_clause, cut_circumstance, cut_dangling
from services.claims.extents import (
    Words,
    whole_cue,
    with_deadline,
    with_front,
    with_modifiers,
    with_object,
    with_subject,
    with_to,
    without_it,
    without_moment,
)
from services.claims.findings import Finding, Reading
from services.claims.floating import ANSWERING, FLOATING
from services.claims.lexicon import SPEECH, words
from services.claims.phrases import SUBJECTS, Range, child, lemma, spread
from services.claims.stance import DENYING

ASIDES = frozenset({"aside", "aside_as"})
CLAUSES = frozenset({"acl", "ccomp", "relcl"})
REPORTS = words("claim allegation accusation suggestion assertion report rumour rumor charge contention")
"""Nouns for what somebody else has said: who rejects them denies what they say."""
ADDRESSING = words("ask tell inform warn remind advise question notify assure")
"""Verbs whose passive has the one who is spoken to for its subject."""
HEARING = words("court jury juror inquest tribunal hearing inquiry commission")
"""Who hears what is claimed before them and claims nothing: "…, a court heard"."""
CITING = frozenset({"quote", "cite"})


def reconcile(reading: Reading, finding: Finding, rule: Finding | None) -> Finding:
    """The model's finding with its roles as the parse has them; `rule` is what the rules made of its cue."""
    found = Words(*(_numbers(reading, spans) for spans in (finding.source, finding.cue, finding.content)))
    mended = found
    for mend in MENDS:
        mended = mend(mended, reading.doc[finding.head])
    if rule is not None and rule.rule in ASIDES:
        mended = _around_aside(mended, reading.doc[finding.head], _numbers(reading, rule.content))
    whole = _rewrite(reading, finding, found, mended)
    return _without_remark(reading, whole) if whole.content else finding


def _numbers(reading: Reading, spans: Iterable[Range]) -> frozenset[int]:
    return frozenset(index for bounds in spans for index in range(*reading.tokens(bounds)))


def _rewrite(reading: Reading, finding: Finding, found: Words, mended: Words) -> Finding:
    """The finding with those of its roles anew that were mended."""
    return replace(
        finding,
        source=finding.source if mended.source == found.source else reading.spans(mended.source),
        cue=finding.cue if mended.cue == found.cue else reading.spans(mended.cue),
        content=finding.content if mended.content == found.content else reading.spans(mended.content),
    )


def _without_remark(reading: Reading, finding: Finding) -> Finding:
    """A quotation after a sentence that only tells how its speaker took something floats.

    So in "Berg was not persuaded. “…”".
    """
    head, first = reading.doc[finding.head], reading.token_at(finding.bounds[0])
    follows = reading.quote_of[first] >= 0 and head.sent.end <= first
    said = head.pos_ not in {"VERB", "AUX"} or lemma(head) in SPEECH | ANSWERING
    if said or not follows or reading.doc[head.sent.end - 1].text != ".":
        return finding
    return replace(finding, head=-1, cue=(), rule=FLOATING)


def _with_relative(found: Words, head: Token) -> Words:
    """A relative clause on the source belongs to it to its end: "officials who fled because it burnt"."""
    nouns = (head.doc[index] for index in found.source)
    clauses = (
        set(range(*spread(kid)))
        for noun in nouns
        for kid in noun.children
        if kid.dep_ == "relcl" and kid.left_edge.i in found.source | {min(found.content)}
    )
    moved = frozenset[int]().union(*clauses)
    if moved & found.cue or not moved & found.content or found.content <= moved:
        return found
    return replace(found, source=found.source | moved, content=found.content - moved)


def _with_possessor(found: Words, head: Token) -> Words:
    """Whose claim it is: "the board's warning | that …" where the model saw nobody."""
    owner = child(head, "poss") if head.pos_ == "NOUN" and not found.source else None
    if owner is None or owner.pos_ not in {"PROPN", "NOUN"}:
        return found
    whole = (owner.doc[index] for index in range(*spread(owner)))
    source = frozenset(word.i for word in whole if word.tag_ != "POS")
    return found if source & (found.cue | found.content) else replace(found, source=source)


def _within_sentence(found: Words, head: Token) -> Words:
    """A source does not go on where the next sentence names the same: "by Rita Blom. | Blom promised"."""
    for stop in (index for index in found.source if head.doc[index].text == "."):
        before = {head.doc[index].text for index in found.source if index < stop}
        after = frozenset(index for index in found.source if index > stop)
        if after and max(after) < head.i and head.doc[min(after)].text in before:
            return replace(found, source=after)
    return found


def _with_whole_edges(found: Words, head: Token) -> Words:
    """No role ends in a word that leads on to what is outside it."""
    doc = head.doc
    source = complete_clause(found.source, doc.__getitem__, found.cue | found.content)
    return replace(
        found,
        source=cut_circumstance(cut_dangling(source, doc.__getitem__), doc.__getitem__),
        content=cut_dangling(found.content, doc.__getitem__),
    )


def _of_noun(found: Words, head: Token) -> Words:
    """The clause that a noun leads to ends before the sentence goes on: "the claim that … | was tested"."""
    first = min(found.content)
    clause = next((kid for kid in _that_clauses(head) if kid.left_edge.i == first), None)
    if head.pos_ != "NOUN" or clause is None or clause.i not in found.content:
        return found
    return replace(found, content=found.content & frozenset(range(*spread(clause))))


def _that_clauses(noun: Token) -> list[Token]:
    return [
        kid
        for kid in noun.children
        if kid.dep_ in CLAUSES and any(one.dep_ == "mark" for one in kid.children)
    ]


def _with_negation(found: Words, head: Token) -> Words:
    """ "pleaded | not guilty": a negation of the words after the verb is no negation of the verb."""
    late = [index for index in found.cue if index > head.i and head.doc[index].dep_ == "neg"]
    after = min(found.content) == max(found.cue) + 1
    if head.pos_ != "VERB" or not late or not after or head.doc[late[0]].head.pos_ not in {"ADJ", "NOUN"}:
        return found
    moved = frozenset(index for index in found.cue if index >= min(late))
    return replace(found, cue=found.cue - moved, content=found.content | moved)


def _what_is_denied(found: Words, head: Token) -> Words:
    """ "rejected claims | that …": what is denied is what the claims say."""
    thing = child(head, "dobj")
    if lemma(head) not in DENYING or thing is None or lemma(thing) not in REPORTS:
        return found
    lead = frozenset(range(thing.left_edge.i, thing.i + 1))
    explained = any(clause.left_edge.i == thing.i + 1 for clause in _that_clauses(thing))
    if not explained or not lead < found.content or min(lead) != max(found.cue) + 1:
        return found
    return replace(found, cue=found.cue | lead, content=found.content - lead)


def _without_addressee(found: Words, head: Token) -> Words:
    """Who "was told" does not speak, nor a court that "heard"; who told them does, if the sentence says so.

    What was told before them has its own subject: "A clerk took it, | a jury was told".
    """
    addressee = child(head, "nsubjpass") if lemma(head) in ADDRESSING else _hearer(head)
    if addressee is None:
        return found
    agent = child(head, "agent")
    who = child(agent, "pobj") if agent is not None else None
    theirs = any(_begins(head.doc[index], found.content, head) for index in found.source)
    told = found.content | found.source if theirs else found.content
    if min(told) < addressee.i:
        told -= frozenset(range(*spread(addressee)))
    if not told or not (theirs or addressee.i in found.source | found.content - told):
        return found
    source = frozenset(range(*spread(who))) if who is not None else frozenset[int]()
    return replace(found, source=source, content=told)


def _without_the_asked(found: Words, head: Token) -> Words:
    """ "The mayor, asked about the budget, said …": who is asked does not ask."""
    if lemma(head) not in ADDRESSING or not found.source:
        return found
    last, words = max(found.source), [head.doc[index].text for index in found.source]
    parted = last == head.i - 2 and head.doc[last + 1].text == "," and "," not in words
    hung = head.dep_ == "acl" and head.head.i in found.source and child(head, "dobj") is None
    return replace(found, source=frozenset()) if parted or hung else found


def _hearer(verb: Token) -> Token | None:
    who = child(verb, "nsubj") if lemma(verb) == "hear" else None
    return who if who is not None and lemma(who) in HEARING else None


def _begins(word: Token, content: frozenset[int], cue: Token) -> bool:
    """Whether a word is the subject of what is told, not of the cue."""
    return word.dep_ in SUBJECTS and word.head != cue and word.head.i in content


def _quoted_as_saying(found: Words, head: Token) -> Words:
    """ "X was quoted by the paper as saying …": X speaks."""
    speaker, preposition = child(head, "nsubjpass"), child(head, "prep")
    saying = child(preposition, "pcomp") if preposition is not None and preposition.lower_ == "as" else None
    if lemma(head) not in CITING or speaker is None or preposition is None or saying is None:
        return found
    before = frozenset(index for index in found.cue if index <= head.i)
    content = frozenset(index for index in found.content if index > saying.i)
    source = frozenset(range(*spread(speaker)))
    return Words(source, before | {head.i, preposition.i, saying.i}, content) if content else found


def _by_subject(found: Words, head: Token) -> Words:
    """ "Berg, standing beside the minister, said …": who is named in an aside is not the one who speaks."""
    who = child(head, "nsubj")
    if who is None or who.i in found.source | found.content | found.cue or who.tag_ in {"WP", "WDT"}:
        return found
    asides = [kid for kid in head.children if kid.dep_ == "advcl" and kid.i < head.i]
    asides += [kid for kid in who.children if kid.dep_ in {"acl", "relcl"}]
    circumstances = {index for aside in asides for index in range(*spread(aside))}
    inside = bool(found.source) and found.source <= circumstances
    return replace(found, source=frozenset(range(*spread(who)))) if inside else found


def _with_own_subject(found: Words, head: Token) -> Words:
    """Who stands before a verb of speech and its auxiliaries speaks, where the model saw nobody."""
    who = child(head, "nsubj")
    if found.source or lemma(head) not in SPEECH or who is None or who.pos_ not in {"PROPN", "NOUN"}:
        return found
    whole = frozenset(range(*spread(who)))
    content = found.content - whole
    between = [head.doc[index] for index in range(max(whole) + 1, head.i)]
    parted = head.doc[max(whole)].is_punct or any(one.head != head or one.is_punct for one in between)
    if not content or parted or max(whole) > head.i or whole & found.cue:
        return found
    return replace(found, source=whole, content=content)


def _without_expletive(found: Words, head: Token) -> Words:
    """ "There are reports that …", "it is clear that …": nobody is cited."""
    empty = all(
        token.dep_ == "expl" or (token.lower_ == "it" and token.head.lemma_ == "be")
        for token in (head.doc[index] for index in found.source)
    )
    return replace(found, source=frozenset()) if empty else found


def _around_aside(found: Words, head: Token, sentence: frozenset[int]) -> Words:
    """Both halves of the sentence that a report is put into, if the missing one has the subject or "will"."""
    missing = (head.doc[index] for index in sentence - found.content)
    torn = any(one.dep_ in SUBJECTS | {"aux"} and one.head.i in found.content for one in missing)
    elsewhere = not sentence & found.content
    return replace(found, content=sentence) if (torn or elsewhere) and not sentence & found.source else found


MENDS: tuple[Callable[[Words, Token], Words], ...] = (
    _within_sentence,
    _with_relative,
    _of_noun,
    with_object,
    with_modifiers,
    with_deadline,
    with_to,
    _with_negation,
    _what_is_denied,
    _without_addressee,
    _quoted_as_saying,
    _by_subject,
    _with_own_subject,
    _without_the_asked,
    _without_expletive,
    without_it,
    without_moment,
    whole_cue,
    with_subject,
    with_front,
    _with_possessor,
    _with_whole_edges,
)

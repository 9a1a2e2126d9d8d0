"""Attributions whose content hangs on a verb or adjective in the parse: "X said (that) …", "X vowed to …"."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from services.claims.findings import Finding, Reading
from services.claims.lexicon import confidence_of
from services.claims.phrases import SUBJECTS, between, chain, child, lemma, spread, subject
from services.claims.roles import can_speak
from services.claims.standing import weigh
from services.claims.tails import find_tail

HELPERS = frozenset({"aux", "auxpass"})
ASIDE = "aside"
SPEAKING = frozenset({"i", "we", "you"})
"""Whose "I think" put into a sentence is a manner of speaking."""
NAMING = frozenset({"name", "identify"})
"""Who does not want to be named says nothing by it."""
TELLING = frozenset({"tell", "inform", "assure", "remind", "warn"})
"""Verbs whose object hears what is said."""
WH = frozenset({"WRB", "WP", "WDT", "WP$"})
TRAILING = frozenset({"of", "for", "as", "to", "with", "on", "about", "against"})


@dataclass(frozen=True)
class Frame:
    """One way to read a predicate as a cue: its name and key in the lexicon, and the tokens of each role."""

    name: str
    key: str
    source: Token | None
    content: frozenset[int]
    cue: tuple[int, ...] = ()


def find_clauses(reading: Reading, threshold: float) -> Iterator[Finding]:
    """The best reading of each predicate that the lexicon trusts at least as far as `threshold`."""
    for token in reading.doc:
        if token.pos_ not in {"VERB", "AUX"} or token.dep_ in HELPERS:
            continue
        frames = [
            (confidence_of(frame.name, frame.key) * weigh(token, frame.source, frame.name), frame)
            for frame in frames_of(token)
        ]
        if not frames:
            continue
        confidence, frame = max(frames, key=lambda pair: pair[0])
        if confidence >= threshold and (finding := _finding(reading, token, frame, confidence)):
            yield finding


def frames_of(verb: Token) -> Iterator[Frame]:
    """Every way in which the lexicon may know the verb as a cue; each has some content."""
    for frame in _frames(verb):
        if frame.content:
            yield frame


def _frames(verb: Token) -> Iterator[Frame]:
    kids: dict[str, list[Token]] = {}
    for kid in verb.children:
        kids.setdefault(kid.dep_, []).append(kid)
    yield from _of_adjective(verb, kids)
    yield from _of_aside(verb, kids)
    if "auxpass" in kids or "nsubjpass" in kids:
        yield from _of_passive(verb, kids)
    elif "ccomp" in kids:
        clause = next((kid for kid in kids["ccomp"] if kid.i > verb.i), kids["ccomp"][0])
        if clause.i > verb.i or not _is_parted(verb, clause):
            yield _of_clause(verb, clause)
    elif "xcomp" in kids:
        yield from _of_infinitive(verb, kids["xcomp"][0], kids.get("dobj", []))
    else:
        yield from _of_object(verb, kids)


def _of_clause(verb: Token, clause: Token) -> Frame:
    first = clause.doc[clause.left_edge.i]
    if any(kid.dep_ == "aux" and kid.tag_ == "TO" for kid in clause.children):
        kind = "clause_to"
    elif first.tag_ in WH or first.lower_ in {"whether", "if"}:
        kind = "clause_wh"
    elif any(kid.dep_ == "mark" and kid.lower_ == "that" for kid in clause.children):
        kind = "clause_that"
    else:
        kind = "clause_before" if clause.i < verb.i else "clause_bare"
    return Frame(kind, lemma(verb), _speaker(verb), _words(verb, clause))


def _of_aside(verb: Token, kids: dict[str, list[Token]]) -> Iterator[Frame]:
    """The sentence into which the verb is put between commas: "It was, it said, …", "…, as she sees it"."""
    as_it = any(kid.lower_ == "as" for kid in kids.get("mark", []))
    things = [kid.lower_ for kid in kids.get("dobj", [])]
    put_in = verb.dep_ == "parataxis" or (verb.dep_ == "advcl" and as_it and things in ([], ["it"]))
    if not put_in or "ccomp" in kids or "xcomp" in kids:
        return
    head = verb.head
    while head.pos_ not in {"VERB", "AUX"} and head.head != head:
        head = head.head
    around = frozenset(range(*spread(head))) - frozenset(range(*spread(verb)))
    for who in kids.get("nsubj", []):
        if who.lower_ not in SPEAKING:
            yield Frame(f"{ASIDE}_as" if as_it else ASIDE, lemma(verb), who, around)


def _is_parted(verb: Token, clause: Token) -> bool:
    """Whether a colon or semicolon stands between: then the clause is another sentence."""
    between_them = clause.doc[clause.i : verb.i]
    return any(token.text in {":", ";"} for token in between_them)


def _speaker(verb: Token) -> Token | None:
    """The subject, but not of a bare participle: who is "asked whether …" does not ask.

    A thing does not speak: in "Berg said the ship sank and claimed that …" Berg claims.
    """
    bare = (
        verb.tag_ == "VBN"
        and verb.dep_ in {"advcl", "acl"}
        and not any(k.dep_ == "aux" for k in verb.children)
    )
    if bare:
        return None
    who, outer = subject(verb), verb.head.head
    shared = verb.dep_ == "conj" and verb.head.dep_ == "ccomp" and child(verb, *SUBJECTS) is None
    return subject(outer) if shared and who is not None and not can_speak(who) else who


def _of_infinitive(verb: Token, clause: Token, objects: list[Token]) -> Iterator[Frame]:
    word, who = lemma(verb), _speaker(verb)
    if lemma(clause) in NAMING and child(clause, "auxpass") is not None:
        return
    content = _words(verb, clause, *objects)
    infinitive = any(kid.dep_ == "aux" and kid.tag_ == "TO" for kid in clause.children)
    kind = "to" if infinitive else "ing" if clause.tag_ == "VBG" else "small"
    yield Frame(f"{kind}_object" if objects else kind, word, who, content)
    if not objects and who is not None:
        yield Frame("raising", word, None, content | _words(verb, who))


def _of_object(verb: Token, kids: dict[str, list[Token]]) -> Iterator[Frame]:
    word, who = lemma(verb), _speaker(verb)
    after = [kid for kid in kids.get("prep", []) if kid.i > verb.i]
    if "dobj" not in kids:
        if after:
            yield Frame("prep", f"{word} {after[0].lower_}", who, _complement(verb, after[0]), (after[0].i,))
        return
    thing = kids["dobj"][0]
    trailing = [kid for kid in after if kid.i > thing.i and kid.lower_ in TRAILING]
    small = kids.get("oprd", [])
    told = _told(verb, thing)
    if told is not None:
        yield Frame("clause_bare", word, who, _words(verb, told))
    content = _words(verb, *kids["dobj"])
    if small and thing.tag_ in WH:
        content = frozenset()
    if trailing or small:
        yield Frame("object_and", word, who, content | _words(verb, *trailing, *small))
    else:
        yield Frame("object", word, who, content)
    yield from _of_object_noun(verb, thing, trailing, who)
    for prep in after:
        if prep.lower_ == "at" and _counts(prep):
            yield Frame("object_at", word, who, content | _words(verb, prep))


def _told(verb: Token, hearer: Token) -> Token | None:
    """What somebody is told, where the parse hangs it on them: "told investigators | he had acted alone"."""
    if lemma(verb) not in TELLING or not (hearer.pos_ == "PRON" or can_speak(hearer)):
        return None
    clause, following = child(hearer, "relcl"), hearer.doc[min(hearer.i + 1, len(hearer.doc) - 1)]
    bare = clause is not None and child(clause, "nsubj", "nsubjpass") == following
    return clause if bare and following.pos_ == "PRON" else None


def _counts(preposition: Token) -> bool:
    """Whether a number is what it leads to: "at six in ten", "at about $11 billion"."""
    thing = child(preposition, "pobj", "pcomp")
    return thing is not None and any(word.like_num for word in thing.subtree)


def _of_object_noun(verb: Token, thing: Token, trailing: list[Token], who: Token | None) -> Iterator[Frame]:
    owner = child(thing, "poss")
    if thing.pos_ != "NOUN" or (owner is not None and owner.pos_ != "PRON"):
        return
    pair = f"{lemma(verb)} {lemma(thing)}"
    cue = tuple(range(thing.left_edge.i, thing.i + 1))
    for prep in trailing:
        yield Frame("object_prep", f"{pair} {prep.lower_}", who, _complement(verb, prep), (*cue, prep.i))
    for kid in thing.children:
        if kid.dep_ in {"acl", "ccomp"} and any(k.dep_ == "mark" or k.tag_ == "TO" for k in kid.children):
            yield Frame("object_clause", pair, who, _words(verb, kid), cue)
        elif kid.dep_ == "prep":
            yield Frame("object_prep", f"{pair} {kid.lower_}", who, _complement(verb, kid), (*cue, kid.i))


def _of_passive(verb: Token, kids: dict[str, list[Token]]) -> Iterator[Frame]:
    word, patient = lemma(verb), child(verb, "nsubjpass", "nsubj")
    agent = child(kids["agent"][0], "pobj") if "agent" in kids else None
    theme = _words(verb, patient) if patient is not None else frozenset()
    after = [kid for kid in kids.get("prep", []) if kid.i > verb.i]
    if "xcomp" in kids:
        yield Frame("passive_to", word, agent, theme | _words(verb, *kids["xcomp"]))
    elif "ccomp" in kids:
        yield Frame("passive_clause", word, agent, _words(verb, *kids["ccomp"]))
    elif after:
        yield Frame("passive_and", word, agent, theme | _words(verb, *after))
        key = f"{word} {after[0].lower_}"
        yield Frame("passive_prep", key, agent, _complement(verb, after[0]), (after[0].i,))
        yield Frame("passive_own", key, patient, _complement(verb, after[0]), (after[0].i,))
    elif theme:
        yield Frame("passive_by" if agent else "passive", word, agent, theme)


def _of_adjective(verb: Token, kids: dict[str, list[Token]]) -> Iterator[Frame]:
    adjective = next(iter(kids.get("acomp") or kids.get("attr") or ()), None)
    if adjective is None:
        return
    word, who = lemma(adjective), subject(verb)
    cue = tuple(range(adjective.left_edge.i, adjective.i + 1))
    for kid in adjective.children:
        if kid.dep_ in {"ccomp", "xcomp"}:
            yield Frame(f"adjective_{kid.dep_[0]}", word, who, _words(verb, kid), cue)
        elif kid.dep_ == "prep":
            yield Frame("adjective_prep", f"{word} {kid.lower_}", who, _complement(verb, kid), (*cue, kid.i))
    if verb.lemma_ != "be":
        theme = _words(verb, who) if who is not None else frozenset()
        yield Frame("raising", lemma(verb), None, theme | _words(verb, adjective))


def _words(cue: Token, *heads: Token) -> frozenset[int]:
    """All words under `heads`, without those of a cue that is printed in their midst."""
    found = {index for head in heads for index in range(*spread(head))}
    for head in heads:
        if head.i > cue.i:
            found -= find_tail(cue, head)
    if cue.i in found or any(
        kid.i in found for kid in cue.children if kid.dep_ == "nsubj" and kid not in heads
    ):
        own = child(cue, "nsubj", "nsubjpass")
        found.difference_update(chain(cue))
        if own is not None and own not in heads:
            found.difference_update(range(*spread(own)))
    if found and cue.doc[max(found)].dep_ == "cc":
        found.discard(max(found))
    return frozenset(found)


def _complement(cue: Token, preposition: Token) -> frozenset[int]:
    thing = child(preposition, "pobj", "pcomp")
    words = _words(cue, preposition) - {preposition.i}
    return words - find_tail(cue, thing) if thing is not None else words


def _finding(reading: Reading, verb: Token, frame: Frame, confidence: float) -> Finding | None:
    content = reading.spans(frame.content)
    cue = set(between(reading.doc, chain(verb))) | set(frame.cue)
    source: set[int] = set()
    if frame.source is not None:
        source = set(range(*spread(frame.source))) - cue
        if verb.i in range(*spread(frame.source)):
            source = {index for index in source if (index < verb.i) == (frame.source.i < verb.i)}
    if not content:
        return None
    who = reading.spans(source - frame.content)
    return Finding(verb.i, who, reading.spans(cue), content, frame.name, confidence)

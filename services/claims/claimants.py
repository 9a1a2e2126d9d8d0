"""Who a source phrase means: the entity of the article behind a name, a title, a role or a pronoun."""

import re
from collections.abc import Sequence
from uuid import UUID

from spacy.tokens import Span as Phrase
from spacy.tokens import Token

from schemas import Claimant, EntityKind, FoundBy, Mention, Span
from services.claims.bearers import find_bearer
from services.claims.cast import BESIDE, Cast, Unnamed
from services.claims.descriptions import describe
from services.claims.phrases import Range, child, prep
from services.claims.pronouns import HE, IT, SHE, THEY, find_antecedent, find_unnamed, last_group
from services.claims.roles import COUNTRIES, DEFINITE, PERSONS, SPOKEN, is_attached, is_person

RELATIVE = frozenset({"who", "which", "that", "whom"})
LEARNT = 0.65
"""Confidence from which a pronoun tells whether the one it means is a he or a she."""
LABEL = re.compile(r"[A-Z][\w.'’ -]{0,30}:\s+(?=[A-Z])")
BRACKETED = re.compile(r"[^()\n]{0,12}\)")
DATELINE = re.compile(r"[A-Z][^\n–—]{1,40}\s[–—]\s(?=\S)")


def resolve(
    cast: Cast,
    source: Sequence[Range],
    carried: bool = False,
    others: frozenset[UUID] = frozenset(),
    nested: bool = False,
) -> Claimant | None:
    """The claimant that a source phrase means; none where there is no source.

    Call it in the order of the text: pronouns look back on the speakers resolved so far. `carried` marks a
    source that is taken over from the paragraph before; `others` are whom a pronoun can't mean: who is
    named in the very words that it says, or who says the words that it stands in (`nested`).
    """
    phrase = _phrase(cast, source)
    if phrase is None:
        return None
    found = _resolve_head(cast, phrase, phrase.root, others)
    if found.found_by is FoundBy.COLLECTIVE:
        cast.plural.append(found)
    elif found.entity_id is None:
        cast.unnamed.append(Unnamed(found, _noun_meant(cast, found, phrase.root)))
    elif not nested:
        cast.speakers.append((found.entity_id, phrase.start_char))
    if carried:
        return found.model_copy(
            update={"found_by": FoundBy.CARRIED, "confidence": round(found.confidence * 0.7, 3)}
        )
    return found


def _phrase(cast: Cast, source: Sequence[Range]) -> Phrase | None:
    """The longest piece of the source, without the dateline or label that heads its paragraph."""
    if not source:
        return None
    start, end = max(source, key=lambda bounds: bounds[1] - bounds[0])
    head = DATELINE.match(cast.text, start, end) or LABEL.match(cast.text, start, end)
    if head is not None and cast.text[:start].rstrip(" ")[-1:] in {"", "\n"}:
        start = head.end()
    return cast.doc.char_span(start, _close(cast.text, start, end), alignment_mode="expand")


def _close(text: str, start: int, end: int) -> int:
    """Where the phrase ends with the bracket closed that it opens: "Rask (Velm" | ")"."""
    if text.count("(", start, end) <= text.count(")", start, end):
        return end
    rest = BRACKETED.match(text, end)
    return (
        rest.end() if rest is not None else max(start + 1, len(text[: text.rindex("(", start, end)].rstrip()))
    )


def _resolve_head(cast: Cast, phrase: Phrase, head: Token, others: frozenset[UUID]) -> Claimant:
    if head.lower_ in RELATIVE and head.dep_ != "det":
        return _resolve_relative(cast, phrase, head)
    if head.pos_ == "PRON" or head.lower_ in HE | SHE | THEY | IT:
        return _resolve_pronoun(cast, phrase, head, others)
    if any(_is_another(cast, phrase, head, kid) for kid in head.children):
        return _claimant(cast, phrase, phrase.text, FoundBy.COLLECTIVE, 0.8)
    named = _named(cast, phrase, head)
    if named is not None:
        return _described(
            _of_entity(cast, phrase, named, FoundBy.NAME, _by_name(cast, named)),
            describe(phrase, cast.within(phrase.start_char, phrase.end_char)),
        )
    bearer = find_bearer(cast, phrase, head)
    if bearer is not None:
        found_by = FoundBy.TITLE if head.pos_ == "PROPN" else FoundBy.NOMINAL
        return _described(_of_entity(cast, phrase, bearer[0], found_by, bearer[1]), phrase.text)
    tied = bool(cast.within(phrase.start_char, phrase.end_char))
    called = _called_before(cast, phrase, head)
    found = _claimant(cast, phrase, called or phrase.text, FoundBy.ROLE if tied else FoundBy.UNNAMED, 0.8)
    return _described(found, phrase.text)


def _called_before(cast: Cast, phrase: Phrase, head: Token) -> str | None:
    """What a source without a name was called at first: "a Western diplomat" of "the diplomat"."""
    if phrase.text.lower().split() != ["the", head.lower_]:
        return None
    same = (one for one in cast.unnamed if one.head.lower_ == head.lower_ and one.claimant.entity_id is None)
    return next((one.claimant.name for one in same), None)


def _is_another(cast: Cast, phrase: Phrase, head: Token, kid: Token) -> bool:
    """Whether somebody else is named beside the head, as is nobody in "Grain & Oven"."""
    own = cast.covering(head.idx)
    inside = own is not None and kid.idx < own.span.end
    return kid.dep_ == "conj" and phrase.start <= kid.i < phrase.end and not inside


def _named(cast: Cast, phrase: Phrase, head: Token) -> UUID | None:
    """The entity whose name is the head of the phrase, or stands beside it: "his rival, the banker Preis"."""
    for token in (head, *(kid for kid in head.children if kid.dep_ == "appos")):
        mention = cast.covering(token.idx) if phrase.start <= token.i < phrase.end else None
        if mention is not None and not _is_role(phrase, mention):
            return mention.entity_id
    led = _spelt(cast, phrase) or _led_to(cast, phrase, head) or _entitled(cast, phrase)
    if led is not None:
        return led
    if not is_person(head) and head.pos_ != "PROPN":
        return None
    persons = {
        mention.entity_id
        for mention in cast.within(phrase.start_char, phrase.end_char)
        if cast.entities[mention.entity_id].kind is EntityKind.PERSON
        and not _is_role(phrase, mention)
        and _stands_beside(cast, mention, head)
    }
    return persons.pop() if len(persons) == 1 else None


def _led_to(cast: Cast, phrase: Phrase, head: Token) -> UUID | None:
    """Whose name the noun only leads to: "the neighbouring republic of Oster", "Kern's words"."""
    noun = head.lemma_.lower()
    of = prep(head, "of")
    owned = child(head, "poss") if noun in SPOKEN else None
    thing = child(of, "pobj") if of is not None and noun in COUNTRIES else owned
    mention = cast.covering(thing.idx) if thing is not None and thing.i < phrase.end else None
    return mention.entity_id if mention is not None else None


def _entitled(cast: Cast, phrase: Phrase) -> UUID | None:
    """Who bears as a title all that stands before the name: "the President of Velm Anna Berg"."""
    for mention in cast.within(phrase.start_char, phrase.end_char):
        before = cast.text[phrase.start_char : mention.span.start].casefold().split()
        titles = (title.casefold().split() for title in cast.entities[mention.entity_id].titles)
        ends = cast.text[mention.span.end : phrase.end_char].lstrip()[:1] in {"", ","}
        if ends and any(title in (before, before[1:]) for title in titles):
            return mention.entity_id
    return None


def _is_role(phrase: Phrase, mention: Mention) -> bool:
    """Whether what was taken for a name is a role: "the Mayor"."""
    return phrase[0].lower_ in DEFINITE and mention.span.exact.lower() in PERSONS


def _by_name(cast: Cast, entity_id: UUID) -> float:
    """How sure a name is: who speaks as one of a people or a party is seldom all of it."""
    return 0.6 if cast.entities[entity_id].kind is EntityKind.GROUP else 0.95


def _spelt(cast: Cast, phrase: Phrase) -> UUID | None:
    """The one entity that has the phrase for its name, or the end of it, in other letters: "OKAFOR"."""
    words = phrase.text.casefold().split()
    named = {mention.entity_id: cast.entities[mention.entity_id].name for mention in cast.mentions}
    ends = {key: name.casefold().split()[-len(words) :] for key, name in named.items()}
    found = [key for key, end in ends.items() if end == words]
    return found[0] if len(found) == 1 and phrase.text[:1].isupper() else None


def _stands_beside(cast: Cast, mention: Mention, head: Token) -> bool:
    """Whether the name goes with the noun and is not merely its owner.

    So in "president of the council X" and in "the mayor of Y, X", where the parse takes X for the town,
    and in "a member of parliament, X".
    """
    phrase = cast.doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
    if phrase is None:
        return True
    token, before = phrase.root, cast.doc[max(0, phrase.start - 1)]
    if token.head == head and is_attached(token):
        return False
    after_comma = token.dep_ == "appos" and before.text == ","
    while token != head and token.dep_ in BESIDE:
        token = token.head
    if token == head:
        return True
    owned = cast.covering(token.idx) is not None or (token.pos_ == "NOUN" and not is_person(token))
    town = token.dep_ == "pobj" and token.head.head == head and owned
    joined = token in {before, before.head} and before.pos_ == "NOUN" and token.lower_ != "who"
    return token.dep_ == "pobj" and ((town and after_comma) or (joined and token.head.lower_ == "of"))


def _noun_meant(cast: Cast, found: Claimant, word: Token) -> Token:
    """The noun that a pronoun goes back to; any other word is its own."""
    last = cast.unnamed[-1] if cast.unnamed else None
    if found.found_by is FoundBy.PRONOUN and last is not None and last.claimant.name == found.name:
        return last.head
    if word.lower_ not in RELATIVE or word.dep_ == "det":
        return word
    verb = _clause_of(word)
    return verb.head if verb.dep_ == "relcl" else word


def _clause_of(pronoun: Token) -> Token:
    verb = pronoun.head
    while verb.dep_ not in {"relcl", "ROOT"}:
        verb = verb.head
    return verb


def _resolve_relative(cast: Cast, phrase: Phrase, head: Token) -> Claimant:
    verb = _clause_of(head)
    noun = verb.head
    mention = cast.covering(noun.idx) if verb.dep_ == "relcl" else None
    if mention is not None:
        return _of_entity(cast, phrase, mention.entity_id, FoundBy.PRONOUN, 0.85)
    words = cast.doc[noun.left_edge.i : noun.i + 1].text if verb.dep_ == "relcl" else phrase.text
    return _claimant(cast, phrase, words, FoundBy.UNNAMED, 0.6)


def _resolve_pronoun(cast: Cast, phrase: Phrase, head: Token, others: frozenset[UUID]) -> Claimant:
    word = head.lower_
    group = last_group(cast, phrase.start_char) if word in THEY else None
    if group is not None:
        return group.model_copy(
            update={"span": _span(cast, phrase), "found_by": FoundBy.PRONOUN, "confidence": 0.5}
        )
    unnamed = find_unnamed(cast, phrase.start_char, word)
    if unnamed is not None:
        return unnamed.model_copy(
            update={"span": _span(cast, phrase), "found_by": FoundBy.PRONOUN, "confidence": 0.6}
        )
    best = find_antecedent(cast, phrase.start_char, word, others)
    if best is None:
        return _claimant(cast, phrase, phrase.text, FoundBy.UNNAMED, 0.4)
    entity_id, confidence = best
    if word in HE | SHE and confidence >= LEARNT:
        cast.genders.setdefault(entity_id, "he" if word in HE else "she")
    return _of_entity(cast, phrase, entity_id, FoundBy.PRONOUN, confidence)


def _of_entity(cast: Cast, phrase: Phrase, entity_id: UUID, found_by: FoundBy, confidence: float) -> Claimant:
    name = cast.entities[entity_id].name
    return Claimant(
        span=_span(cast, phrase), name=name, entity_id=entity_id, found_by=found_by, confidence=confidence
    )


def _claimant(cast: Cast, phrase: Phrase, name: str, found_by: FoundBy, confidence: float) -> Claimant:
    return Claimant(
        span=_span(cast, phrase), name=" ".join(name.split()), found_by=found_by, confidence=confidence
    )


def _described(found: Claimant, description: str | None) -> Claimant:
    words = " ".join(description.split()) if description else None
    return found.model_copy(update={"description": words})


def _span(cast: Cast, phrase: Phrase) -> Span:
    return Span.cut(cast.text, phrase.start_char, phrase.end_char)

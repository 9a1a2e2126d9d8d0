"""Who a source phrase means: the entity of the article behind a name, a title, a role or a pronoun."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Phrase

from schemas import Claimant, Entity, EntityKind, FoundBy, Mention, Span
from services.claims.descriptions import describe
from services.claims.lexicon import words
from services.claims.phrases import Range

RELATIVE = frozenset({"who", "which", "that", "whom"})
HE, SHE = frozenset({"he", "him", "his"}), frozenset({"she", "her", "hers"})
THEY, IT = frozenset({"they", "them", "their", "we"}), frozenset({"it", "its"})
MALE = frozenset({"mr", "mr.", "sir", "lord", "king", "prince", "chairman", "congressman", "spokesman"})
FEMALE = words("mrs mrs. ms ms. miss lady queen princess chairwoman congresswoman spokeswoman")
DEFINITE = frozenset({"the", "this", "that", "his", "her", "its", "their"})
WINDOW = 1200
FADING = 0.6
"""What is left of a mention's prominence after each sentence."""
SPEAKER = 0.8
"""What having spoken adds to it."""
PROMINENCE = {"nsubj": 3.0, "nsubjpass": 2.8, "dobj": 1.8, "pobj": 1.5, "poss": 1.2}
BODIES = frozenset({EntityKind.ORGANIZATION, EntityKind.PLACE, EntityKind.GROUP})


@dataclass(frozen=True)
class Cast:
    """The entities of an article and where they are mentioned, in order of appearance."""

    doc: Doc
    mentions: Sequence[Mention]
    entities: dict[UUID, Entity]
    speakers: list[tuple[UUID, int]] = field(default_factory=list)
    genders: dict[UUID, str] = field(default_factory=dict)
    plural: list[Claimant] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """The text of the article, which spaCy would put together anew each time."""
        return self.doc.text

    @cached_property
    def starts(self) -> list[int]:
        """Where each mention begins."""
        return [mention.span.start for mention in self.mentions]

    @cached_property
    def sentences(self) -> list[int]:
        """Where each sentence begins."""
        return [sentence.start_char for sentence in self.doc.sents]

    def sentence(self, offset: int) -> int:
        """The number of the sentence that a character is in."""
        return bisect_right(self.sentences, offset)

    def within(self, start: int, end: int) -> Sequence[Mention]:
        """The mentions that begin between two characters."""
        return self.mentions[bisect_left(self.starts, start) : bisect_right(self.starts, end - 1)]

    def covering(self, offset: int) -> Mention | None:
        """The mention that covers a character."""
        index = bisect_right(self.starts, offset) - 1
        near = self.mentions[max(0, index - 1) : index + 1]
        return next((one for one in near if one.span.start <= offset < one.span.end), None)


def gather(doc: Doc, mentions: Sequence[Mention], entities: Sequence[Entity]) -> Cast:
    """The cast of an article; mentions of entities that are not given are left out."""
    known = {entity.entity_id: entity for entity in entities}
    ordered = sorted((one for one in mentions if one.entity_id in known), key=lambda one: one.span.start)
    genders = {key: gender for key, entity in known.items() if (gender := _gender_of_titles(entity))}
    return Cast(doc, ordered, known, genders=genders)


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
    phrase = _phrase(cast.doc, source)
    if phrase is None:
        return None
    found = _resolve_head(cast, phrase, phrase.root, others)
    if found.found_by is FoundBy.COLLECTIVE:
        cast.plural.append(found)
    elif found.entity_id is not None and not nested:
        cast.speakers.append((found.entity_id, phrase.start_char))
    if carried:
        return found.model_copy(
            update={"found_by": FoundBy.CARRIED, "confidence": round(found.confidence * 0.7, 3)}
        )
    return found


def _phrase(doc: Doc, source: Sequence[Range]) -> Phrase | None:
    if not source:
        return None
    longest = max(source, key=lambda bounds: bounds[1] - bounds[0])
    return doc.char_span(*longest, alignment_mode="expand")


def _resolve_head(cast: Cast, phrase: Phrase, head: Token, others: frozenset[UUID]) -> Claimant:
    if head.lower_ in RELATIVE and head.dep_ != "det":
        return _resolve_relative(cast, phrase, head)
    if head.pos_ == "PRON" or head.lower_ in HE | SHE | THEY | IT:
        return _resolve_pronoun(cast, phrase, head, others)
    if any(kid.dep_ == "conj" and phrase.start <= kid.i < phrase.end for kid in head.children):
        return _claimant(cast, phrase, phrase.text, FoundBy.COLLECTIVE, 0.8)
    named = _named(cast, phrase, head)
    if named is not None:
        return _described(
            _of_entity(cast, phrase, named, FoundBy.NAME, 0.95),
            describe(phrase, cast.within(phrase.start_char, phrase.end_char)),
        )
    titled = _titled(cast, phrase, head)
    if titled is not None:
        found_by = FoundBy.TITLE if head.pos_ == "PROPN" else FoundBy.NOMINAL
        return _described(_of_entity(cast, phrase, titled, found_by, 0.7), phrase.text)
    tied = bool(cast.within(phrase.start_char, phrase.end_char))
    found = _claimant(cast, phrase, phrase.text, FoundBy.ROLE if tied else FoundBy.UNNAMED, 0.8)
    return _described(found, phrase.text)


def _named(cast: Cast, phrase: Phrase, head: Token) -> UUID | None:
    """The entity whose name is the head of the phrase, or stands in apposition to it."""
    for token in (head, *(kid for kid in head.children if kid.dep_ == "appos")):
        mention = cast.covering(token.idx) if phrase.start <= token.i < phrase.end else None
        if mention is not None:
            return mention.entity_id
    return None


def _titled(cast: Cast, phrase: Phrase, head: Token) -> UUID | None:
    """The entity last mentioned before the phrase that bears its title: "the president"."""
    first = phrase[0].lower_
    if first not in DEFINITE and head.pos_ != "PROPN":
        return None
    words = {token.lower_ for token in phrase if token.pos_ in {"NOUN", "PROPN", "ADJ"}}
    for mention in reversed(cast.within(0, phrase.start_char)):
        for title in cast.entities[mention.entity_id].titles:
            borne = set(title.lower().split())
            if head.lower_ in borne and (words <= borne or len(words) == 1 or borne <= words):
                return mention.entity_id
    return None


def _resolve_relative(cast: Cast, phrase: Phrase, head: Token) -> Claimant:
    verb = head.head
    while verb.dep_ not in {"relcl", "ROOT"}:
        verb = verb.head
    noun = verb.head
    mention = cast.covering(noun.idx) if verb.dep_ == "relcl" else None
    if mention is not None:
        return _of_entity(cast, phrase, mention.entity_id, FoundBy.PRONOUN, 0.85)
    words = cast.doc[noun.left_edge.i : noun.i + 1].text if verb.dep_ == "relcl" else phrase.text
    return _claimant(cast, phrase, words, FoundBy.UNNAMED, 0.6)


def _resolve_pronoun(cast: Cast, phrase: Phrase, head: Token, others: frozenset[UUID]) -> Claimant:
    word = head.lower_
    group = _last_group(cast, phrase.start_char) if word in THEY else None
    if group is not None:
        return group.model_copy(
            update={"span": _span(cast, phrase), "found_by": FoundBy.PRONOUN, "confidence": 0.5}
        )
    best = _best_antecedent(cast, phrase.start_char, word, others)
    if best is None:
        return _claimant(cast, phrase, phrase.text, FoundBy.UNNAMED, 0.4)
    entity_id, confidence = best
    if word in HE | SHE:
        cast.genders.setdefault(entity_id, "he" if word in HE else "she")
    return _of_entity(cast, phrase, entity_id, FoundBy.PRONOUN, confidence)


def _last_group(cast: Cast, before: int) -> Claimant | None:
    near = (one for one in cast.plural if one.span is not None and 0 <= before - one.span.end < WINDOW)
    return max(near, key=lambda one: one.span.end if one.span else 0, default=None)


def _best_antecedent(
    cast: Cast, before: int, pronoun: str, others: frozenset[UUID]
) -> tuple[UUID, float] | None:
    """The entity that agrees with the pronoun and is the most prominent before it, with a confidence."""
    scores: dict[UUID, float] = {}
    here = cast.sentence(before)
    for mention in cast.within(max(0, before - WINDOW), before):
        entity_id = mention.entity_id
        if entity_id not in others and _agrees(cast, entity_id, pronoun):
            weight = _prominence(cast, mention) * FADING ** (here - cast.sentence(mention.span.start))
            scores[entity_id] = max(scores.get(entity_id, 0.0), weight)
    for speaker, at in cast.speakers[-3:]:
        if speaker in scores and 0 < before - at < WINDOW:
            scores[speaker] += SPEAKER * FADING ** (here - cast.sentence(at))
    if not scores:
        return None
    (best, first), *rest = sorted(scores.items(), key=lambda pair: -pair[1])
    lead = (first - rest[0][1]) / first if rest else 1.0
    return best, round(0.45 + 0.4 * lead, 3)


def _prominence(cast: Cast, mention: Mention) -> float:
    """Higher the more the mention is what its sentence is about."""
    phrase = cast.doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
    return PROMINENCE.get(phrase.root.dep_, 1.3) if phrase is not None else 1.0


def _agrees(cast: Cast, entity_id: UUID, pronoun: str) -> bool:
    kind = cast.entities[entity_id].kind
    if pronoun in HE or pronoun in SHE:
        gender = cast.genders.get(entity_id)
        return kind is EntityKind.PERSON and gender in {None, "he" if pronoun in HE else "she"}
    return kind in BODIES if pronoun in IT | THEY else False


def _gender_of_titles(entity: Entity) -> str | None:
    words = {word for title in (*entity.titles, *entity.aliases) for word in title.lower().split()}
    if words & MALE:
        return "he"
    return "she" if words & FEMALE else None


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

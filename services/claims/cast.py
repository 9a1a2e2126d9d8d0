"""The entities of an article, where they are mentioned, what they are called, and who has spoken so far."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from spacy.tokens import Doc, Token

from schemas import Claimant, Entity, EntityKind, Mention
from services.claims.roles import FEMALE, MALE, OFFICES, is_attached, is_person, office_of
from services.matching.first_names import find_gender

FADING = 0.65
"""What is left of a mention's prominence after each sentence."""
PROMINENCE = {"nsubj": 3.0, "nsubjpass": 2.8, "dobj": 1.8, "pobj": 1.5, "poss": 1.2}
BESIDE = frozenset({"appos", "compound", "nmod", "flat", "dep", "npadvmod", "amod"})
"""How a name hangs on the noun that says what it is, or the noun on the name."""


@dataclass(frozen=True)
class Unnamed:
    """A source without a name that has spoken, by the head of its phrase."""

    claimant: Claimant
    head: Token


@dataclass(frozen=True)
class Cast:
    """The entities of an article and where they are mentioned, in order of appearance."""

    doc: Doc
    mentions: Sequence[Mention]
    entities: dict[UUID, Entity]
    speakers: list[tuple[UUID, int]] = field(default_factory=list)
    genders: dict[UUID, str] = field(default_factory=dict)
    plural: list[Claimant] = field(default_factory=list)
    unnamed: list[Unnamed] = field(default_factory=list)

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

    @cached_property
    def roles(self) -> dict[UUID, frozenset[str]]:
        """The nouns that the text puts beside the name of each person, in the singular."""
        found: dict[UUID, set[str]] = {}
        for mention in self.mentions:
            if self.entities[mention.entity_id].kind is EntityKind.PERSON:
                found.setdefault(mention.entity_id, set()).update(_nouns_beside(self.doc, mention))
        return {key: frozenset(nouns) for key, nouns in found.items()}

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
    genders = {key: gender for key, entity in known.items() if (gender := _gender(entity))}
    return Cast(doc, ordered, known, genders=genders)


def prominence(cast: Cast, mention: Mention) -> float:
    """Higher the more the mention is what its sentence is about.

    A name in apposition stands where its noun does: "the union's chairman, Berg, said …".
    """
    phrase = cast.doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
    if phrase is None:
        return 1.0
    head = phrase.root
    while head.dep_ == "appos" and head.head != head:
        head = head.head
    return PROMINENCE.get(head.dep_, 1.3)


def _gender(entity: Entity) -> str | None:
    """ "he" or "she", by the forms of address, else by the first name, else by the office."""
    if entity.kind is not EntityKind.PERSON:
        return None
    words = {word for title in (*entity.titles, *entity.aliases) for word in title.lower().split()}
    if words & MALE - OFFICES:
        return "he"
    if words & FEMALE:
        return "she"
    return find_gender(entity.name) or ("he" if words & OFFICES else None)


def _nouns_beside(doc: Doc, mention: Mention) -> Iterator[str]:
    """ "spokesman" of "Kremlin spokesman Dmitry Peskov" and of "Dmitry Peskov, the Kremlin spokesman"."""
    phrase = doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
    if phrase is None or is_attached(phrase.root):
        return
    head = phrase.root
    beside = [kid for kid in head.children if kid.dep_ in BESIDE]
    above = head
    while above.dep_ in BESIDE and above.head != above:
        above = above.head
        beside.append(above)
    beside += [head.head] if head.dep_ == "nsubj" and head.head.lemma_ == "be" else []
    predicates = (kid for one in beside if one.lemma_ == "be" for kid in one.children if kid.dep_ == "attr")
    for noun in (*beside, *predicates):
        if is_person(noun):
            yield office_of(noun)

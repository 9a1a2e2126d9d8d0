"""Whom a common noun means: who bears the title, who was called so, or the body that is spoken of."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from uuid import UUID

from spacy.tokens import Span as Phrase
from spacy.tokens import Token

from schemas import EntityKind
from services.claims.cast import FADING, Cast, prominence
from services.claims.lexicon import words
from services.claims.roles import DEFINITE, FEMALE, MALE, OTHER_OFFICE, is_body, is_person, office_of

PLURAL = frozenset({"NNS", "NNPS"})
COMPANIES = words(
    "company firm business group maker manufacturer carmaker retailer lender bank utility startup developer "
    "publisher supplier broadcaster conglomerate carrier operator brand giant club charity"
)
"""Nouns for a body that is spoken of by its name elsewhere."""
NEAR = 600
"""Characters before the noun within which somebody is looked for who was not called so."""
ANYBODY = words(
    "official source spokesman spokeswoman spokesperson insider aide reporter journalist expert analyst "
    "observer witness resident voter critic supporter judge"
)
"""Nouns that a text uses of people whom it does not name."""
JUST = 3
"""Sentences within which who has spoken is meant by a new noun."""
SUBJECT = 3.0
"""How prominent the subject of a sentence is, as `prominence` has it."""
SPOKEN = 2.0
"""What having spoken adds to how prominent a body is: an article's company is seldom the analyst's bank."""
NOBODY: Mapping[UUID, float] = MappingProxyType({})
BY_TITLE, BY_ROLE, BY_NAME, BY_PLACE = 0.75, 0.75, 0.75, 0.55
BY_LATER_TITLE = 0.6
ROUGHLY, EXACTLY = 1, 2


def find_bearer(cast: Cast, phrase: Phrase, head: Token) -> tuple[UUID, float] | None:
    """The entity that a definite phrase means, and how sure that is; none for "a …" and "some …"."""
    if phrase[0].lower_ not in DEFINITE and head.pos_ != "PROPN":
        return None
    titled = _by_title(cast, phrase, head)
    if titled is not None:
        return titled
    if head.tag_ in PLURAL or phrase[0].lower_ not in {"the", "this", "that"}:
        return None
    if is_person(head):
        return _by_role(cast, phrase, head)
    return _of_body(cast, phrase, head) if is_body(head) else None


def named_by_nouns(cast: Cast, before: int) -> Iterator[tuple[UUID, int, float]]:
    """Who is meant by the nouns that are subjects near before a place: entity, place and prominence.

    What a noun for a body means is surer than what an "it" does, so it counts however faintly.
    """
    first = cast.doc.char_span(max(0, before - NEAR), before, alignment_mode="contract")
    for token in first or ():
        definite = cast.doc[token.left_edge.i].lower_ == "the" and not _is_quoted(cast.text, token.idx)
        if token.dep_ == "nsubj" and definite and (is_person(token) or is_body(token)):
            phrase = cast.doc[token.left_edge.i : token.i + 1]
            bearer = find_bearer(cast, phrase, token)
            if bearer is not None and (bearer[1] >= BY_NAME or is_body(token)):
                yield bearer[0], token.idx, SUBJECT


def _is_quoted(text: str, offset: int) -> bool:
    """Whether quote marks are open there, within the paragraph."""
    before = text[text.rfind("\n\n", 0, offset) + 1 : offset]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _describing(phrase: Phrase, head: Token) -> set[str]:
    """The noun and the words before it that say which one it is."""
    return {token.lower_ for token in phrase if token.i <= head.i and token.pos_ in {"NOUN", "PROPN", "ADJ"}}


def _by_title(cast: Cast, phrase: Phrase, head: Token) -> tuple[UUID, float] | None:
    """Who bears the title: the last one mentioned before, else the only one whom the text names later."""
    described = _describing(phrase, head)
    before = list(dict.fromkeys(one.entity_id for one in reversed(cast.within(0, phrase.start_char))))
    fits = {key: fit for key in before if (fit := _fit(cast, key, described, head))}
    if fits:
        best = max(fits, key=lambda key: fits[key])
        alone = list(fits.values()).count(fits[best]) == 1
        return best, BY_TITLE if alone else BY_PLACE
    later = {
        mention.entity_id
        for mention in cast.within(phrase.end_char, len(cast.text))
        if _fit(cast, mention.entity_id, described, head) == EXACTLY
    }
    return (later.pop(), BY_LATER_TITLE) if len(later) == 1 else None


def _fit(cast: Cast, entity_id: UUID, described: set[str], head: Token) -> int:
    """How well the title of an entity fits a noun; "the deputy mayor" is not the mayor, nor the other way."""
    borne = [set(title.lower().split()) for title in cast.entities[entity_id].titles]
    fits = (
        EXACTLY if described == one else ROUGHLY
        for one in borne
        if head.lower_ in one
        and (described <= one or one <= described or len(described) == 1)
        and not (described ^ one) & OTHER_OFFICE
    )
    return max(fits, default=0)


def _by_role(cast: Cast, phrase: Phrase, head: Token) -> tuple[UUID, float] | None:
    """The person last mentioned who is called so somewhere; else who is spoken of, if called nothing else."""
    noun, office = head.lemma_.lower(), office_of(head)
    before = cast.within(0, phrase.start_char)
    for mention in reversed(before):
        if office in cast.roles.get(mention.entity_id, ()):
            return mention.entity_id, BY_ROLE
    if noun in ANYBODY or any(token.dep_ in {"prep", "relcl", "poss", "acl"} for token in head.children):
        return None
    if (speaker := _who_just_spoke(cast, phrase, noun)) is not None:
        return speaker, BY_PLACE
    avoided = MALE if noun in FEMALE else FEMALE if noun in MALE else frozenset[str]()
    free = {
        key
        for key, entity in cast.entities.items()
        if entity.kind is EntityKind.PERSON
        and not any(word in avoided for title in entity.titles for word in title.lower().split())
        and not entity.titles
        and not cast.roles.get(key)
    }
    return _most_prominent(cast, phrase.start_char, free, 2)


def _who_just_spoke(cast: Cast, phrase: Phrase, noun: str) -> UUID | None:
    """The last speaker of the paragraph, for a noun that is new: "Ferris said …. “…,” the midfielder said".

    Not where another person is named since, nor where the text has used the noun before, of whomever.
    """
    speaker, at = cast.speakers[-1] if cast.speakers else (None, 0)
    start = phrase.start_char
    near = "\n\n" not in cast.text[at:start] and cast.sentence(start) - cast.sentence(at) < JUST
    if speaker is None or not near or cast.entities[speaker].kind is not EntityKind.PERSON:
        return None
    since = {one.entity_id for one in cast.within(at, start)} - {speaker}
    rivals = any(cast.entities[key].kind is EntityKind.PERSON for key in since)
    used = any(token.lemma_.lower() == noun for token in cast.doc[: phrase.start])
    other = cast.genders.get(speaker) == ("he" if noun in FEMALE else "she" if noun in MALE else "")
    return None if rivals or used or other else speaker


def _of_body(cast: Cast, phrase: Phrase, head: Token) -> tuple[UUID, float] | None:
    """The organization whose name holds the noun, else for a company the one that is spoken of."""
    noun = head.lemma_.lower()
    bodies = {key: one for key, one in cast.entities.items() if one.kind is EntityKind.ORGANIZATION}
    described = _describing(phrase, head)
    for mention in reversed(cast.within(0, phrase.start_char)):
        entity = bodies.get(mention.entity_id)
        if entity is not None and described <= {word.lower() for word in entity.name.split()}:
            return mention.entity_id, BY_NAME
    if len(described) > 1 or noun not in COMPANIES:
        return None
    spoken = {who: SPOKEN for who, at in cast.speakers if who in bodies and at < phrase.start_char}
    return _most_prominent(cast, phrase.start_char, set(bodies), 3, spoken)


def _most_prominent(
    cast: Cast, before: int, keys: set[UUID], reach: int, ahead: Mapping[UUID, float] = NOBODY
) -> tuple[UUID, float] | None:
    """The one of these entities that the last sentences are most about; some are ahead by something."""
    scores: dict[UUID, float] = dict(ahead)
    here = cast.sentence(before)
    for mention in cast.within(max(0, before - NEAR), before):
        away = here - cast.sentence(mention.span.start)
        if mention.entity_id in keys and away <= reach:
            weight = prominence(cast, mention) * FADING**away
            scores[mention.entity_id] = scores.get(mention.entity_id, 0.0) + weight
    best = max(scores, key=lambda key: scores[key], default=None)
    return (best, BY_PLACE) if best is not None else None

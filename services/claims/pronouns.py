"""Whom a pronoun means: by agreement, prominence and recency over the entities of the article."""

from uuid import UUID

from schemas import Claimant, EntityKind
from services.claims.bearers import named_by_nouns
from services.claims.cast import FADING, PROMINENCE, Cast, Unnamed, prominence
from services.claims.roles import FEMALE, MALE, is_person

HE, SHE = frozenset({"he", "him", "his"}), frozenset({"she", "her", "hers"})
THEY, IT = frozenset({"they", "them", "their", "we"}), frozenset({"it", "its"})
WINDOW = 1200
SPEAKER = 0.8
"""What having spoken adds to it."""
AGAIN = 0.3
"""What each further mention adds, against the foremost one."""
TOPIC = 0.4
"""What being the subject of the sentence right before adds to it (centering, Grosz et al. 1995)."""
KNOWN = 1.2
"""How much more a person counts who is known to be a he or a she than one of whom that is not known."""
ALONE = 0.6
"""The lead that counts where nobody else agrees: who is meant may have been missed."""
FAINT = 0.5
"""Prominence of somebody who was last named long before."""
BODIES = frozenset({EntityKind.ORGANIZATION, EntityKind.PLACE, EntityKind.GROUP})


def find_antecedent(
    cast: Cast, before: int, pronoun: str, others: frozenset[UUID]
) -> tuple[UUID, float] | None:
    """The entity that agrees with the pronoun and is the most prominent before it, with a confidence."""
    scores = _score(cast, before, pronoun, others)
    if not scores:
        return None
    (best, first), *rest = sorted(scores.items(), key=lambda pair: -pair[1])
    lead = (first - rest[0][1]) / first if rest else ALONE
    return best, _confidence(first, lead, pronoun, best in cast.genders)


def find_unnamed(cast: Cast, before: int, pronoun: str) -> Claimant | None:
    """The source without a name that the pronoun goes back to: the last one, where nobody is named since."""
    last = cast.unnamed[-1] if cast.unnamed else None
    if last is None or last.claimant.span is None or not _may_be(last, pronoun):
        return None
    start = last.claimant.span.start
    near = 0 <= cast.sentence(before) - cast.sentence(start) <= 1
    since = (
        one for one in cast.within(last.claimant.span.end, before) if _agrees(cast, one.entity_id, pronoun)
    )
    return last.claimant if near and next(since, None) is None else None


def last_group(cast: Cast, before: int) -> Claimant | None:
    """The coordination that spoke last, near enough for "they"."""
    near = (one for one in cast.plural if one.span is not None and 0 <= before - one.span.end < WINDOW)
    return max(near, key=lambda one: one.span.end if one.span else 0, default=None)


def _score(cast: Cast, before: int, pronoun: str, others: frozenset[UUID]) -> dict[UUID, float]:
    """How prominent each entity is that agrees: its foremost mention counts most, the others a little."""
    weights: dict[UUID, list[float]] = {}
    here = cast.sentence(before)
    named = [
        (mention.entity_id, mention.span.start, prominence(cast, mention))
        for mention in cast.within(max(0, before - WINDOW), before)
    ]
    for entity_id, at, weight in (*named, *named_by_nouns(cast, before)):
        if entity_id not in others and _agrees(cast, entity_id, pronoun):
            away = here - cast.sentence(at)
            topic = TOPIC if away == 1 and weight >= PROMINENCE["nsubjpass"] else 0.0
            weights.setdefault(entity_id, []).append(weight * FADING**away + topic)
    scores = {
        key: (max(ones) + AGAIN * (sum(ones) - max(ones))) * (KNOWN if key in cast.genders else 1.0)
        for key, ones in weights.items()
    }
    for speaker, at in cast.speakers[-3:]:
        if speaker in scores and 0 < before - at < WINDOW:
            scores[speaker] += SPEAKER * FADING ** (here - cast.sentence(at))
    return scores


def _confidence(first: float, lead: float, pronoun: str, known: bool) -> float:
    """How often such an answer is right: it goes with the lead over the second, and falls with distance."""
    sure = 0.5 + 0.42 * lead**1.5 - (0.0 if known else 0.04) - (0.15 if first < FAINT else 0.0)
    weighed: float = sure if pronoun in HE | SHE else 0.75 * sure
    return round(max(0.3, weighed), 3)


def _agrees(cast: Cast, entity_id: UUID, pronoun: str) -> bool:
    kind = cast.entities[entity_id].kind
    if pronoun in HE or pronoun in SHE:
        gender = cast.genders.get(entity_id)
        return kind is EntityKind.PERSON and gender in {None, "he" if pronoun in HE else "she"}
    return kind in BODIES if pronoun in IT | THEY else False


def _may_be(unnamed: Unnamed, pronoun: str) -> bool:
    noun = unnamed.head.lemma_.lower()
    if unnamed.head.tag_ in {"NNS", "NNPS"}:
        return pronoun in THEY
    if pronoun in HE | SHE:
        return is_person(unnamed.head) and noun not in (FEMALE if pronoun in HE else MALE)
    return pronoun in IT and unnamed.head.pos_ in {"NOUN", "PROPN"} and not is_person(unnamed.head)

"""A wording: one way of putting a claim, however many articles have it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas import Claim, ClaimKind, Modality, Polarity, derive_id
from services.matching.agreement import BOUNDS, is_telling, say_the_same
from services.matching.lexicon import STOP
from services.matching.statements import Statement, read_statement
from services.matching.times import is_counted_from_its_day

LETTERS = re.compile(r"[^\W_]+")
BEGINNING = 4
"""Letters of a word by which it is compared before it is read."""
PUT_FORWARD = frozenset({Modality.STATED, Modality.HEDGED, Modality.INTENDED})
"""Questions and orders claim nothing that somebody else could claim as well."""


@dataclass(frozen=True)
class Wording:
    """What claims of the same wording have in common. The names are those of the store's columns."""

    wording_id: UUID
    text: str
    day: date | None
    """Of the article, where the words count from it: "last year"."""
    denied: bool
    """Whether the source denies it."""
    speaker: str | None
    """Who says it, where the words are of themselves: "I", "our"."""
    vector: bytes

    @property
    def beginnings(self) -> frozenset[str]:
        """How its words begin: quick to tell, and enough to leave most others aside."""
        words = LETTERS.findall(self.text.lower())
        return frozenset(word[:BEGINNING] for word in words if word not in STOP)

    @property
    def statement(self) -> Statement:
        """The sentence in parts."""
        return read_statement(self.text, self.day, self.denied, self.speaker)


def find_same(own: Wording, others: Iterable[tuple[Wording, float]]) -> list[UUID]:
    """Those of the others, each with how near its vector is, that are one claim with `own`."""
    beginnings, statement = own.beginnings, own.statement
    return [
        other.wording_id
        for other, alike in others
        if _share(beginnings, other.beginnings) >= BOUNDS.beginnings
        and say_the_same(statement, other.statement, alike)
    ]


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    whole = len(one) + len(other)
    return 2 * len(one & other) / whole if whole else 0.0


def find_wording(claim: Claim, day: date, embed: Callable[[str], bytes]) -> Wording | None:
    """The wording of a claim in an article of that day.

    None where it is a question or an order, where its words are no sentence, and where they say too little by
    themselves: others may use them as well without claiming the same.
    """
    if claim.modality not in PUT_FORWARD or claim.standalone is None:
        return None
    speaker = claim.claimant.name if claim.claimant and claim.kind is ClaimKind.ATTRIBUTED else None
    if not is_telling(read_statement(claim.standalone.text)):
        return None
    return make_wording(claim.standalone.text, embed, day, claim.polarity is Polarity.DENIED, speaker)


def make_wording(
    text: str,
    embed: Callable[[str], bytes],
    day: date | None = None,
    denied: bool = False,
    speaker: str | None = None,
) -> Wording:
    """The wording of a sentence; day and speaker count only where its words hang on them."""
    text = " ".join(text.split())
    own_day = day if is_counted_from_its_day(text) else None
    of_itself = read_statement(text).speaks_of_itself
    own_speaker = " ".join(speaker.lower().split()) if speaker and of_itself else None
    # All that two wordings are compared by: with less, it would hang on which text of it came first.
    wording_id = derive_id("wording", text, own_day or "", denied, own_speaker or "")
    return Wording(wording_id, text, own_day, denied, own_speaker, embed(text))

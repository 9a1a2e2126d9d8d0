"""A wording: one way of putting a claim, however many articles have it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas import Claim, ClaimKind, Modality, Polarity, derive_id
from services.matching.agreement import is_telling
from services.matching.statements import Statement, read_statement
from services.matching.times import is_counted_from_its_day

PART = re.compile(r"\w+(?:[.,:]\d+)*|%")
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
    def statement(self) -> Statement:
        """The sentence in parts."""
        return read_statement(self.text, self.day, self.denied, self.speaker)


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
    own_day = day if is_counted_from_its_day(text) else None
    of_itself = read_statement(text).speaks_of_itself
    own_speaker = " ".join(speaker.lower().split()) if speaker and of_itself else None
    words = " ".join(PART.findall(text.casefold()))
    wording_id = derive_id("wording", words, own_day or "", denied, own_speaker or "")
    return Wording(wording_id, text, own_day, denied, own_speaker, embed(text))

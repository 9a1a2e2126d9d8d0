"""Claims as cards: each with its context, its reasons, and what was judged of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sqlalchemy import Connection, Row

from schemas import Claim, ClaimKind, Modality, Polarity, QuoteType, StandaloneEdit
from services.desk.contexts import Context, build_context, cut_context, list_parts
from services.desk.pages.wording import say_reason, show_reason
from services.store.contexts import read_surroundings
from services.store.highlights import highlight
from services.store.repetitions import Repetition, read_repetitions
from services.store.triage import TriageState, read_current

MOST_REASONS = 4
MANNERS: Mapping[str, str] = {
    QuoteType.DIRECT: "quoted",
    QuoteType.INDIRECT: "in the article's words",
    QuoteType.MIXED: "quoted in part",
    Polarity.DENIED: "denied",
    Modality.HEDGED: "hedged",
    Modality.INTENDED: "an intention",
    Modality.QUESTIONED: "put as a question",
    Modality.COMMANDED: "a demand",
}


@dataclass(frozen=True)
class Bar:
    """One reason of a score as a bar, as long as the root of its weight is: else one would dwarf the rest."""

    name: str
    words: str
    weight: float
    share: float

    @property
    def lowers(self) -> bool:
        """Whether it lowers the score."""
        return self.weight < 0

    @property
    def does(self) -> str:
        """What it does to the score, in a word."""
        return "lowers" if self.lowers else "raises"

    @property
    def says(self) -> str:
        """The same with how much, for who does not see the bar."""
        return f"{self.does} the score by {abs(self.weight):.2f}"


@dataclass(frozen=True)
class Card:
    """A claim as a list shows it."""

    row: Row[Any]
    claim: Claim
    context: Context
    judgement: Row[Any] | None
    again: Repetition | None
    """Where it was said more than once."""

    @property
    def state(self) -> str:
        """What counts of it now."""
        return self.judgement.state if self.judgement else TriageState.OPEN.value

    @property
    def manners(self) -> list[str]:
        """How it was said, in words; what is denied is never shown as if it had been said."""
        return say_manners(self.claim)

    @property
    def bars(self) -> list[Bar]:
        """The heaviest reasons of the score."""
        return draw_bars(self.claim)

    @property
    def resolved(self) -> str | None:
        """The claim on its own, where a name was put for a pronoun."""
        alone = self.claim.standalone
        return alone.text if alone and StandaloneEdit.PRONOUN_NAMED in alone.edits else None


def say_manners(claim: Claim) -> list[str]:
    """How a claim was said, in words: the unusual first."""
    said = [MANNERS[key] for key in (claim.polarity, claim.modality) if key in MANNERS]
    if claim.nested_in:
        said.append("reported within another claim")
    if claim.kind is ClaimKind.ASSERTED:
        said.append("asserted by the article")
    elif claim.quote_type:
        said.append(MANNERS[claim.quote_type])
    return said


def draw_bars(claim: Claim, most: int | None = MOST_REASONS) -> list[Bar]:
    """The reasons of a score, heaviest first."""
    reasons = sorted(claim.check_worthiness.reasons, key=lambda one: -abs(one.weight))[:most]
    heaviest = max((abs(one.weight) for one in reasons), default=1.0) or 1.0
    return [
        Bar(
            say_reason(one.reason),
            show_reason(one.reason, one.words),
            one.weight,
            sqrt(abs(one.weight) / heaviest),
        )
        for one in reasons
    ]


def read_cards(tx: Connection, rows: Sequence[Row[Any]], words: str | None = None) -> list[Card]:
    """Cards of rows of claims, in their order; `words` of a search are marked."""
    ids = [row.claim_id for row in rows]
    around, judged = read_surroundings(tx, ids), read_current(tx, ids)
    again = read_repetitions(tx, [row.claim_id for row in rows if row.repetitions])
    claims = [Claim.model_validate(row.record) for row in rows]
    texts = [around.get(one.claim_id) for one in claims]
    cuts = [
        cut_context(one.text, one.start, list_parts(claim)) if one else (claim.content[0].start, claim.text)
        for claim, one in zip(claims, texts, strict=True)
    ]
    hits = highlight(tx, words, [shown for _, shown in cuts]) if words else [()] * len(cuts)
    return [
        Card(
            row,
            claim,
            build_context(
                claim, one.text if one else shown, one.start if one else start, start, shown, found
            ),
            judged.get(row.claim_id),
            again.get(row.claim_id),
        )
        for row, claim, one, (start, shown), found in zip(rows, claims, texts, cuts, hits, strict=True)
    ]

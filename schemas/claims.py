"""Who claims what: the records of the ledger.

An attribution is a source, a cue and a content (PARC 3.0, Pareti 2016; PolNeAR, Newell et al. 2018).
Check-worthiness is how much a statement calls for a check (ClaimBuster, CheckThat!).
"""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from schemas.record import Probability, Record
from schemas.spans import Span


class ClaimKind(StrEnum):
    """Who answers for the claim."""

    ATTRIBUTED = "attributed"
    ASSERTED = "asserted"


class QuoteType(StrEnum):
    """How the words are given: all in quote marks, none, or some."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Polarity(StrEnum):
    """Whether the source stands by the content or denies it."""

    AFFIRMED = "affirmed"
    DENIED = "denied"


class Modality(StrEnum):
    """How firmly the content is put."""

    STATED = "stated"
    HEDGED = "hedged"
    INTENDED = "intended"
    QUESTIONED = "questioned"
    COMMANDED = "commanded"


class FoundBy(StrEnum):
    """By what the claimant was recognised."""

    NAME = "name"
    TITLE = "title"
    NOMINAL = "nominal"
    PRONOUN = "pronoun"
    ROLE = "role"
    COLLECTIVE = "collective"
    UNNAMED = "unnamed"
    CARRIED = "carried"


class Claimant(Record):
    """The source of a claim, resolved as far as the text allows."""

    span: Span | None = None
    """The words that name the source; none where the source is only understood."""
    name: str
    """The name as resolved, or the description as printed for an unnamed source."""
    entity_id: UUID | None = None
    """The entity referred to; none for unnamed sources."""
    description: str | None = None
    """What it is called beside its name or instead of it, as printed: a title, an apposition, a role."""
    found_by: FoundBy
    """By what it was recognised."""
    confidence: Probability
    """How sure the resolution is."""


class Cue(Record):
    """The reporting words."""

    spans: tuple[Span, ...]
    """Where they stand."""
    lemma: str
    """Dictionary form of the head word."""


class StandaloneEdit(StrEnum):
    """What was changed so that the words of a claim stand on their own."""

    MARKS_REMOVED = "marks_removed"
    CLAUSE_REMOVED = "clause_removed"
    THAT_REMOVED = "that_removed"
    PRONOUN_NAMED = "pronoun_named"
    VERB_AGREED = "verb_agreed"


class Standalone(Record):
    """A claim as a sentence on its own."""

    text: str
    """The sentence, with a capital and a stop."""
    edits: tuple[StandaloneEdit, ...] = ()
    """What was changed against the printed words; the capital and the stop are not counted."""


class CheckReason(StrEnum):
    """What makes a statement worth a check, or not."""

    FIGURES = "figures"
    COMPARISON = "comparison"
    TREND = "trend"
    CAUSE = "cause"
    RECORD = "record"
    LAW = "law"
    PUBLIC_MATTER = "public_matter"
    NAMED = "named"
    PAST_EVENT = "past_event"
    DEED = "deed"
    TIME = "time"
    DENIAL = "denial"
    QUANTIFIER = "quantifier"
    OPINION = "opinion"
    DEMAND = "demand"
    PREDICTION = "prediction"
    QUESTION = "question"
    PERSONAL = "personal"
    VAGUE = "vague"
    TALK = "talk"
    SHORT = "short"
    WORDING = "wording"


class Reason(Record):
    """One thing that raised or lowered the score."""

    reason: CheckReason
    """What it is."""
    weight: float
    """What it adds to the log-odds; negative where it lowers the score."""
    words: str = ""
    """The words that show it."""


class CheckWorthiness(Record):
    """How much a statement calls for a check, and why."""

    score: Probability
    """0 (nothing to check) to 1."""
    reasons: tuple[Reason, ...] = ()
    """What made the score, heaviest first."""


class Provenance(Record):
    """What found the claim."""

    method: str
    """The rule or the model, such as `cue_before_content`."""
    version: str
    """Version of the rules or of the model file."""
    confidence: Probability
    """How sure it is that this is an attribution with this content."""


class Claim(Record):
    """Somebody claims something: whose words, which words, how firmly, how much they call for a check."""

    claim_id: UUID
    """Derived from the article and the bounds of the content."""
    kind: ClaimKind
    """Attributed to somebody, or asserted by the article itself."""
    content: tuple[Span, ...] = Field(min_length=1)
    """The words claimed, in one or more pieces."""
    text: str
    """The content in one line, quote marks and line breaks gone."""
    standalone: Standalone | None = None
    """The content as a sentence on its own; none where it makes none, such as an infinitive."""
    claimant: Claimant | None = None
    """Who claims it; none where nobody is named or understood."""
    cue: Cue | None = None
    """The reporting words; none for asserted claims and floating quotes."""
    quote_type: QuoteType | None = None
    """How the words are given; none for asserted claims."""
    polarity: Polarity = Polarity.AFFIRMED
    """Whether the source stands by the content; `text` and `standalone` hold what is denied."""
    modality: Modality = Modality.STATED
    """How firmly it is put."""
    check_worthiness: CheckWorthiness
    """The score and its reasons."""
    nested_in: UUID | None = None
    """The claim within which this one is reported."""
    about: tuple[UUID, ...] = ()
    """Entities named in the content."""
    provenance: Provenance
    """What found it."""

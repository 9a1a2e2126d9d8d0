"""Which attributions tell something: that "it" was said, or somebody not named, is no claim."""

import re

from schemas import Claim, QuoteType
from services.claims.lexicon import words

POINTERS = words("it this that these those so which")
"""What stands for a claim that is made elsewhere."""
ANONYMITY = re.compile(
    r"(?:not )?to (?:be|go) (?:named|identified|unnamed)\b|to remain anonymous\b"
    r"|(?:his|her|their) names? (?:not )?(?:to be|be) (?:used|mentioned|published|printed)\b|anonymity$"
)
"""What sources without a name ask for."""
NOBODY = frozenset({"nobody", "no one", "no-one", "none"})
OWN_VOICE = frozenset({"i", "we"})


def tells_something(claim: Claim, outer: Claim | None) -> bool:
    """Whether a claim says more than that something was said; `outer` is the one it is reported in.

    "I think …" within somebody's own words is in those.
    """
    if claim.quote_type is not QuoteType.INDIRECT:
        return True
    line, source = claim.text.lower(), _source(claim)
    own = outer is not None and outer.quote_type is QuoteType.DIRECT and source in OWN_VOICE
    return not (line in POINTERS or ANONYMITY.match(line) or source in NOBODY or own)


def _source(claim: Claim) -> str:
    span = claim.claimant.span if claim.claimant is not None else None
    return span.exact.lower() if span is not None else ""

"""Which attributions tell something: that "it" was said, or somebody not named, is no claim."""

import re

from schemas import Claim, Polarity, QuoteType
from services.claims.lexicon import words

POINTERS = words("it this that these those so which")
"""What stands for a claim that is made elsewhere."""
ELSEWHERE = re.compile(
    r"(?P<led>(?:on|about|of) )?"
    r"(?:(?:the|this|that|these|those|his|her|their|its|(?:\S+ ){,3}\S+(?:['’]s|s['’])) )?"
    r"(?:statement|remark|comment|word|claim|announcement|reply|answer|response|position|view)s?"
)
"""Nothing but a noun for what somebody says: what that is stands elsewhere."""
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
    pointing = line in POINTERS or _is_elsewhere(line, claim.polarity is Polarity.DENIED)
    own = outer is not None and outer.quote_type is QuoteType.DIRECT and source in OWN_VOICE
    return not (pointing or ANONYMITY.match(line) or source in NOBODY or own)


def _source(claim: Claim) -> str:
    span = claim.claimant.span if claim.claimant is not None else None
    return span.exact.lower() if span is not None else ""


def _is_elsewhere(line: str, denied: bool) -> bool:
    """Who denies "the claims" takes a stand; who does not comment "on the claims" takes none."""
    named = ELSEWHERE.fullmatch(line)
    return named is not None and (not denied or named["led"] is not None)

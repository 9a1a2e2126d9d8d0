"""The table of a page's furniture: what a line says of itself. One row, one reason, one pattern, one example.

A rule looks at one line only. What its neighbours say of a line is judged in `blocks`, what its place says
in `body`; headlines, bylines, dates and datelines, which also tell something, have modules of their own.
"""

from schemas import RemovalReason
from services.clean.asides import ASIDES
from services.clean.forms import FORMS
from services.clean.lines import Line
from services.clean.listings import LISTINGS
from services.clean.rule import MOST_CHARACTERS, Reach, Rule

RULES: tuple[Rule, ...] = (*ASIDES, *FORMS, *LISTINGS)

_RULES_FOR_EXTRACTED = tuple(
    rule
    for rule in RULES
    if rule.reach is not Reach.LIST
    and rule.name != "headline in capitals"
    and rule.reason not in (RemovalReason.NAVIGATION, RemovalReason.DATE)
)
_LONGEST_EXTRACTED = 40


def find_rule(line: Line, extracted: bool = False) -> Rule | None:
    """The first rule of the table that the line falls under.

    `extracted`: the line was already taken from its page as part of the article; then single words and
    heads of lists are subheads, and only rules that name their thing count, in lines no longer than a
    caption.
    """
    if extracted and len(line.words) > _LONGEST_EXTRACTED:
        return None
    rules = _RULES_FOR_EXTRACTED if extracted else RULES
    words, text = len(line.words), line.text
    if len(text) > MOST_CHARACTERS:
        return None
    for rule in rules:  # as rule.matches, without a call for each of a page's lines and forty rules
        if words <= rule.most_words:
            for find in rule.ways:
                if find(text):
                    return rule
    return None

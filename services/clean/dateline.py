"""Datelines: place, date and agency in front of the first sentence."""

import re

_AGENCY = r"\((?:[A-Z][\w.&’' /]{1,40})\)"
_DAY = (
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
    r"(?: \d{1,2})?(?:,? \d{4})?"
)
_CAPITALS = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’\-]+(?: [A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’\-]+){0,3}"
_PLACE_AFTER = r"(?:,? (?:[A-ZÀ-ÖØ-Þ][\w.'’\-]*)(?: [A-ZÀ-ÖØ-Þ][\w.'’\-]*){0,2}){0,2}"
_SITE = r"[A-Za-z]{3,20}\.(?:com|co|net|id|org|tv)(?:\.[a-z]{2})?"
_MIXED = r"[A-ZÀ-ÖØ-Þ][\w.'’\-]+(?: [A-ZÀ-ÖØ-Þ][\w.'’\-]+){0,2}"
_DASH = r"\s?(?:—|–|--|\s-)\s*"
_SENTENCE = r"(?<=\s)(?=[A-ZÀ-ÖØ-Þ0-9“\"‘'])"
_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?P<said>(?:{_MIXED}{_PLACE_AFTER}(?:,? {_DAY})? ?)?{_AGENCY}){_DASH}(?=\S)",
        rf"^(?P<said>(?:{_MIXED}, )?{_SITE}(?:, {_MIXED})?){_DASH}(?=\S)",
        rf"^(?P<said>{_CAPITALS}{_PLACE_AFTER}(?:,? {_DAY})?(?: ?{_AGENCY})?){_DASH}{_SENTENCE}",
    )
)
_LABELS = re.compile(
    r"(?:breaking|exclusive|updated?|opinion|analysis|watch|live|video|review|note|correction|editorial|explainer"
    r"|fact check|news|just in|developing)",
    re.IGNORECASE,
)
_PAIRED_DASH = re.compile(r"^[^.!?]{0,160}\s[–—-]\s")


def find_dateline(paragraph: str) -> tuple[str, int] | None:
    """The dateline as printed, and where the sentence behind it begins; None where there is none.

    Capitals with a dash count only when the dash is not the first of a pair ("NATO – The alliance – met").
    """
    for pattern in _DATELINES:
        match = pattern.match(paragraph)
        if match is None or _LABELS.fullmatch(match["said"]):
            continue
        said = match["said"].strip()
        if pattern is _DATELINES[-1] and (len(said) < 3 or _PAIRED_DASH.match(paragraph[match.end() :])):
            continue
        return said, match.end()
    return None

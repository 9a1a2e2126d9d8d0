"""Where a name begins and ends: within its paragraph, without punctuation, possessive ending and article."""

import re
import unicodedata

from schemas import EntityKind
from services.entities.found import FoundMention, NamedSpan
from services.entities.roles import measure_title

PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n")
_STOP = re.compile(r"\.\s+(?=[^\W\d_])")
_ARTICLE = re.compile(r"(?:the|an?)\s+|(?:The|THE)\s+(?=\w)")
_POSSESSIVE = re.compile(r"['’][sS]$")
_ABBREVIATION = re.compile(
    r"(?:^|\s)(?:(?:[^\W\d_]\.){2,}|(?:Inc|Corp|Co|Ltd|Jr|Sr|Bros|Cos|St|Md|Mass|Calif)\.)$"
)
_PREFIX = re.compile(r"(?:pro|anti|post|pre|non|ex|mid|then|then-ex)-(?=[A-Z])")
_KEEP_THE = frozenset({EntityKind.WORK, EntityKind.PLACE})


def tidy(text: str, found: FoundMention) -> NamedSpan | None:
    """The name inside a found mention, without the titles that stood within its bounds; none if none is left.

    ValueError where the mention lies outside `text`.
    """
    if not 0 <= found.start <= found.end <= len(text):
        raise ValueError(f"{found} lies outside a text of {len(text)} code points")
    start, end = _strip(
        text, found.start, _end_in_sentence(text, found.start, _end_in_paragraph(text, found))
    )
    start += _measure_prefix(text[start:end])
    if start >= end:
        return None
    span = NamedSpan.cut(text, start, end, found.label)
    start += _measure_article(text, span)
    if span.kind is EntityKind.PERSON:
        start += measure_title(text[start:end])
    start, end = _strip(text, start, end)
    return NamedSpan.cut(text, start, end, found.label) if start < end else None


def _end_in_paragraph(text: str, found: FoundMention) -> int:
    start = found.start
    while start < found.end and text[start].isspace():
        start += 1
    break_ = PARAGRAPH_BREAK.search(text, start, found.end)
    return break_.start() if break_ else found.end


def _end_in_sentence(text: str, start: int, end: int) -> int:
    """Before a full stop after which the name begins again: "Rita Blom. Blom promised …"."""
    for stop in _STOP.finditer(text, start, end):
        following = text[stop.end() : end].split(maxsplit=1)
        if following and following[0] in text[start : stop.start()].split():
            return stop.start()
    return end


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Take off what is neither letter nor figure; a full stop stays where it belongs to an abbreviation."""
    while start < end and not _is_word(text[start]):
        start += 1
    while start < end:
        stretch = text[start:end]
        if _POSSESSIVE.search(stretch):
            end -= 2
        elif _is_word(stretch[-1]) or _closes(text, start, end):
            break
        else:
            end -= 1
    return start, end


def _measure_prefix(stretch: str) -> int:
    """The length of "pro-", "post-" and the like before a capital: not part of what is named."""
    prefix = _PREFIX.match(stretch)
    return len(prefix.group()) if prefix else 0


def _is_word(char: str) -> bool:
    """Letters, marks and figures."""
    return unicodedata.category(char)[0] in "LMN"


def _closes(text: str, start: int, end: int) -> bool:
    """Whether a full stop at the end belongs to the name: an abbreviation, or a comma follows it."""
    stretch = text[start:end]
    if not stretch.endswith("."):
        return False
    return text[end : end + 1] == "," or _ABBREVIATION.search(stretch) is not None


def _measure_article(text: str, span: NamedSpan) -> int:
    """How many code points of a leading article do not belong to the name.

    A capitalised one does in the title of a work and, within a sentence, in the name of a place (The Hague).
    """
    article = _ARTICLE.match(text, span.start, span.end)
    if article is None:
        return 0
    capital = article.group()[0].isupper()
    if capital and span.kind in _KEEP_THE and not begins_sentence(text, span.start):
        return 0
    return len(article.group())


def begins_sentence(text: str, at: int) -> bool:
    """Whether the word at `at` is the first of a sentence, a line or a quotation."""
    before = text[max(0, at - 8) : at]
    return (
        not before.strip() or re.search(r"(?:[.!?:…]|\n)[\"'”’)]*\s*[\"'“‘(«]*$|[“\"«]$", before) is not None
    )

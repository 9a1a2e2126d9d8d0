"""Headlines that name their source beside a colon or a dash: "Mayor: …", "… – harbour board"."""

import re
from collections.abc import Iterator

from services.claims.findings import Finding, Reading
from services.claims.lexicon import words
from services.claims.phrases import Range

LONGEST = 25
"""Words of a headline."""
LABEL_LENGTH = 4
BEFORE = re.compile(r"(?P<label>[^:\n]{2,50}):[^\S\n]+(?P<said>[^\n]+)")
AFTER = re.compile(r"(?P<said>[^\n]+)[^\S\n](?:[–—-]|--)[^\S\n](?P<label>[^\n–—:,]{2,50})")
SECTIONS = words(
    "analysis breaking briefing column comment correction exclusive explainer explained factbox gallery "
    "interview listen live news obituary opinion photos picture podcast poll preview profile recap report "
    "review sport timeline update updated video watch weather world"
)
CONFIDENCE = 0.5


def find_headline(reading: Reading) -> Iterator[Finding]:
    """The attribution of the first paragraph, where that is a headline with its source at one end.

    What stands in marks is left to the quotations. In an article the label must come up again below, so
    that topics and sections are not taken for speakers.
    """
    if not reading.paragraphs:
        return
    start, end = reading.paragraphs[0]
    line = reading.text[start:end]
    if len(line.split()) > LONGEST or line.endswith(".") or "\n" in line:
        return
    for form in (BEFORE, AFTER):
        match = form.fullmatch(reading.text, start, end)
        if match is not None and _is_said_by(reading, match.span("label"), match.span("said")):
            yield _finding(reading, match.span("label"), match.span("said"))
            return


def _is_said_by(reading: Reading, label: Range, said: Range) -> bool:
    names = reading.doc[slice(*reading.tokens(label))]
    below = reading.text[reading.paragraphs[0][1] :].lower()
    last = reading.text[slice(*label)].split()[-1].lower()
    return (
        len(names) <= LABEL_LENGTH
        and reading.text[label[0]].isupper()
        and any(token.pos_ in {"PROPN", "NOUN"} for token in names)
        and not any(token.lower_ in SECTIONS or token.like_num for token in names)
        and len(reading.text[slice(*said)].split()) > 1
        and not any(said[0] <= quote.start < said[1] for quote in reading.quotes)
        and (not below.strip() or re.search(rf"\b{re.escape(last)}\b", below) is not None)
    )


def _finding(reading: Reading, label: Range, said: Range) -> Finding:
    source, content = (reading.characters([reading.tokens(bounds)]) for bounds in (label, said))
    between = slice(min(label[1], said[1]), max(label[0], said[0]))
    mark = reading.text[between]
    at = between.start + len(mark) - len(mark.lstrip())
    return Finding(-1, source, ((at, at + len(mark.strip())),), content, "headline_label", CONFIDENCE)

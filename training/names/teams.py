"""Countries that play: CoNLL calls a national side a place, CleanCoNLL an organisation.

Only the training part is relabelled, by what a document is about and by the word before the name.
"""

import re

from training.names.corpus import Document, Sentence, find_spans


def _gather(words: str) -> frozenset[str]:
    return frozenset(words.split())


TEAM_SPORTS = _gather("soccer cricket rugby basketball hockey football volleyball handball")
COUNTRIES = _gather(
    """albania algeria angola argentina armenia australia austria azerbaijan bahrain bangladesh belarus
    belgium bolivia bosnia brazil britain bulgaria cameroon canada chile china colombia croatia cyprus
    denmark ecuador egypt england estonia ethiopia finland france gambia georgia germany ghana greece
    guatemala guinea honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan
    jordan kazakhstan kenya kuwait latvia lebanon liberia libya liechtenstein lithuania luxembourg
    macedonia malaysia mali malta mexico moldova morocco mozambique namibia netherlands nigeria norway
    oman pakistan panama paraguay peru poland portugal qatar romania russia scotland senegal singapore
    slovakia slovenia spain sudan sweden switzerland syria tanzania thailand togo tunisia turkey uganda
    ukraine uruguay uzbekistan venezuela vietnam wales yugoslavia zaire zambia zimbabwe"""
) | frozenset(
    {
        "burkina faso",
        "costa rica",
        "czech republic",
        "el salvador",
        "faroe islands",
        "hong kong",
        "new zealand",
    }
    | {"ivory coast", "northern ireland", "north korea", "south korea", "saudi arabia", "sierra leone"}
    | {"south africa", "sri lanka", "united arab emirates", "united states", "u.s.", "west indies"}
)
PLACING = _gather("in at from near across around outside throughout within of into via")
"""A country after one of these is where something happens or whose something is."""
TRAVEL = _gather("trip tour travel travelled return returned flew fly went visit came moved")
_DATE = re.compile(r"\d{4}-\d\d-\d\d$")


def relabel_teams(document: Document) -> Document:
    """The document with its national sides as organisations."""
    heading = {word.lower() for word in document[0].words[:3]}
    return [_relabel(sentence) for sentence in document] if heading & TEAM_SPORTS else document


def _relabel(sentence: Sentence) -> Sentence:
    if len(sentence.words) <= 5 and _DATE.match(sentence.words[-1]):
        return sentence
    labels = list(sentence.labels)
    for start, end, kind in find_spans(sentence.labels):
        if kind == "LOC" and _plays(sentence, start, end):
            labels[start:end] = ["B-ORG", *["I-ORG"] * (end - start - 1)]
    return Sentence(sentence.words, tuple(labels))


def _plays(sentence: Sentence, start: int, end: int) -> bool:
    words = [word.lower() for word in sentence.words]
    if " ".join(words[start:end]) not in COUNTRIES:
        return False
    before = words[start - 1] if start else ""
    if before == "(" and start > 1 and sentence.labels[start - 2].endswith("PER"):
        return False
    return before not in PLACING and not (before == "to" and TRAVEL & set(words[max(0, start - 5) : start]))

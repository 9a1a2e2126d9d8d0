"""One kind for all mentions of one name."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from schemas import EntityKind
from services.entities.found import NamedSpan
from services.entities.kinds import rank
from services.entities.known_names import find_known_kind
from services.entities.names import person_words
from services.entities.roles import TITLES, gather_words

_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|outside|across)\s$", re.IGNORECASE)
_TOWN_BEFORE = re.compile(
    r"\b(?:in|near|outside|across|(?:mayor|people|residents|streets|city|town|village|port|university)\sof)\s$",
    re.IGNORECASE,
)
_OF_TOWN = (
    r" (?:Airport|Chronicle|Council|Courier|Gazette|Herald|Observer|Police|Station|Tribune|University)\b"
)
"""What is called after a town, and hardly after a person whom the same article names by one word."""
_TRUSTING = re.compile(r"\b(?:confidence|faith|trust|interest|belief|believ\w+|hope|pride)\s+in\s$")
_BODIES = gather_words(
    "agency airline association bank brewery brokerage broadcaster carmaker chain charity club company "
    "conglomerate consultancy consortium firm insurer institute lender manufacturer ministry newspaper "
    "party retailer startup union university utility"
)
"""Nouns for what is no person, whatever follows them."""
_TRADES = gather_words(
    "aerospace airlines airways automotive biotech brewery capital chemicals construction consulting "
    "electronics energy engineering enterprises entertainment estates financial foods group holdings "
    "industries insurance laboratories labs logistics marine media mining motors networks oil partners "
    "petroleum pharma pharmaceuticals plastics properties publishing rail railways resources shipping "
    "software solutions studios systems technologies telecom textiles ventures"
)
"""Last words of the names of companies that are hardly anybody's surname."""
_BODY_BEFORE = re.compile(
    r"(?:\b(?:the|an?|its|their|'s|’s)\s|^|(?<=\n)|(?<=[.!?:]\s))(?:(?!of\b|for\b|the\b)[\w-]+\s){0,3}?(\w+),?\s$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:\n]")
_LINKS = gather_words("of for at by from with in to")
_MIXED_UP = frozenset({EntityKind.PERSON, EntityKind.PLACE})
_TITLE_BEFORE = re.compile(r"\b([A-Z][a-z]+)\.?\s$")


def vote_kinds(text: str, spans: Sequence[NamedSpan], links: Mapping[str, str]) -> dict[str, EntityKind]:
    """The kind of each linked key: what the tables know, else what most of its mentions were labelled.

    A name behind a title is a person's, whatever its label. The last word of a person's full name is
    that person too, unless it is labelled a place and stands as one somewhere ("in Lincoln"). In a tie
    the kind that comes first in EntityKind wins.
    """
    kinds = {span: _judge(text, span) for span in spans}
    votes: dict[str, Counter[EntityKind]] = {}
    for span, kind in kinds.items():
        votes.setdefault(links[span.key], Counter())[kind] += 1
    placed = {links[s.key] for s in spans if s.kind is EntityKind.PLACE and _stands_as_place(text, s)}
    surnames = {_take_surname(span) for span, kind in kinds.items() if kind is EntityKind.PERSON}
    for surname in surnames & votes.keys() - placed:
        votes[surname] = Counter({EntityKind.PERSON: 1})
    for town in _find_towns(text, spans, links) - surnames:
        votes[town] = Counter({EntityKind.PLACE: 1})
    return {key: find_known_kind(key) or _elect(count) for key, count in votes.items()}


def _judge(text: str, span: NamedSpan) -> EntityKind:
    """The kind of one mention: by a title before it, a noun for a body before it or a trade at its end, else
    as it was labelled."""
    if _follows_title(text, span):
        return EntityKind.PERSON
    named = span.kind is EntityKind.PERSON and (_is_of_trade(span) or _follows_body(text, span))
    return EntityKind.ORGANIZATION if named else span.kind


def _is_of_trade(span: NamedSpan) -> bool:
    _, *after = span.key.split()
    return bool(after) and after[-1] in _TRADES


def _follows_body(text: str, span: NamedSpan) -> bool:
    """Whether it is called a body; "the head of the bank, Berg" leads one."""
    noun = _BODY_BEFORE.search(text, max(0, span.start - 60), span.start)
    if noun is None or noun[1].casefold() not in _BODIES:
        return False
    before = _SENTENCE_END.split(text[max(0, noun.start() - 40) : noun.start()])[-1].split()[-3:]
    return not any(word.casefold() in _LINKS for word in before)


def _find_towns(text: str, spans: Sequence[NamedSpan], links: Mapping[str, str]) -> set[str]:
    """Names of one word that were taken for persons, and that somebody is in; none has a title."""
    groups: dict[str, list[NamedSpan]] = {}
    for span in spans:
        groups.setdefault(links[span.key], []).append(span)
    return {key for key, ones in groups.items() if _is_town(text, ones)}


def _is_town(text: str, ones: Sequence[NamedSpan]) -> bool:
    if any(" " in one.surface or one.kind not in _MIXED_UP or _follows_title(text, one) for one in ones):
        return False
    return any(_stands_as_town(text, one) for one in ones) or _gives_name(text, ones[0])


def _gives_name(text: str, span: NamedSpan) -> bool:
    """Whether a newspaper, a council or the like is called after it."""
    return re.search(rf"\b{re.escape(span.surface)}{_OF_TOWN}", text) is not None


def _stands_as_town(text: str, span: NamedSpan) -> bool:
    before = max(0, span.start - 30)
    town = _TOWN_BEFORE.search(text, before, span.start)
    return town is not None and _TRUSTING.search(text, before, span.start) is None


def _take_surname(span: NamedSpan) -> str:
    """The last word of a name of several words, else nothing."""
    words = person_words(span.key)
    return words[-1] if len(words) > 1 else ""


def _follows_title(text: str, span: NamedSpan) -> bool:
    title = _TITLE_BEFORE.search(text, max(0, span.start - 20), span.start)
    return title is not None and title[1].casefold() in TITLES and not find_known_kind(span.key)


def _stands_as_place(text: str, span: NamedSpan) -> bool:
    return _PLACE_BEFORE.search(text, max(0, span.start - 9), span.start) is not None


def _elect(count: Counter[EntityKind]) -> EntityKind:
    return min(count, key=lambda kind: (-count[kind], rank(kind)))

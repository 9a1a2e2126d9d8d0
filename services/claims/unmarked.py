"""Words that are quoted without marks: turns of a transcript, indented passages, letters after a colon."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from spacy.tokens import Doc

from services.claims.lexicon import SPEECH, words
from services.claims.phrases import Range, lemma
from services.claims.quotes import Quote

TURN = re.compile(r"(?P<label>(?:[A-Z][\w.'’-]*[^\S\n]?){1,5}):\s+(?=[^\s\"“„«»‘'>])")
INDENTED = re.compile(r">\s*(?=\S)")
LIST_ITEM = re.compile(r"[-–—•*>]|\d+[.)]")
QUESTIONERS = words("q question reporter interviewer host moderator presenter")
FEWEST_TURNS = 2
FEWEST_WORDS = 5


def find_unmarked(doc: Doc, text: str, paragraphs: Sequence[Range], marked: Sequence[Quote]) -> list[Quote]:
    """The passages, in order; each is the rest of a paragraph. Those that ask the questions are left out."""
    passages = [*_find_turns(text, paragraphs), *_find_indented(text, paragraphs)]
    taken = {passage.end for passage in passages}
    letters = _find_letters(doc, text, paragraphs, marked)
    return sorted([*passages, *(one for one in letters if one.end not in taken)], key=lambda one: one.start)


def unite(marked: Sequence[Quote], unmarked: Sequence[Quote]) -> list[Quote]:
    """Both in order; marks within a passage without marks are its own affair."""
    outer = [one for one in marked if not any(passage.covers(one.start) for passage in unmarked)]
    return sorted([*outer, *unmarked], key=lambda one: one.start)


def _find_turns(text: str, paragraphs: Sequence[Range]) -> Iterator[Quote]:
    turns = [(turn, end) for start, end in paragraphs if (turn := TURN.match(text, start, end)) is not None]
    labels = [turn["label"].strip().lower() for turn, _ in turns]
    if not _is_transcript(labels, len(paragraphs)):
        return
    asking = QUESTIONERS | _find_interviewers(
        [(label, text[end - 1]) for label, (_, end) in zip(labels, turns, strict=True)]
    )
    for label, (turn, end) in zip(labels, turns, strict=True):
        if label not in asking:
            yield Quote(turn.end(), end, turn.end(), end, marked=False)


def _find_interviewers(turns: Sequence[tuple[str, str]]) -> set[str]:
    """The labels of which every other turn, and more than one, ends in a question mark."""
    counts = Counter(label for label, _ in turns)
    asked = Counter(label for label, last in turns if last == "?")
    return {label for label, times in asked.items() if times > 1 and 2 * times >= counts[label]}


def _is_transcript(labels: Sequence[str], paragraphs: int) -> bool:
    """Whether the labels are those of people who take turns, rather than of a picture or a note."""
    if len(labels) < FEWEST_TURNS:
        return False
    again = max(Counter(labels).values()) > 1
    return again or not QUESTIONERS.isdisjoint(labels) or 2 * len(labels) > paragraphs


def _find_indented(text: str, paragraphs: Sequence[Range]) -> Iterator[Quote]:
    for start, end in paragraphs:
        if (mark := INDENTED.match(text, start, end)) is not None:
            yield Quote(start, end, mark.end(), end, marked=False)


def _find_letters(
    doc: Doc, text: str, paragraphs: Sequence[Range], marked: Sequence[Quote]
) -> Iterator[Quote]:
    """The paragraph after one that leads to it: "She wrote to the board:"."""
    for before, (start, end) in pairwise(paragraphs):
        plain = not LIST_ITEM.match(text, start) and not any(start <= one.start < end for one in marked)
        enough = len(text[start:end].split()) >= FEWEST_WORDS
        if plain and enough and text[before[0] : before[1]].endswith(":") and _leads(doc, before):
            yield Quote(start, end, start, end, marked=False)


def _leads(doc: Doc, paragraph: Range) -> bool:
    """Whether the last sentence of the paragraph has a verb that leads to somebody's words."""
    phrase = doc.char_span(*paragraph, alignment_mode="expand")
    last = phrase[-1].sent if phrase is not None and len(phrase) else ()
    return any(token.pos_ == "VERB" and lemma(token) in SPEECH for token in last)

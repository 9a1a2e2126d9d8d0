"""spaCy's attribute ruler, asked once for each kind of word: the same word classes in less time.

Nearly all of its rules look at one word: its tag, its form, its place in the parse. So words that are the
same in all that the rules look at get the same, and what they got is remembered. Rules over several words,
and those not told by lists of values, are looked for in each text; the ruler is asked where one holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, MORPH, POS, TAG  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc

RULER, NAME = "attribute_ruler", "copydesk_word_classes"
LOOKED_AT = frozenset({"TAG", "LOWER", "DEP", "IS_SPACE"})
GIVEN = {POS: "POS", MORPH: "MORPH", LEMMA: "LEMMA"}
"""What is remembered. Rules that give more are asked."""
LISTS = frozenset({"IN", "NOT_IN"})
OTHER = 1
"""Stands for every form and place that no rule names; 0 is for none."""
Kind = tuple[int, int, int, int]
Rule = list[dict[str, Any]]


class WordClasses:
    """Writes what the ruler would; for one that `can_remember` approves."""

    def __init__(self, ruler: AttributeRuler) -> None:
        self._ruler: Any = ruler  # spaCy's annotations say less than it takes
        self._known: dict[Kind, tuple[int, ...]] = {}
        self._asked = Matcher(ruler.vocab, validate=False)
        self._remembered: set[int] = set()
        rules: list[Rule] = []
        for number, listed in enumerate(_list_rules(ruler)):
            if all(map(_is_simple, listed)) and GIVEN.keys() >= ruler.attrs[number].keys():
                self._remembered.add(number)
                rules += listed
            else:
                self._asked.add(str(number), listed)
        self._forms, self._places = (_mentioned(ruler, rules, what) for what in ("LOWER", "DEP"))

    def __call__(self, doc: Doc) -> Doc:
        """The document with its word classes."""
        kinds = list(self._read_kinds(doc))
        for kind in set(kinds).difference(self._known):
            self._known[kind] = self._learn(doc, kinds.index(kind))
        values: Any = np.array([self._known[kind] for kind in kinds], np.uint64)
        doc.from_array(list(GIVEN), values.reshape(-1, len(GIVEN)))
        for start, end in _unite((start, end) for _, start, end in self._asked(doc, allow_missing=True)):
            matches = self._ruler.match(doc[start:end])
            self._ruler.set_annotations(doc, [(n, key, start + a, start + b) for n, key, a, b in matches])
        return doc

    def _read_kinds(self, doc: Doc) -> Iterator[Kind]:
        forms, places = self._forms, self._places
        for tag, form, place, space in doc.to_array([TAG, LOWER, DEP, IS_SPACE]).tolist():
            yield tag, form if form in forms else OTHER, place if place in places else OTHER, space

    def _learn(self, doc: Doc, place: int) -> tuple[int, ...]:
        """What the ruler gives a word. It is shown that one alone: all of its rules, over a whole text, cost
        more than a hundred times as much."""
        given: dict[int, int] = {}
        for number, *_ in self._ruler.match(doc[place : place + 1]):
            if number in self._remembered:
                given |= self._ruler.attrs[number]
        return tuple(given.get(what, 0) for what in GIVEN)


def _list_rules(ruler: AttributeRuler) -> list[list[Rule]]:
    entries: Any = ruler.patterns
    return [entry["patterns"] for entry in entries]


def _is_simple(rule: Rule) -> bool:
    """Whether it looks at one word, told by nothing but values or lists of them."""
    return len(rule) == 1 and all(_values(value) is not None for value in rule[0].values())


def _values(wanted: object) -> list[object] | None:
    if not isinstance(wanted, Mapping):
        return [wanted]
    return [value for one in wanted.values() for value in one] if wanted.keys() <= LISTS else None


def _mentioned(ruler: AttributeRuler, rules: Iterable[Rule], what: str) -> frozenset[int]:
    words = (word[what] for rule in rules for word in rule if what in word)
    return frozenset(ruler.vocab.strings.add(str(value)) for word in words for value in _values(word) or ())


def _unite(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges that touch or overlap as one."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if united and start <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((start, end))
    return united


def can_remember(ruler: AttributeRuler) -> bool:
    """Whether its rules look at each word's tag, form and place alone."""
    words = (word for listed in _list_rules(ruler) for rule in listed for word in rule)
    return all(word.keys() <= LOOKED_AT for word in words)


@Language.factory(NAME, assigns=["token.pos", "token.morph"], requires=["token.tag"])
def build_word_classes(nlp: Language, name: str) -> WordClasses:  # noqa: ARG001 (spaCy gives it)
    """The component that stands for the ruler of the pipeline it is put into."""
    ruler = nlp.get_pipe(RULER)
    if not isinstance(ruler, AttributeRuler):
        raise TypeError(f"{RULER} is none")
    return WordClasses(ruler)


def quicken(nlp: Language) -> None:
    """Put the remembered word classes in the ruler's place, where there is one whose rules allow it, and
    nothing before it gives what it gives."""
    ruler = nlp.get_pipe(RULER) if nlp.has_pipe(RULER) else None
    if not isinstance(ruler, AttributeRuler) or not can_remember(ruler):
        return
    before = nlp.pipe_names[: nlp.pipe_names.index(RULER)]
    given = {what for name in before for what in nlp.get_pipe_meta(name).assigns}
    if given.isdisjoint({"token.pos", "token.morph", "token.lemma"}):
        nlp.add_pipe(NAME, before=RULER)
        nlp.remove_pipe(RULER)

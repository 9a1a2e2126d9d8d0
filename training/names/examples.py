"""CoNLL's sentences as windows: each word's first piece carries its label, the others none."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from services.encoder.windows import Tokenizer, Window, pack
from training.names.corpus import Document, Sentence

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
IGNORED = -100
RECASE = 0.1
"""Share of the sentences that are shown in other case."""
LONGEST = (64, 224)
"""Word pieces of a window: between these, by chance."""
TOGETHER = 4
"""Sentences in a paragraph, at most."""


@dataclass(frozen=True)
class Example:
    """A window and the label of each of its pieces."""

    window: Window
    labels: np.ndarray


def make_examples(
    documents: Sequence[Document], tokenizer: Tokenizer, chance: random.Random | None
) -> Iterator[Example]:
    """The windows of each document; with `chance`, cut, cased and joined to paragraphs at random."""
    for document in documents:
        text, bounds, labels = _write(document, chance)
        for window in pack(tokenizer, text, chance.randint(*LONGEST) if chance else LONGEST[1]):
            yield Example(window, _label(window, bounds, labels))


def _write(document: Document, chance: random.Random | None) -> tuple[str, list[int], list[str]]:
    """A document as text, with the first character and the label of each word."""
    text, starts, labels, left = "", [], [], 1
    for sentence in document:
        given = _recase(sentence, chance) if chance else sentence
        left -= 1
        if left <= 0:
            text, left = text.rstrip() + "\n\n" if text else "", chance.randint(1, TOGETHER) if chance else 1
        for word, label in zip(given.words, given.labels, strict=True):
            starts.append(len(text))
            labels.append(label)
            text += word + " "
    return text, starts, labels


def _label(window: Window, starts: Sequence[int], labels: Sequence[str]) -> np.ndarray:
    known = dict(zip(starts, labels, strict=True))
    found = np.full(len(window), IGNORED, np.int64)
    for place, (start, end) in enumerate(window.bounds):
        if end > start and start in known:
            found[place] = LABELS.index(known[start])
    return found


def _recase(sentence: Sentence, chance: random.Random) -> Sentence:
    if chance.random() >= RECASE:
        return sentence
    change = chance.choice((str.lower, str.upper, str.title))
    return Sentence(tuple(change(word) for word in sentence.words), sentence.labels)

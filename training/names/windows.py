"""Sentences become windows of word pieces with features and labels."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tokenizers import Tokenizer

from training.names.corpus import Document, Sentence

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
IGNORED = -100
START, STOP = 101, 102
BESIDE, SMALL, CAPITAL, CAPITALS, FIGURES = range(5)
RECASE = 0.1
"""Share of windows that are shown in other case."""


@dataclass
class Window:
    """Word pieces; each word's first piece carries its label, the others none."""

    ids: list[int] = field(default_factory=lambda: [START])
    features: list[int] = field(default_factory=lambda: [BESIDE])
    labels: list[int] = field(default_factory=lambda: [IGNORED])

    def close(self) -> "Window":
        """The window with its closing piece."""
        self.ids.append(STOP)
        self.features.append(BESIDE)
        self.labels.append(IGNORED)
        return self


def describe_case(word: str) -> int:
    """The feature of a word's pieces: what an uncased vocabulary does not show."""
    if any(char.isdigit() for char in word):
        return FIGURES
    if len(word) > 1 and word.isupper():
        return CAPITALS
    return CAPITAL if word[:1].isupper() else SMALL


def pack(
    documents: Sequence[Document], tokenizer: Tokenizer, longest: int, chance: random.Random | None
) -> Iterator[Window]:
    """Windows of consecutive sentences of one document; with `chance`, cut and cased at random."""
    for document in documents:
        room = chance.randint(longest // 4, longest) if chance else longest
        window = Window()
        for sentence in document:
            ids, features, labels = _cut(_recase(sentence, chance) if chance else sentence, tokenizer)
            if len(window.ids) > 1 and len(window.ids) + len(ids) > room:
                yield window.close()
                window, room = Window(), chance.randint(longest // 4, longest) if chance else longest
            window.ids += ids
            window.features += features
            window.labels += labels
        yield window.close()


def _cut(sentence: Sentence, tokenizer: Tokenizer) -> tuple[list[int], list[int], list[int]]:
    encoded = tokenizer.encode(list(sentence.words), is_pretokenized=True, add_special_tokens=False)
    features = [describe_case(sentence.words[at]) for at in encoded.word_ids]
    labels = [IGNORED] * len(encoded.ids)
    for piece, at in reversed(list(enumerate(encoded.word_ids))):
        if not piece or encoded.word_ids[piece - 1] != at:
            labels[piece] = LABELS.index(sentence.labels[at])
    return encoded.ids, features, labels


def _recase(sentence: Sentence, chance: random.Random) -> Sentence:
    if chance.random() >= RECASE:
        return sentence
    change = chance.choice((str.lower, str.upper, str.title))
    return Sentence(tuple(change(word) for word in sentence.words), sentence.labels)

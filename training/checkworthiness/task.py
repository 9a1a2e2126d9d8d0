"""Check-worthiness as a task of the joint training.

A sentence's reading is the mean of its pieces' scores, so that all sentences of a window are read at once.
All worthy sentences and twice as many others are seen in an epoch; half of them alone, half of them within
a paragraph of several.
"""

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from services.encoder.windows import Tokenizer, Window, pack
from training.checkworthiness.corpus import Judged
from training.encoder.batches import batch, lay_out
from training.encoder.model import TRUNK, WIDTH, Encoder

OTHERS = 2
"""Sentences that are not worth a check for each that is."""
TOGETHER = 4


@dataclass(frozen=True)
class Example:
    """A window; which sentence each piece belongs to (-1: none), and which of them are worthy."""

    window: Window
    sentence: np.ndarray
    worthy: np.ndarray


class CheckworthinessHead(nn.Module):
    """A layer of its own on the trunk, and a score of each piece."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.layer = deepcopy(encoder.layers[TRUNK])
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(WIDTH, 1)

    def forward(self, lower: Tensor, real: Tensor | None = None) -> Tensor:
        """Scores: window by pieces."""
        return self.out(self.drop(self.layer(lower, real)))[..., 0]


class CheckworthinessTask:
    """Windows of sentences, and the loss of their readings."""

    name = "checkworthiness"

    def __init__(
        self, sentences: Sequence[Judged], tokenizer: Tokenizer, encoder: Encoder, seed: int
    ) -> None:
        self.worthy = [one for one in sentences if one.worthy]
        self.others = [one for one in sentences if not one.worthy]
        self.tokenizer = tokenizer
        self.chance = random.Random(seed)
        self.head = CheckworthinessHead(encoder)
        self.steps = len(self._epoch())

    def batches(self) -> Iterator[list[Example]]:
        """Batches without end; each epoch draws other sentences."""
        while True:
            yield from self._epoch()

    def _epoch(self) -> list[list[Example]]:
        drawn = self.worthy + self.chance.sample(self.others, OTHERS * len(self.worthy))
        self.chance.shuffle(drawn)
        examples = [make_example(self.tokenizer, group) for group in _group(drawn, self.chance)]
        return batch(examples, self.chance)

    def loss(self, encoder: Encoder, examples: list[Example], _progress: float) -> Tensor:
        """Cross-entropy of the sentences' readings."""
        laid = lay_out([example.window for example in examples])
        real = torch.from_numpy(laid.real)
        lower = encoder.read_lower(torch.from_numpy(laid.ids), torch.from_numpy(laid.traits), real)
        scores = self.head(lower, real).float()
        readings = [
            scores[row, : len(example.window)][torch.from_numpy(example.sentence == number)].mean()
            for row, example in enumerate(examples)
            for number in range(len(example.worthy))
        ]
        worthy = torch.from_numpy(np.concatenate([example.worthy for example in examples]))
        return binary_cross_entropy_with_logits(torch.stack(readings), worthy.float())


def make_example(tokenizer: Tokenizer, group: Sequence[Judged]) -> Example:
    """One paragraph of the sentences; what does not fit the window is left out."""
    texts = [" ".join(one.text.split()) for one in group]
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    window = pack(tokenizer, " ".join(texts))[0]
    first, last = np.array(window.bounds).T
    sentence = np.where(last > first, np.searchsorted(starts, first, side="right") - 1, -1)
    seen = int(sentence.max()) + 1
    return Example(window, sentence, np.array([one.worthy for one in group[:seen]]))


def _group(sentences: Sequence[Judged], chance: random.Random) -> Iterator[Sequence[Judged]]:
    at = 0
    while at < len(sentences):
        size = 1 if chance.random() < 2 / 3 else chance.randint(2, TOGETHER)
        yield sentences[at : at + size]
        at += size

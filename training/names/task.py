"""Names as a task of the joint training."""

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from training.encoder.batches import batch, lay_out
from training.encoder.model import TRUNK, WIDTH, Encoder, States
from training.names.corpus import Document
from training.names.examples import IGNORED, LABELS, Example, make_examples

TWICE = 2
"""Epochs of names in one of the joint training: their corpus is small."""


class NamesHead(nn.Module):
    """A layer of its own on the trunk, and the label of each piece."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.layer = deepcopy(encoder.layers[TRUNK])
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(WIDTH, len(LABELS))

    def forward(self, states: States, real: Tensor | None = None) -> Tensor:
        """Scores: window by pieces by labels."""
        return self.out(self.drop(self.layer(states.lower, real)))


class NamesTask:
    """Windows of documents, and the loss of their labels."""

    name = "names"

    def __init__(
        self, documents: Sequence[Document], tokenizer: Tokenizer, encoder: Encoder, seed: int
    ) -> None:
        self.documents, self.tokenizer = documents, tokenizer
        self.chance = random.Random(seed)
        self.head = NamesHead(encoder)
        self.steps = TWICE * len(self._epoch())

    def batches(self) -> Iterator[list[Example]]:
        """Batches without end; each epoch cuts and cases its windows anew."""
        while True:
            yield from self._epoch()

    def _epoch(self) -> list[list[Example]]:
        return batch(list(make_examples(self.documents, self.tokenizer, self.chance)), self.chance)

    def loss(self, encoder: Encoder, examples: list[Example], _progress: float) -> Tensor:
        """Cross-entropy of the labels."""
        laid = lay_out([example.window for example in examples])
        real = torch.from_numpy(laid.real)
        states = encoder.read_lower(torch.from_numpy(laid.ids), torch.from_numpy(laid.traits), real)
        gold = np.full(laid.ids.shape, IGNORED)
        for row, example in enumerate(examples):
            gold[row, : len(example.window)] = example.labels
        scores = self.head(States(states, states), real).float()
        return cross_entropy(scores.flatten(0, 1), torch.from_numpy(gold).flatten(), ignore_index=IGNORED)

"""Attribution as a task of the joint training."""

import random
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from services.encoder.distance import bucket_distances
from training.attribution.examples import BEGINS, CONTINUES, IGNORED, NONE, OUTSIDE, CueExample, Example
from training.attribution.heads import AttributionHead
from training.encoder.batches import batch, lay_out
from training.encoder.model import Encoder

PERTURBED = 0.15
WITHOUT_CUES = 0.6
"""Share of the windows without any cue that is seen in an epoch."""
SPURIOUS_FROM, SPURIOUS_AFTER, SPURIOUS_SHARE = 0.25, 0.25, 6


class AttributionTask:
    """Windows of articles, the loss of their cues and of the roles of each cue."""

    name = "attribution"

    def __init__(self, examples: Sequence[Example], seed: int) -> None:
        self.examples = examples
        self.head = AttributionHead()
        self.chance = random.Random(seed)
        self.steps = len(self._epoch())

    def batches(self) -> Iterator[list[Example]]:
        """Batches of windows of about the same length, mixed anew in each epoch."""
        while True:
            yield from self._epoch()

    def _epoch(self) -> list[list[Example]]:
        drawn = [one for one in self.examples if one.roles or self.chance.random() < WITHOUT_CUES]
        return batch(drawn, self.chance)

    def loss(self, encoder: Encoder, examples: list[Example], progress: float) -> Tensor:
        """Cross-entropy of the cue labels plus that of the roles."""
        laid = lay_out([example.window for example in examples])
        real = torch.from_numpy(laid.real)
        states = encoder(torch.from_numpy(laid.ids), torch.from_numpy(laid.traits), real)
        cue_logits, pieces = self.head.tag(states)
        gold = np.full(laid.ids.shape, IGNORED)
        for row, example in enumerate(examples):
            gold[row, : len(example.window)] = example.cues
        cost = _cross_entropy(cue_logits, gold)
        cues = [(row, self._perturb(cue)) for row, example in enumerate(examples) for cue in example.roles]
        if progress > SPURIOUS_AFTER:
            cues += self._propose(examples, cue_logits.detach().float().softmax(-1).numpy(), gold, len(cues))
        return cost + self._role_loss(pieces, cues) if cues else cost

    def _role_loss(self, pieces: Tensor, cues: Sequence[tuple[int, CueExample]]) -> Tensor:
        length = max(cue.last - cue.first for _, cue in cues)
        places = np.zeros((len(cues), length), np.int64)
        marks, real = np.zeros(places.shape, np.int64), np.zeros(places.shape, bool)
        roles = np.full(places.shape, IGNORED)
        for index, (_, cue) in enumerate(cues):
            size = cue.last - cue.first
            places[index, :size] = np.arange(cue.first, cue.last)
            marks[index, :size], roles[index, :size], real[index, :size] = cue.marks, cue.roles, True
        rows = torch.tensor([row for row, _ in cues])[:, None]
        given = pieces[rows, torch.from_numpy(places)]
        distance = torch.from_numpy(bucket_distances(marks))
        return _cross_entropy(
            self.head.roles(given, torch.from_numpy(real), torch.from_numpy(marks), distance), roles
        )

    def _perturb(self, cue: CueExample) -> CueExample:
        """Now and then a cue whose bounds are off by one piece, as the tagger's will be."""
        if self.chance.random() > PERTURBED:
            return cue
        marks, places = cue.marks.copy(), np.flatnonzero(cue.marks)
        edge, step = self.chance.choice([(places[0], -1), (places[-1], 1)])
        if len(places) > 1 and self.chance.random() < 0.5:
            marks[edge] = False
        elif 0 <= edge + step < len(marks):
            marks[edge + step] = True
        return CueExample(cue.first, cue.last, marks, cue.roles)

    def _propose(
        self, examples: Sequence[Example], chances: np.ndarray, gold: np.ndarray, cues: int
    ) -> list[tuple[int, CueExample]]:
        """Places that the tagger takes for cues and that are none: nothing there has a role."""
        found = np.argwhere((1 - chances[..., OUTSIDE] > SPURIOUS_FROM) & (gold == OUTSIDE)).tolist()
        self.chance.shuffle(found)
        made = []
        for row, place in found[: max(2, cues // SPURIOUS_SHARE)]:
            if (gold[row, max(0, place - 1) : place + 2] >= BEGINS).any():
                continue
            window = examples[row].window
            first, last = window.spread(window.paragraphs[place])
            marks = np.zeros(last - first, bool)
            marks[place - first] = True
            for after in range(place + 1, last):
                if chances[row, after, CONTINUES] < 0.4 or gold[row, after] != OUTSIDE:
                    break
                marks[after - first] = True
            made.append((row, CueExample(first, last, marks, np.where(marks, IGNORED, NONE))))
        return made


def _cross_entropy(logits: Tensor, labels: np.ndarray) -> Tensor:
    flat = torch.from_numpy(labels).reshape(-1)
    return cross_entropy(logits.float().reshape(-1, 3), flat, ignore_index=IGNORED)

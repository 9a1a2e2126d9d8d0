"""Several trained models as teachers of one: what they think of the training texts is mixed into the labels.

Hinton and others 2015, "Distilling the knowledge in a neural network". The teachers' chances are averaged.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from services.encoder.distance import bucket_distances
from training.attribution.examples import CueExample, Example, spread_chances
from training.attribution.heads import AttributionHead
from training.encoder.batches import batch, lay_out
from training.encoder.loop import load
from training.encoder.model import Encoder

TEACHERS_SHARE = 0.5
"""How much of what is learnt is the teachers' view; the rest is the annotators'."""


class Teacher:
    """A trained encoder with its head of attribution."""

    def __init__(self, checkpoint: Path) -> None:
        self.encoder, self.head = Encoder(), AttributionHead()
        model = nn.ModuleDict({"encoder": self.encoder, "attribution": self.head})
        load(model, checkpoint)
        model.eval()

    @torch.no_grad()
    def judge(self, examples: Sequence[Example]) -> Iterator[tuple[np.ndarray, list[np.ndarray]]]:
        """For each example the chances of its cue labels, and for each of its cues those of the roles."""
        laid = lay_out([one.window for one in examples])
        with torch.autocast("cpu", torch.bfloat16):
            states = self.encoder(*(torch.from_numpy(part) for part in (laid.ids, laid.traits, laid.real)))
            logits, pieces = self.head.tag(states)
        chances = logits.float().softmax(-1).numpy()
        for row, one in enumerate(examples):
            yield chances[row, : len(one.window)], [self._judge_roles(pieces[row], cue) for cue in one.roles]

    def _judge_roles(self, pieces: torch.Tensor, cue: CueExample) -> np.ndarray:
        marks = cue.marks[None].astype(np.int64)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.head.roles(
                pieces[None, cue.first : cue.last],
                torch.ones(marks.shape, dtype=torch.bool),
                torch.from_numpy(marks),
                torch.from_numpy(bucket_distances(marks)),
            )
        chances: np.ndarray = logits[0].float().softmax(-1).numpy()
        return chances


def teach(examples: Sequence[Example], checkpoints: Sequence[Path]) -> list[Example]:
    """The examples with the mean view of the teachers mixed into their labels, by length."""
    teachers = [Teacher(checkpoint) for checkpoint in checkpoints]
    taught = []
    for some in batch(examples, random.Random(0)):
        views = [list(teacher.judge(some)) for teacher in teachers]
        taught += [_mix(one, [view[index] for view in views]) for index, one in enumerate(some)]
    return taught


def _mix(example: Example, views: Sequence[tuple[np.ndarray, list[np.ndarray]]]) -> Example:
    roles = [
        replace(cue, roles=_blend(cue.roles, [view[1][index] for view in views]))
        for index, cue in enumerate(example.roles)
    ]
    return Example(example.window, _blend(example.cues, [view[0] for view in views]), roles)


def _blend(labels: np.ndarray, views: Sequence[np.ndarray]) -> np.ndarray:
    given = spread_chances(labels)
    mixed = (1 - TEACHERS_SHARE) * given + TEACHERS_SHARE * np.mean(views, 0)
    return np.where(given.sum(-1, keepdims=True) > 0, mixed, 0).astype(np.float32)

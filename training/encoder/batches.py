"""Windows of about the same length side by side."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from services.encoder.windows import Window

PIECES = 1536
"""Word pieces in a batch, padding included."""


class Windowed(Protocol):
    """An example that has a window."""

    @property
    def window(self) -> Window:
        """Its word pieces."""


One = TypeVar("One", bound=Windowed)


def batch(examples: Sequence[One], chance: random.Random, pieces: int = PIECES) -> list[list[One]]:
    """Batches of at most `pieces`, in an order of chance."""
    order = sorted(examples, key=lambda one: len(one.window) + 6 * chance.random())
    batches: list[list[One]] = [[]]
    for example in order:
        if len(example.window) * (len(batches[-1]) + 1) > pieces:
            batches.append([])
        batches[-1].append(example)
    batches = [one for one in batches if one]
    chance.shuffle(batches)
    return batches


@dataclass(frozen=True)
class Batch:
    """Windows side by side, filled up to the longest: ids, traits, and which pieces are real."""

    ids: np.ndarray
    traits: np.ndarray
    real: np.ndarray


def lay_out(windows: Sequence[Window]) -> Batch:
    """The arrays that the encoder reads."""
    shape = (len(windows), max(map(len, windows)))
    batch = Batch(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, bool))
    for row, window in enumerate(windows):
        batch.ids[row, : len(window)] = window.ids
        batch.traits[row, : len(window)] = window.traits
        batch.real[row, : len(window)] = True
    return batch

"""Windows of about the same length side by side."""

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

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

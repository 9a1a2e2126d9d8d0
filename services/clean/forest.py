"""Decision trees whose leaves are added up: what a table of traits says of each row, as a probability.

All splits are asked at once. Each has a mask of the leaves that stay possible when the answer is no; the
first leaf that all answers of a tree leave possible is the row's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]
Node = Sequence[float]

_MOST_LEAVES = 16
_ALL = (1 << _MOST_LEAVES) - 1
_FIRST = np.array([(n & -n).bit_length() - 1 if n else 0 for n in range(_ALL + 1)], dtype=np.intp)
_ROWS = 1024


@dataclass(frozen=True)
class Forest:
    """Trees of at most sixteen leaves, each filled up with splits that say nothing."""

    trait: NDArray[np.intp]
    limit: NDArray[np.float32]
    """A row goes to the first leaves of a split where its trait is at most this."""
    mask: NDArray[np.uint16]
    values: NDArray[np.float64]
    """Values of the leaves, a row a tree."""
    start: float

    def judge(self, table: NDArray[np.float32]) -> Chances:
        """The probability of each row."""
        sums = [self._add_up(table[at : at + _ROWS]) for at in range(0, len(table), _ROWS)]
        return np.asarray(1 / (1 + np.exp(-self.start - np.concatenate(sums))))

    def _add_up(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        asked = np.ascontiguousarray(table.T)[self.trait]
        left = np.where(asked <= self.limit[:, None], np.uint16(_ALL), self.mask[:, None])
        possible = np.bitwise_and.reduce(left.reshape(len(self.values), -1, len(table)), axis=1)
        return np.asarray(np.take_along_axis(self.values, _FIRST[possible], axis=1).sum(axis=0))


def read_forest(written: dict[str, Any]) -> Forest:
    """A forest as its file has it: trees as lists of nodes, [trait, limit, low, high] or, a leaf, [value]."""
    trees = [_read_tree(tree) for tree in written["trees"]]
    splits = [
        split for tree, _ in trees for split in [*tree, *[(0, 0.0, _ALL)] * (_MOST_LEAVES - 1 - len(tree))]
    ]
    traits, limits, masks = zip(*splits, strict=True)
    return Forest(
        trait=np.array(traits, dtype=np.intp),
        limit=np.array(limits, dtype=np.float32),
        mask=np.array(masks, dtype=np.uint16),
        values=np.array([values + [0.0] * (_MOST_LEAVES - len(values)) for _, values in trees]),
        start=written["start"],
    )


def _read_tree(nodes: Sequence[Node]) -> tuple[list[tuple[int, float, int]], list[float]]:
    """Splits with their masks, and values of the leaves from left to right."""
    splits: list[tuple[int, float, int]] = []
    values: list[float] = []

    def walk(at: int) -> None:
        node = nodes[at]
        if len(node) == 1:
            values.append(node[0])
            return
        first = len(values)
        walk(int(node[2]))
        gone = (1 << len(values)) - (1 << first)
        splits.append((int(node[0]), node[1], _ALL & ~gone))
        walk(int(node[3]))

    walk(0)
    return splits, values


@cache
def load_forest() -> Forest:
    """The forest that is shipped."""
    return read_forest(json.loads(files("services.clean").joinpath("forest.json").read_text("utf-8")))

"""Many vectors in memory: which of them lie near given ones. Exact: each is compared with each."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

UNIT = 127 * 127
"""The product of two vectors that are the same."""
ROWS, ASKED = 16_384, 256
"""How much is multiplied at once: some 30 MB."""


class Index:
    """Vectors of signed bytes by their ids.

    Products of bytes are whole numbers that a float32 holds exactly: what is near hangs neither on the order
    in which vectors came nor on how the sums are done.
    """

    def __init__(self) -> None:
        self._vectors: NDArray[np.int8] = np.zeros((0, 0), np.int8)
        self._ids: list[UUID] = []
        self._places: dict[UUID, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, one: UUID) -> bool:
        return one in self._places

    def add(self, vectors: Mapping[UUID, bytes]) -> None:
        """Take vectors in, each in the place of a former one of its id."""
        new = [one for one in vectors if one not in self._places]
        self._make_room(len(self._ids) + len(new), max(map(len, vectors.values()), default=0))
        for one in new:
            self._places[one] = len(self._ids)
            self._ids.append(one)
        for one, vector in vectors.items():
            self._vectors[self._places[one]] = np.frombuffer(vector, np.int8)

    def _make_room(self, rows: int, width: int) -> None:
        held = len(self._vectors)
        if rows > held:
            grown = np.zeros((max(rows, held + held // 2), width), np.int8)
            grown[:held, : self._vectors.shape[1]] = self._vectors
            self._vectors = grown

    def search(self, vectors: Sequence[bytes], least: float) -> list[dict[UUID, float]]:
        """For each vector those at least so near, with how near they are: 1 is the same."""
        found: list[dict[UUID, float]] = [{} for _ in vectors]
        for first in range(0, len(vectors), ASKED):
            asked = np.array([np.frombuffer(one, np.int8) for one in vectors[first : first + ASKED]])
            for row, place, product in self._multiply(asked.astype(np.float32), least * UNIT):
                found[first + row][self._ids[place]] = product / UNIT
        return found

    def _multiply(self, asked: NDArray[np.float32], least: float) -> Iterator[tuple[int, int, float]]:
        for start in range(0, len(self._ids), ROWS):
            block = self._vectors[start : min(start + ROWS, len(self._ids))].astype(np.float32)
            products = asked @ block.T
            rows, places = np.nonzero(products >= least)
            near = products[rows, places]
            yield from zip(rows.tolist(), (places + start).tolist(), near.tolist(), strict=True)

"""Many vectors in memory: which of them lie near given ones.

The signs of two vectors' values are compared first, all at once in a few machine words; then the vectors of
those that agree in enough of them. Whether a pair is found hangs on its two vectors and on nothing else, such
as what else is there or came first.
"""

from collections.abc import Mapping, Sequence
from math import acos, pi, sqrt
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

UNIT = 127 * 127
"""The product of two vectors that are the same."""
WORD = 64
"""Signs in a machine word."""
MARGIN = 2.5
"""Standard deviations by which more signs may differ than do on average at the least nearness: of pairs
that are as near as that, one in two hundred is missed, and of nearer ones none."""


class Index:
    """Vectors of signed bytes by their ids; their width is a multiple of 64."""

    def __init__(self) -> None:
        self._vectors: NDArray[np.int8] = np.zeros((0, 0), np.int8)
        self._signs: NDArray[np.uint64] = np.zeros((0, 0), np.uint64)
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
        for one, given in vectors.items():
            vector = np.frombuffer(given, np.int8)
            self._vectors[self._places[one]] = vector
            self._signs[:, self._places[one]] = _take_signs(vector)

    def _make_room(self, rows: int, width: int) -> None:
        held = len(self._vectors)
        if rows > held:
            more = max(rows, held + held // 2) - held
            vectors, signs = self._vectors.reshape(held, width), self._signs.reshape(width // WORD, held)
            self._vectors = np.pad(vectors, ((0, more), (0, 0)))
            self._signs = np.pad(signs, ((0, 0), (0, more)))

    def search(self, vectors: Sequence[bytes], least: float) -> list[dict[UUID, float]]:
        """For each vector those at least so near, with how near they are: 1 is the same."""
        if not self._ids:
            return [{} for _ in vectors]
        return [self._search(np.frombuffer(one, np.int8), least) for one in vectors]

    def _search(self, vector: NDArray[np.int8], least: float) -> dict[UUID, float]:
        held = len(self._ids)
        apart = np.zeros(held, np.uint8)
        for column, signs in zip(self._signs, _take_signs(vector), strict=False):
            apart += np.bitwise_count(column[:held] ^ signs)
        close = np.flatnonzero(apart <= allow_apart(len(vector), least))
        # Products of bytes are whole numbers that a float32 holds exactly, however they are added up.
        products = self._vectors[close].astype(np.float32) @ vector.astype(np.float32)
        near = products >= least * UNIT
        found = zip(close[near].tolist(), products[near].tolist(), strict=True)
        return {self._ids[place]: product / UNIT for place, product in found}


def allow_apart(width: int, least: float) -> int:
    """In how many signs two vectors may differ that are at least so near."""
    share = acos(least) / pi
    return int(width * share + MARGIN * sqrt(width * share * (1 - share)))


def _take_signs(vector: NDArray[np.int8]) -> NDArray[np.uint64]:
    return np.packbits(vector > 0).view(np.uint64)

"""What the first judgement says of a piece and of those around it, for the second."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.clean.pieces import Piece
from services.clean.windows import Column, add_window, shift

Table = NDArray[np.float32]

_DOUBT = 0.4
_FAR = 40


def describe_among(table: Table, chances: NDArray[np.float64], pieces: Sequence[Piece]) -> Table:
    """The traits, and what was judged of the piece, of those around it and of those that its holders hold."""
    words = table[:, 0].astype(float) + 1
    said = chances * words
    total, before = max(1.0, said.sum()), np.cumsum(said)
    start, end = _find_run((chances - _DOUBT) * words)
    places = np.arange(len(chances))
    columns = [
        chances,
        *(shift(chances, by) for by in (1, -1, 2, -2, 3, -3)),
        *(add_window(said, reach) / add_window(words, reach) for reach in (2, 5, 12)),
        (before - said) / total,
        np.full(len(chances), np.log1p(total)),
        np.full(len(chances), chances.max()),
        np.clip(places - start, -_FAR, _FAR),
        np.clip(end - places, -_FAR, _FAR),
    ]
    for numbers in ([piece.holder for piece in pieces], [piece.grand_holder for piece in pieces]):
        _, held = np.unique(np.array(numbers), return_inverse=True)
        columns.append((np.bincount(held, said) / np.bincount(held, words))[held])
    return np.column_stack([table, *columns]).astype(np.float32)


def _find_run(scores: Column) -> tuple[int, int]:
    """The run of rows with the highest sum, half-open."""
    sums = np.concatenate([[0.0], np.cumsum(scores)])
    gains = sums - np.minimum.accumulate(sums)
    end = int(gains.argmax())
    return int(sums[: end + 1].argmin()), end

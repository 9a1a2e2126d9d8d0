"""A column seen from each row: its neighbours, one by one and added up."""

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.floating]


def shift(column: Column, by: int) -> Column:
    """Each row's neighbour so many rows before; -1 where there is none."""
    shifted = np.full_like(column, -1)
    if by > 0:
        shifted[by:] = column[:-by]
    else:
        shifted[:by] = column[-by:]
    return shifted


def add_window(column: Column, reach: int) -> Column:
    """The sum over the neighbours at both sides."""
    padded = np.concatenate([np.zeros(reach + 1), np.cumsum(column), np.full(reach, column.sum())])
    return np.asarray(padded[2 * reach + 1 :] - padded[: -2 * reach - 1])

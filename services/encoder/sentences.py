"""A sentence as a short vector: how near two of them lie says how alike the sentences are.

The trunk's states are averaged, rare pieces counting more, and mapped by one matrix, which was fitted so that
the result lies as the vectors of the sentence encoder lie that the trunk was trained from.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.encoder.sessions import SHIPPED, Encoder, Floats

FILE = "sentences.npy"
"""Rows of the matrix: one for each of the trunk's states, and the last what is added."""
WIDTH = 128
SCALE = 127
_COMMON = 1990
"""Where the vocabulary's words begin: it lists them from the commonest to the rarest."""
_RAREST = 28500
_LEAST = 0.02


@lru_cache(maxsize=2)
def read_matrix(folder: Path = SHIPPED) -> Floats:
    """The matrix of a folder of models; ValueError where it is missing."""
    path = folder / FILE
    if not path.is_file():
        raise ValueError(f"no {path}: the folder of models is not whole")
    return np.asarray(np.load(path), np.float32)


def pool(encoder: Encoder, text: str) -> Floats:
    """The weighted mean of the trunk's states over the pieces of a sentence; zeros where it has none."""
    total, weight = np.zeros(0, np.float32), 0.0
    for window, states in encoder.read_trunk(text, alone=True):
        weights = weigh_pieces(np.array(window.ids)) * (np.array(window.paragraphs) >= 0)
        part = weights @ states[0]
        total = part if not total.size else total + part
        weight += float(weights.sum())
    return np.asarray(total / weight if weight else total, np.float32)


def weigh_pieces(ids: NDArray[np.int64]) -> Floats:
    """How much each piece counts, by its place in the vocabulary: the rarer, the more."""
    place = np.log(np.maximum(ids - _COMMON, 1)) / np.log(_RAREST)
    return np.asarray(np.clip(place, _LEAST, 1.0) ** 2, np.float32)


def embed(encoder: Encoder, text: str) -> bytes:
    """The sentence's vector: `WIDTH` signed bytes, of length `SCALE`; zeros where the text has no words."""
    pooled = pool(encoder, text)
    if not pooled.size:
        return bytes(WIDTH)
    matrix = read_matrix(encoder.folder)
    vector = pooled @ matrix[:-1] + matrix[-1]
    return bytes(np.round(vector * (SCALE / np.linalg.norm(vector))).astype(np.int8).tobytes())

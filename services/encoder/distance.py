"""How far pieces lie from a marked one, in buckets that widen with the distance."""

import numpy as np

BUCKETS = 34
SIDE = 17
EXACT = 6
"""Distances that have a bucket each; beyond, two buckets for each doubling."""


def bucket_distances(marks: np.ndarray) -> np.ndarray:
    """For each row of marks the bucket of every place: 0 within, 1 to 16 before, 18 to 33 after."""
    places = np.arange(marks.shape[1])[None]
    first = marks.argmax(1)[:, None]
    last = marks.shape[1] - 1 - marks[:, ::-1].argmax(1)[:, None]
    away = np.maximum(first - places, 0) + np.maximum(places - last, 0)
    far = np.floor(EXACT + 2 * np.log2(np.maximum(away, 1) / EXACT))
    step = np.minimum(np.where(away <= EXACT, away, far), SIDE - 1).astype(np.int64)
    return np.where(away == 0, 0, np.where(places > last, step + SIDE, step))

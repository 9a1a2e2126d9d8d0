"""Scores become spans: the cues of a paragraph, and the source and content of each.

All functions are over words (rows) and pure. Labels of cues are outside, begins, continues; of roles none,
source, content (BIO tagging, Ramshaw & Marcus 1995; best path by Viterbi 1967).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
WordRange = tuple[int, int]
OUTSIDE, BEGINS, CONTINUES = range(3)
NONE, SOURCE, CONTENT = range(3)
SURE_BEGIN = 0.6


@dataclass(frozen=True)
class Thresholds:
    """What was chosen on articles kept back from the training (`training.attribution.thresholds`)."""

    cue: float = 0.5
    """Probability that at least one word of a cue must have."""
    edge: float = 0.4
    """Probability from which the words beside it belong to the cue."""
    whole: float = 0.5
    """Least product of the probabilities of cue and content."""
    agreed: float = 0.4
    """The same where a rule takes the same word for a cue."""
    switch: float = 0.3
    """Cost of a change of the role from word to word, in nats."""
    source: float = 0.7
    """What is added to a word's score as a source: one-word sources are often just missed."""
    gap: int = 2
    """Words without a role that do not part two pieces of content."""
    piece: float = 0.05
    """Share of the best piece's weight of evidence (log-odds, added up) that another piece must have."""
    overlap: float = 0.5
    """Of two contents that share more than this the less probable goes."""


@dataclass(frozen=True)
class Roles:
    """Word ranges of a cue's source and content, and how probable the content is."""

    source: tuple[WordRange, ...]
    content: tuple[WordRange, ...]
    probability: float


def find_cues(chances: Floats, threshold: float) -> list[tuple[WordRange, float]]:
    """Runs of words that are probably a cue, with the highest probability in each.

    `chances` has a row for each word and columns outside, begins, continues.
    """
    inside = 1 - chances[:, OUTSIDE]
    cues: list[tuple[WordRange, float]] = []
    for word in np.flatnonzero(inside > threshold).tolist():
        begins = chances[word, BEGINS] > max(SURE_BEGIN, float(chances[word, CONTINUES]))
        if cues and cues[-1][0][1] == word and not begins:
            (start, _), best = cues[-1]
            cues[-1] = (start, word + 1), max(best, float(inside[word]))
        else:
            cues.append(((word, word + 1), float(inside[word])))
    return cues


def find_roles(scores: Floats, cue: WordRange, silent: NDArray[np.bool_], chosen: Thresholds) -> Roles:
    """The source and the content of a cue.

    `scores` are logarithms of probabilities (words by none, source, content); `silent` words are mere
    punctuation: they part nothing and are no content by themselves.
    """
    raised = scores.copy()
    raised[:, SOURCE] += chosen.source
    others = np.r_[0 : cue[0], cue[1] : len(scores)]
    roles = np.full(len(scores), -1)
    if len(others):
        roles[others] = find_path(raised[others], chosen.switch)
    gain = np.where(silent, 0, raised[:, SOURCE] - raised[:, NONE])
    sources = sorted(_runs(roles, SOURCE, silent, 1), key=lambda one: -float(gain[slice(*one)].sum()))
    contents = [one for one in _runs(roles, CONTENT, silent, chosen.gap) if not silent[slice(*one)].all()]
    contents = _drop_slight(contents, np.where(silent, 0, raised[:, CONTENT] - raised[:, NONE]), chosen.piece)
    probability = max((float(np.exp(scores[slice(*one), CONTENT]).mean()) for one in contents), default=0.0)
    return Roles(tuple(sources[:1]), tuple(contents), probability)


def _drop_slight(pieces: list[WordRange], gain: Floats, least: float) -> list[WordRange]:
    """The pieces that enough speaks for, beside the one that most speaks for."""
    weights = [float(gain[slice(*piece)].sum()) for piece in pieces]
    return [piece for piece, weight in zip(pieces, weights, strict=True) if weight >= least * max(weights)]


def find_path(scores: Floats, switch: float) -> NDArray[np.int64]:
    """The best label of each row where each change of the label costs `switch`."""
    # Plain numbers: the rows are too narrow for arrays to pay.
    first, *rest = scores.tolist()
    best: list[float] = first
    came: list[list[int]] = []
    for row in rest:
        leader = max(best)
        number, changed = best.index(leader), leader - switch
        came.append([number if changed > own else label for label, own in enumerate(best)])
        best = [max(own, changed) + score for own, score in zip(best, row, strict=True)]
    path = [best.index(max(best))]
    for before in reversed(came):
        path.append(before[path[-1]])
    return np.array(path[::-1], np.int64)


def _runs(roles: NDArray[np.int64], role: int, silent: NDArray[np.bool_], gap: int) -> list[WordRange]:
    """The runs of a role; those parted by nothing but a few words without any are one."""
    runs: list[WordRange] = []
    for word in np.flatnonzero(roles == role).tolist():
        if runs and (runs[-1][1] == word or _bridged(roles, silent, runs[-1][1], word, gap)):
            runs[-1] = runs[-1][0], word + 1
        else:
            runs.append((word, word + 1))
    return runs


def _bridged(roles: NDArray[np.int64], silent: NDArray[np.bool_], end: int, start: int, gap: int) -> bool:
    between = slice(end, start)
    return bool((roles[between] == NONE).all()) and int((~silent[between]).sum()) <= gap


def drop_weaker(contents: Sequence[NDArray[np.int64]], chances: Sequence[float], overlap: float) -> list[int]:
    """Numbers of those kept, in order, where of two contents (word numbers) that overlap the weaker goes."""
    words = [frozenset(content.tolist()) for content in contents]
    kept: list[int] = []
    for one in sorted(range(len(words)), key=lambda number: -chances[number]):
        if all(_share(words[one], words[other]) <= overlap for other in kept):
            kept.append(one)
    return sorted(kept)


def _share(left: frozenset[int], right: frozenset[int]) -> float:
    common = len(left & right)
    return common / max(1, len(left) + len(right) - common)

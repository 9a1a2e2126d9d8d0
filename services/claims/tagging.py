"""Attributions by the trained model: the encoder's reading of a text, decoded over spaCy's tokens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from services.claims.decoding import (
    Floats,
    Roles,
    Thresholds,
    WordRange,
    drop_weaker,
    find_cues,
    find_roles,
)
from services.claims.phrases import Range
from services.encoder.sessions import Encoder, Read


@dataclass(frozen=True)
class Tagged:
    """An attribution of the model; bounds are characters of the text."""

    source: tuple[Range, ...]
    cue: Range
    content: tuple[Range, ...]
    probability: float


@dataclass(frozen=True)
class Paragraph:
    """The words of a paragraph as the encoder read it: token numbers, and the pieces of each."""

    read: Read
    first: int
    last: int
    tokens: NDArray[np.int64]
    starts: NDArray[np.int64]
    """For each token its first piece, counted from `first`."""

    def average(self, values: Floats) -> Floats:
        """Values of pieces (rows from `first` to `last`) as means over each token's."""
        sums = np.add.reduceat(values, self.starts, axis=0)
        counts = np.diff(np.r_[self.starts, len(values)])
        means: Floats = sums / counts[:, None].astype(np.float32)
        return means


@dataclass(frozen=True)
class Candidate:
    """A cue in its paragraph, with its probability and the logarithms of its words' roles."""

    paragraph: Paragraph
    cue: WordRange
    probability: float
    roles: Floats


def tag(doc: Doc, encoder: Encoder, reads: Sequence[Read], chosen: Thresholds) -> list[Tagged]:
    """The attributions of a text that `encoder` has read, in the order of their cues.

    Those less probable than `chosen.whole` are there too, down to `chosen.agreed`.
    """
    return assemble(doc, find_candidates(doc, encoder, reads, chosen), chosen)


def find_candidates(doc: Doc, encoder: Encoder, reads: Sequence[Read], chosen: Thresholds) -> list[Candidate]:
    """All cues that are probable enough, with the scores of their roles."""
    starts = doc.to_array("IDX").astype(np.int64)
    found = [
        (paragraph, *cue)
        for read in reads
        for paragraph in _paragraphs(read, starts)
        for cue in find_cues(paragraph.average(read.cues[paragraph.first : paragraph.last]), chosen.edge)
        if cue[1] > chosen.cue
    ]
    states = [one.read.states[one.first : one.last] for one, _, _ in found]
    marks = [_mark(paragraph, cue) for paragraph, cue, _ in found]
    roles = encoder.read_roles(states, marks) if found else []
    return [
        Candidate(paragraph, cue, probability, paragraph.average(scores))
        for (paragraph, cue, probability), scores in zip(found, roles, strict=True)
    ]


def assemble(doc: Doc, candidates: Sequence[Candidate], chosen: Thresholds) -> list[Tagged]:
    """The candidates that are probable enough, none of them sharing its content with a better one."""
    marks: NDArray[np.uint64] = np.asarray(doc.to_array(["IS_PUNCT", "IS_SPACE"]))
    silent: NDArray[np.bool_] = marks.sum(axis=1) > 0
    made: list[tuple[Candidate, Roles, float]] = []
    for one in candidates:
        roles = find_roles(one.roles, one.cue, silent[one.paragraph.tokens], chosen)
        made.append((one, roles, one.probability * roles.probability))
    made = [one for one in made if one[1].content and one[2] >= chosen.agreed]
    words = [_numbers(one.paragraph, roles.content) for one, roles, _ in made]
    kept = drop_weaker(words, [probability for _, _, probability in made], chosen.overlap)
    return [_tagged(doc, *made[number]) for number in kept]


def _tagged(doc: Doc, candidate: Candidate, roles: Roles, probability: float) -> Tagged:
    tokens = candidate.paragraph.tokens

    def bound(words: WordRange) -> Range:
        first, last = doc[int(tokens[words[0]])], doc[int(tokens[words[1] - 1])]
        return first.idx, last.idx + len(last)

    return Tagged(
        tuple(map(bound, roles.source)), bound(candidate.cue), tuple(map(bound, roles.content)), probability
    )


def _paragraphs(read: Read, token_starts: NDArray[np.int64]) -> Iterator[Paragraph]:
    """The paragraphs of a window, with the token that each piece belongs to."""
    window = read.window
    begins = np.array([start for start, _ in window.bounds], np.int64)
    numbers = np.array(window.paragraphs)
    for number in dict.fromkeys(window.paragraphs):
        if number < 0:
            continue
        places = np.flatnonzero(numbers == number)
        first, last = int(places[0]), int(places[-1]) + 1
        tokens = np.searchsorted(token_starts, begins[first:last], side="right") - 1
        starts = np.flatnonzero(np.r_[True, tokens[1:] != tokens[:-1]])
        yield Paragraph(read, first, last, tokens[starts], starts)


def _mark(paragraph: Paragraph, cue: WordRange) -> NDArray[np.bool_]:
    ends = np.r_[paragraph.starts[1:], paragraph.last - paragraph.first]
    marks = np.zeros(paragraph.last - paragraph.first, bool)
    marks[paragraph.starts[cue[0]] : ends[cue[1] - 1]] = True
    return marks


def _numbers(paragraph: Paragraph, ranges: Sequence[WordRange]) -> NDArray[np.int64]:
    return np.concatenate([paragraph.tokens[slice(*one)] for one in ranges])

"""Names as a spaCy component: the encoder's labels over spaCy's tokens.

Registered by an entry point: `nlp.add_pipe("copydesk_names")` needs nothing before it and writes `doc.ents`
with CoNLL's labels: PER, ORG, LOC and MISC (nationalities, events, works).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span

from services.encoder.sessions import SHIPPED, open_encoder

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
OUTSIDE = 0
FOLLOWS = np.array(
    [[not after.startswith("I-") or after[2:] == label[2:] for after in LABELS] for label in LABELS]
)
"""Whether the second label may stand after the first."""


class Recogniser:
    """Writes `doc.ents`; a token has the label of its first piece."""

    def __init__(self, folder: Path) -> None:
        self.encoder = open_encoder(folder)

    def __call__(self, doc: Doc) -> Doc:
        """The document with the names in it; none crosses a paragraph."""
        starts = doc.to_array("IDX").astype(np.int64)
        scores = np.full((len(doc), len(LABELS)), -np.inf, np.float32)
        scores[:, OUTSIDE] = 0.0
        for window, given in self.encoder.read_names(doc.text):
            begins, ends = np.array(window.bounds, np.int64).T
            places = np.flatnonzero(ends > begins)
            tokens = np.searchsorted(starts, begins[places], side="right") - 1
            first = np.r_[True, tokens[1:] != tokens[:-1]]
            scores[tokens[first]] = given[places[first]]
        labels = label_together(scores)
        _join_hyphens(doc, labels)
        doc.ents = [Span(doc, *bounds, label) for bounds, label in find_names(labels.tolist())]
        return doc


def _join_hyphens(doc: Doc, labels: NDArray[np.int64]) -> None:
    """The second half of "Holt-Brenner" goes with the first: the model was taught the two as one word."""
    for at in range(1, len(doc) - 1):
        if doc[at].text != "-" or doc[at - 1].whitespace_ or doc[at].whitespace_:
            continue
        kind, after = (LABELS[labels[one]][2:] for one in (at - 1, at + 1))
        missed = kind in {"PER", "ORG", "LOC"} and not after and doc[at + 1].is_title
        if missed or (kind == after and kind in {"PER", "ORG"}):
            labels[at : at + 2] = LABELS.index(f"I-{kind}")


def label_together(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """The labels of tokens, from a row of scores for each: an I stands only after a B or an I of its kind.

    Where the best of each token contradict one another, the labels that are likeliest together are taken
    (Viterbi 1967), between the tokens to either side that are outside of all names.
    """
    labels: NDArray[np.int64] = scores.argmax(1)
    edges = np.flatnonzero(np.diff(np.r_[False, labels != OUTSIDE, False]))
    for first, last in edges.reshape(-1, 2).tolist():
        if not FOLLOWS[np.r_[OUTSIDE, labels[first : last - 1]], labels[first:last]].all():
            labels[first:last] = _find_likeliest(scores[first:last])
    return labels


def _find_likeliest(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    best = np.where(FOLLOWS[OUTSIDE], scores[0], -np.inf)
    came: list[NDArray[np.int64]] = []
    for row in scores[1:]:
        ways = np.where(FOLLOWS, best[:, None], -np.inf)
        came.append(ways.argmax(0))
        best = ways.max(0) + row
    path = [int(best.argmax())]
    for before in reversed(came):
        path.append(int(before[path[-1]]))
    return np.array(path[::-1])


def find_names(labels: Sequence[int]) -> Iterator[tuple[tuple[int, int], str]]:
    """First token, token after the last, and kind of each name; a name may begin with an I."""
    start, kind = 0, ""
    for at, label in enumerate([*labels, OUTSIDE]):
        begins, _, here = LABELS[label].partition("-")
        if kind and (begins != "I" or here != kind):
            yield (start, at), kind
            kind = ""
        if here and not kind:
            start, kind = at, here


@Language.factory("copydesk_names", assigns=["doc.ents"], default_config={"folder": None})
def build_names(nlp: Language, name: str, folder: str | None) -> Recogniser:  # noqa: ARG001 (spaCy gives them)
    """The component of a pipeline; `folder` holds other models than the shipped ones."""
    return Recogniser(Path(folder) if folder else SHIPPED)

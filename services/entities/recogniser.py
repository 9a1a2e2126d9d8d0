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


class Recogniser:
    """Writes `doc.ents`; a token has the label of its first piece."""

    def __init__(self, folder: Path) -> None:
        self.encoder = open_encoder(folder)

    def __call__(self, doc: Doc) -> Doc:
        """The document with the names in it; none crosses a paragraph."""
        starts = doc.to_array("IDX").astype(np.int64)
        labels = np.zeros(len(doc), np.int64)
        for window, scores in self.encoder.read_names(doc.text):
            begins, ends = np.array(window.bounds, np.int64).T
            places = np.flatnonzero(ends > begins)
            tokens = np.searchsorted(starts, begins[places], side="right") - 1
            first = np.r_[True, tokens[1:] != tokens[:-1]]
            labels[tokens[first]] = scores[places[first]].argmax(1)
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

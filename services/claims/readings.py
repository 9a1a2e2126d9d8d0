"""What the encoder says of each token for check-worthiness, kept on the document."""

from collections.abc import Sequence

import numpy as np
from spacy.tokens import Doc, Token

from services.encoder.sessions import Read

WORTH = "copydesk_worth"


def keep_worth(doc: Doc, reads: Sequence[Read]) -> Doc:
    """The document with its readings: for each token the sum over its pieces, and their number."""
    starts = doc.to_array("IDX").astype(np.int64)
    sums = np.zeros((2, len(doc)), np.float32)
    for read in reads:
        begins, ends = np.array(read.window.bounds, np.int64).T
        real = ends > begins
        tokens = np.searchsorted(starts, begins[real], side="right") - 1
        np.add.at(sums[0], tokens, read.worth[real])
        np.add.at(sums[1], tokens, 1)
    doc.user_data[WORTH] = sums
    return doc


def read_worth(doc: Doc, tokens: Sequence[Token]) -> float | None:
    """The encoder's log-odds that the tokens are worth a check; none where it has not read them."""
    sums = doc.user_data.get(WORTH)
    if sums is None or not tokens:
        return None
    total, count = sums[:, [token.i for token in tokens]].sum(1)
    return float(total / count) if count else None

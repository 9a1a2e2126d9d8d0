"""What the encoder says of each token for check-worthiness, kept on the document; ratings of its words."""

from collections.abc import Sequence

import numpy as np
from spacy.tokens import Doc, Token

from schemas import CheckWorthiness
from services.claims.checkworthiness import place, rate
from services.encoder.sessions import Read

WORTH = "copydesk_worth"
BASE_RATE = "copydesk_base_rate"


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


def rate_words(doc: Doc, tokens: Sequence[Token]) -> CheckWorthiness:
    """How much the statement that these tokens make calls for a check, where the document is from."""
    worth = rate(tokens, read_worth(doc, tokens))
    base_rate = doc.user_data.get(BASE_RATE)
    return worth if base_rate is None else place(worth, base_rate)

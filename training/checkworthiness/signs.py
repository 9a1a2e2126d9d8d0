"""The signs of many sentences as a table, and the encoder's readings of them."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from spacy.language import Language

from services.claims.signs import SIGNS, find_signs
from training.checkworthiness.corpus import Judged

COLUMNS = {reason: at for at, reason in enumerate(SIGNS)}


def tabulate(nlp: Language, sentences: Sequence[Judged]) -> np.ndarray:
    """A row a sentence, a column a sign: how strongly it shows."""
    table = np.zeros((len(sentences), len(COLUMNS)))
    texts = (" ".join(one.text.split()) for one in sentences)
    for row, doc in enumerate(nlp.pipe(texts, batch_size=64)):
        for sign in find_signs(list(doc)):
            table[row, COLUMNS[sign.reason]] = sign.strength
    return table


def read_readings(path: Path) -> dict[str, float]:
    """The encoder's log-odds by the sentence's number: lines of {"id", "reading"}."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines if line.strip())
    return {str(row["id"]): float(row["reading"]) for row in rows}

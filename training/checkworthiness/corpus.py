"""CT24's sentences and whether they are worth a check."""

import csv
import os
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "checkworthiness"
NO_DATA = 3


@dataclass(frozen=True)
class Judged:
    """A sentence of a debate; `number` is the corpus's own."""

    number: str
    text: str
    worthy: bool


def read_sentences(name: str) -> list[Judged]:
    """The sentences of a part: `train`, `dev` or `dev-test`; exits with code 3 where the data is missing."""
    path = FOLDER / f"CT24_checkworthy_english_{name}.tsv"
    if not path.exists():
        print(f"no {path}: set COPYDESK_EVAL to the folder of the evaluation data", file=sys.stderr)
        sys.exit(NO_DATA)
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return [Judged(row["Sentence_id"], row["Text"], row["class_label"] == "Yes") for row in rows]


def hold_back(sentences: list[Judged], every: int = 12) -> tuple[list[Judged], list[Judged]]:
    """Those to train on, and every twelfth, on which the score is calibrated."""
    return [s for at, s in enumerate(sentences) if at % every], sentences[::every]

"""The encoder's readings of CT24's sentences, for the fit of the weights and for the benchmark.

    COPYDESK_EVAL=… python -m training.checkworthiness.readings --out FILE.jsonl [--folder FOLDER]

A line {"id", "reading"} for each sentence of dev, of dev-test, and of those of the training part that the
encoder's training kept back: the corpus's number, and the log-odds as they come.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from services.encoder.sessions import SHIPPED, Encoder
from training.checkworthiness.corpus import hold_back, read_sentences


def main() -> None:
    """Read the sentences, write the lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    options = parser.parse_args()
    encoder = Encoder(options.folder)
    _, kept_back = hold_back(read_sentences("train"))
    with options.out.open("w", encoding="utf-8") as lines:
        for one in [*kept_back, *read_sentences("dev"), *read_sentences("dev-test")]:
            reading = read_sentence(encoder, " ".join(one.text.split()))
            lines.write(json.dumps({"id": one.number, "reading": round(reading, 4)}) + "\n")


def read_sentence(encoder: Encoder, text: str) -> float:
    """The mean over the pieces of all its windows."""
    parts = [
        read.worth[np.array([end > start for start, end in read.window.bounds])]
        for read in encoder.read(text)
    ]
    return float(np.concatenate(parts).mean()) if parts else 0.0


if __name__ == "__main__":
    main()

"""Fit the matrix that makes sentence vectors of the trunk's states: `services/encoder/model/sentences.npy`.

    python -m training.sentences [--folder services/encoder/model] [--most 9500]

The trunk was trained away from the sentence encoder that it comes from. Ridge regression finds the matrix
that takes the states of the shipped trunk, averaged, to that encoder's vectors, less their mean and along
their main directions. Sentences are contents of PolNeAR's training part and statements of CheckThat's. To be
done again whenever the trunk is another. Five minutes.
"""

import argparse
import hashlib
import json
import random
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from services.encoder.sentences import FILE, WIDTH, pool
from services.encoder.sessions import SHIPPED
from services.encoder.sessions import Encoder as Trunk
from services.encoder.windows import pack
from training.attribution.examples import read_articles
from training.checkworthiness.corpus import read_sentences
from training.encoder.model import Encoder

RIDGE = 100.0
LEAST_WORDS = 5
LONGEST = 400
DEBATES = 0.26
"""Share of the sentences that come from debates."""
Floats = NDArray[np.float32]


def main() -> None:
    """Read the sentences, fit, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    parser.add_argument("--most", type=int, default=9500)
    options = parser.parse_args()
    torch.set_num_threads(1)
    texts = choose_sentences(options.most)
    trunk, base = Trunk(options.folder), Encoder().eval()
    states = np.array([pool(trunk, text) for text in texts])
    wanted = np.array([read_base(trunk, base, text) for text in texts])
    matrix = fit(states, wanted)
    np.save(options.folder / FILE, matrix.astype(np.float16))
    note_check_sum(options.folder)
    print(f"{len(texts)} sentences; agreement {judge(states, wanted, matrix):.3f}", flush=True)


def choose_sentences(most: int) -> list[str]:
    """Contents of attributions and statements of debates, in an order that is always the same."""
    contents = [
        " ".join(" ".join(article["text"][start:end] for start, end in one["content"]).split())[:LONGEST]
        for article in read_articles("train")
        for one in article["annotations"][0]["attributions"]
    ]
    statements = [one.text for one in read_sentences("train")]
    chance, chosen = random.Random(1), []
    for texts, number in ((contents, most - round(most * DEBATES)), (statements, round(most * DEBATES))):
        whole = sorted({text for text in texts if len(text.split()) >= LEAST_WORDS})
        chosen += chance.sample(whole, min(number, len(whole)))
    return chosen


@torch.no_grad()
def read_base(trunk: Trunk, base: Encoder, text: str) -> Floats:
    """The vector that the sentence encoder gives: the mean of its upper states, of length one."""
    ids = torch.tensor([pack(trunk.tokenizer, text, alone=True)[0].ids])
    vector = base(ids, torch.zeros_like(ids)).upper[0].mean(0).numpy()
    return np.asarray(vector / np.linalg.norm(vector))


def fit(states: Floats, wanted: Floats) -> Floats:
    """The matrix by ridge regression, with what is added as its last row."""
    middle, spread = states.mean(0), states.std(0)
    known, aims = (states - middle) / spread, wanted - wanted.mean(0)
    weights = np.linalg.solve(known.T @ known + RIDGE * np.eye(known.shape[1]), known.T @ aims)
    main_directions = np.linalg.svd(aims, full_matrices=False)[2][:WIDTH].T
    matrix = (weights / spread[:, None]) @ main_directions
    return np.vstack([matrix, -middle @ matrix])


def judge(states: Floats, wanted: Floats, matrix: Floats) -> float:
    """How the likeness of the first sentences in pairs agrees with the base's: a correlation."""
    found, aims = states[:500] @ matrix[:-1] + matrix[-1], wanted[:500] - wanted.mean(0)
    pairs = [_compare(vectors) for vectors in (found, aims)]
    return float(np.corrcoef(*pairs)[0, 1])


def _compare(vectors: Floats) -> Floats:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray((unit @ unit.T)[np.triu_indices(len(unit), 1)])


def note_check_sum(folder: Path) -> None:
    """Put the file's check sum beside those of the others."""
    path = folder / "checksums.json"
    sums = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    sums[FILE] = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    path.write_text(json.dumps(dict(sorted(sums.items())), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

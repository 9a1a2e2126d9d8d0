"""CoNLL columns become documents of sentences of words with BIO labels."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "ner"
NO_DATA = 3
BREAK = "-DOCSTART-"


@dataclass(frozen=True)
class Sentence:
    """Words and their labels, side by side."""

    words: tuple[str, ...]
    labels: tuple[str, ...]


Document = list[Sentence]


def read_part(name: str) -> list[Document]:
    """The documents of a file of the evaluation data; exits with code 3 where it is missing."""
    if not (FOLDER / name).exists():
        print(f"no {FOLDER / name}: set COPYDESK_EVAL to the folder of the evaluation data", file=sys.stderr)
        sys.exit(NO_DATA)
    return read_documents(FOLDER / name)


def hold_back(documents: list[Document], every: int = 15) -> tuple[list[Document], list[Document]]:
    """Those to train on, and every fifteenth, to judge a recipe by."""
    return [one for at, one in enumerate(documents) if at % every], documents[::every]


def read_documents(path: Path) -> list[Document]:
    """The documents of a file: the first column is the word, the last the label."""
    documents: list[Document] = []
    for sentence in _read_sentences(path):
        if sentence.words[0] == BREAK:
            documents.append([])
        else:
            documents[-1].append(sentence)
    return [document for document in documents if document]


def _read_sentences(path: Path) -> Iterator[Sentence]:
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.split() for line in block.splitlines() if line.strip()]
        if rows:
            yield Sentence(tuple(row[0] for row in rows), tuple(row[-1] for row in rows))


def find_spans(labels: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """First word, word after the last, kind of each name."""
    spans: list[tuple[int, int, str]] = []
    for at, label in enumerate(labels):
        kind = label[2:]
        if label[0] == "I" and spans and spans[-1][1] == at and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], at + 1, kind)
        elif label != "O":
            spans.append((at, at + 1, kind))
    return spans

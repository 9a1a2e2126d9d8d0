"""Sentences of reasons.txt: each line a reason and a sentence that shows it."""

from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language

from schemas import CheckReason

FILE = Path(__file__).parent / "reasons.txt"


@dataclass(frozen=True)
class Shown:
    """A sentence that shows a reason."""

    reason: CheckReason
    text: str


def read_shown() -> list[Shown]:
    """The sentences in their order."""
    lines = (line.partition(":") for line in FILE.read_text(encoding="utf-8").splitlines() if line)
    return [Shown(CheckReason(name), text.strip()) for name, _, text in lines]


def strike(nlp: Language, text: str, words: str) -> str:
    """The text without the words that show a reason."""
    gone = set(words.split())
    return "".join(token.text_with_ws for token in nlp.make_doc(text) if token.text not in gone)

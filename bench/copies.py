"""How well copies are found, on pairs made of the example articles: python -m bench.copies

Each example is edited as outlets edit wire copy; a pair of an article and its edited form is a copy, a pair
of two different articles is none.
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from services.clean.copies import Signature, is_copy, sign
from services.offline.cleaning import clean_documents
from services.offline.documents import Reading, read_documents
from services.offline.results import Status

EXAMPLES = Path(__file__).parent.parent / "examples"
SEEDS = 20
LEAD = "Officials gave few details on Monday, and residents said that nobody had told them anything before."
BETWEEN = "It is the third time within a year that the matter is in the news, and it will not be the last."


def read_texts() -> list[str]:
    """The examples' clean texts; the second telling of a story is left out."""
    documents = read_documents([EXAMPLES], Reading(datetime.now(UTC)))
    cleaned = [one for one in clean_documents(documents) if one.status is Status.DONE]
    return [one.text for one in cleaned if "again" not in one.id]


def edit_words(text: str, chance: random.Random) -> str:
    """One word in ten is another."""
    words = text.split(" ")
    return " ".join(chance.choice(words) if chance.random() < 0.1 else word for word in words)


def shorten(text: str, _chance: random.Random) -> str:
    """The first half of the paragraphs."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(paragraphs[: max(1, (len(paragraphs) + 1) // 2)])


def give_new_lead(text: str, _chance: random.Random) -> str:
    """Another first paragraph, and one in the middle."""
    paragraphs = text.split("\n\n")[1:]
    paragraphs.insert(len(paragraphs) // 2, BETWEEN)
    return "\n\n".join([LEAD, *paragraphs])


def give_dateline(text: str, _chance: random.Random) -> str:
    """A dateline in front and an agency's line behind."""
    return f"HARBOURTON, March 2 (Wire) — {text}\n\nThe wire contributed to this report."


def drop_and_edit(text: str, chance: random.Random) -> str:
    """A third of the paragraphs left out, one word in twenty another."""
    kept = [one for one in text.split("\n\n") if chance.random() > 0.33] or text.split("\n\n")[:1]
    words = "\n\n".join(kept).split(" ")
    return " ".join(chance.choice(words) if chance.random() < 0.05 else word for word in words)


EDITS: tuple[Callable[[str, random.Random], str], ...] = (
    edit_words,
    shorten,
    give_new_lead,
    give_dateline,
    drop_and_edit,
)


def find(one: Signature, other: Signature) -> bool:
    """Whether the store would find the pair: a band in common, and alike."""
    return bool(set(one.bands) & set(other.bands)) and is_copy(one, other)


def main() -> None:
    """Print recall for each edit, and how many different pairs were taken for copies."""
    texts = read_texts()
    signed = [sign(text) for text in texts]
    recall = {}
    for edit in EDITS:
        pairs = [
            (signature, sign(edit(text, random.Random(seed))))
            for text, signature in zip(texts, signed, strict=True)
            for seed in range(SEEDS)
        ]
        recall[edit.__name__] = sum(find(*pair) for pair in pairs) / len(pairs)
    edited = [sign(edit(text, random.Random(7))) for text in texts for edit in EDITS]
    owners = [number for number in range(len(texts)) for _ in EDITS]
    others = [
        (edited[a], edited[b]) for a, b in combinations(range(len(edited)), 2) if owners[a] != owners[b]
    ]
    wrong = sum(find(*pair) for pair in others)
    print(
        json.dumps(
            {"articles": len(texts), "recall": recall, "different pairs": len(others), "wrong": wrong},
            indent=2,
        )
    )


if __name__ == "__main__":
    main()

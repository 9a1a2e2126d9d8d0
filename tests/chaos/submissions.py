"""What the chaos run hands in: good articles, bad ones and garbage, the same for the same seed."""

import random

from schemas import ArticleSubmitted
from services.control.publication import Candidate
from services.ingest import find_ref

GOOD = "plainword"
BAD = ("poisonword", "killerword", "hangword", "failword")
"""What each does to a worker is in `stub_worker`."""


def write_articles(number: int, bad_each: int, seed: int) -> list[Candidate]:
    """The good ones and `bad_each` of each bad kind, shuffled; an origin begins with the word."""
    words = [word for word in BAD for _ in range(bad_each)]
    words += [GOOD] * (number - len(words))
    random.Random(seed).shuffle(words)
    return [_write(index, word) for index, word in enumerate(words)]


def _write(number: int, word: str) -> Candidate:
    article = ArticleSubmitted(
        url=f"https://desk.example/chaos/{number}",
        language="en",
        text=f"The harbour office counted {number} boats on Monday; the clerk wrote {word} beside them.\n\n"
        "Officials said the count would be repeated next week, when the weather had calmed down.",
    )
    return Candidate(f"{word}-{number}", article, find_ref(article))


def write_garbage(number: int) -> list[bytes]:
    """Not JSON, and JSON of no schema; each piece is different."""
    shapes = (b"not json %d", b'{"version": 1, "nothing": %d}')
    return [shapes[n % 2] % n for n in range(number)]

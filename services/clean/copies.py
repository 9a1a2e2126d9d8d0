"""The same story in several outlets: how alike two texts are, and how much of one is copied.

A text's signature is a MinHash of its runs of three words. Texts that share one of its bands are compared;
of two texts that are alike to .4 or more the bands miss one in twenty, of those that are alike to .6 none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256

from rensa import RMinHash

from services.clean.headline import fold
from services.clean.lines import split_lines
from services.clean.template import name_line

BANDS = 42
ROWS = 3
"""Values in a band: all have to agree."""
ALIKE = 0.4
"""Share of common runs, of all runs of both, from which a text is a copy."""
CONTAINED = 0.8
"""Share of the shorter text's runs that stand in the other, from which it is a copy: one that was cut."""
LEAST_ALIKE = 0.15
"""Below that a text is no copy, however short it is: the estimate is too rough."""

_SEED = 1
_RUN = 3


@dataclass(frozen=True)
class Signature:
    """What a text is compared by."""

    digest: str
    """Of its words: the same for the same text, whatever its punctuation."""
    runs: int
    """How many different runs of words it has."""
    values: tuple[int, ...]
    """Its MinHash."""
    bands: tuple[int, ...]
    """Groups of its values, as signed numbers of 64 bits."""
    paragraphs: frozenset[int]
    """Its paragraphs of prose."""


def sign(text: str) -> Signature:
    """The signature of a clean text."""
    words = fold(text)
    runs = {" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))}
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(list(runs))
    values = tuple(minhash.digest())
    return Signature(
        sha256(" ".join(words).encode()).hexdigest(),
        len(runs),
        values,
        tuple(_name_bands(values)),
        frozenset(name_line(line.words) for line in split_lines(text) if line.is_prose),
    )


def estimate_likeness(one: Signature, other: Signature) -> float:
    """The share of common runs of words, of all runs of both: between 0 and 1, give or take .04."""
    return sum(a == b for a, b in zip(one.values, other.values, strict=True)) / len(one.values)


def is_copy(one: Signature, other: Signature) -> bool:
    """Whether two texts tell the same story in mostly the same words, or one is the other cut."""
    alike = estimate_likeness(one, other)
    common = alike / (1 + alike) * (one.runs + other.runs)
    contained = common / max(1, min(one.runs, other.runs))
    return alike >= ALIKE or (alike >= LEAST_ALIKE and contained >= CONTAINED)


def share_copied(one: Signature, other: Signature) -> float:
    """The share of the first text's paragraphs that stand in the other word for word."""
    return len(one.paragraphs & other.paragraphs) / len(one.paragraphs) if one.paragraphs else 0.0


def _name_bands(values: Sequence[int]) -> Iterator[int]:
    for band in range(BANDS):
        part = values[band * ROWS : (band + 1) * ROWS]
        said = f"{band}:{','.join(map(str, part))}".encode()
        yield int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)

"""Forms of words by which names are found: folded, taken apart, and with letters left out."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations

LONGEST = 200
"""Characters of a name that count: a row of an index holds no more than some two thousand bytes."""
PREFIX = 7
"""Letters of a word that are left out in turn; what comes after them is not needed to find candidates."""
# What has no accent to be taken away.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "’": "'"}
)
_WORDS = re.compile(r"[^\W_]+")


def cut(name: str) -> str:
    """As much of a name as is kept."""
    return name[:LONGEST]


def fold(name: str) -> str:
    """A name without case and accents, with single spaces; signs stay."""
    # Letters of other alphabets of signs ("𝕊") have a case only when they are taken apart.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(plain.split())[:LONGEST]


def split_words(name: str) -> list[str]:
    """The words of a name, folded; neighbouring initials also as one: "J. K. Holm" has "j", "k", "jk"."""
    words = list_words(name)
    return [*words, *_join_initials(words)]


def list_words(name: str) -> list[str]:
    """The words of a name as they stand, folded."""
    return _WORDS.findall(fold(name))


def _join_initials(words: list[str]) -> Iterator[str]:
    joined = ""
    for word in [*words, ""]:
        if len(word) == 1:
            joined += word
            continue
        if len(joined) > 1:
            yield joined
        joined = ""


def allow_typos(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


def list_deletes(word: str) -> list[str]:
    """The word's beginning with as many letters left out as may be wrong, in every way.

    Two words that differ by so many typos share a key: what SymSpell calls a symmetric delete (Garbe 2012).
    """
    head = word[:PREFIX]
    return sorted(
        {
            "".join(letter for at, letter in enumerate(head) if at not in left_out)
            for number in range(allow_typos(word) + 1)
            for left_out in combinations(range(len(head)), number)
        }
    )

"""A claim's sentence in parts that can be compared: words, figures, names, times, and which way it goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from services.matching.figures import Figure, find_figures
from services.matching.lexicon import AXES, DENYING, FIRST_PERSON, POINTING, SAME, STOP
from services.matching.names import POSSESSIVE, Name, find_names, find_opener, find_subject
from services.matching.polarity import find_directions, find_scopes, is_denied
from services.matching.times import Times, find_times

WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W\d_]+)?")
LETTERS = re.compile(r"[^\W\d_]+")
ENDINGS = (
    *("ations", "ation", "ments", "ment", "ings", "ing"),
    *("ies", "ied", "ers", "er", "ed", "es", "ly", "s", "e"),
)
DOUBLED = re.compile(r"([^aeiouls])\1$")
REMEMBERED = 8192
"""Statements kept in memory, of some 4 kB each."""
SHORTEST = 3
"""Letters that a stem has at least."""


@dataclass(frozen=True)
class Statement:
    """A sentence in parts that can be compared."""

    words: frozenset[str]
    """Stems of its content words; figures, dates and names are not among them."""
    figures: tuple[Figure, ...]
    names: tuple[Name, ...]
    """Runs of capitalised words, in lower case."""
    opener: str | None
    """The first word, where it may be a name."""
    said: frozenset[str]
    """All its words, and their stems."""
    times: Times
    denied: bool
    directions: Mapping[int, frozenset[int]]
    """Sides of pairs of opposites, such as up and down."""
    scopes: frozenset[str]
    """How much it speaks of: all, some, what may be."""
    subject: str | None
    """The name of whoever acts, where that can be told."""
    speaks_of_itself: bool
    """Whether it says "I" or "we", so that it hangs on who says it."""

    hangs_on_others: bool
    """Whether it begins with "he", "it" or the like, so that it hangs on the sentence before."""

    @property
    def name_parts(self) -> frozenset[str]:
        """The single words of all names, and what may be one."""
        parts = (part for run in self.names for part in run)
        return frozenset((*parts, self.opener) if self.opener else parts)


@lru_cache(maxsize=REMEMBERED)
def read_statement(
    text: str, day: date | None = None, denied: bool = False, speaker: str | None = None
) -> Statement:
    """Read a claim's sentence.

    `day` is that of its article, where words are counted from it; `denied` says that its source denies it,
    `speaker` who says it.
    """
    tokens = list(WORD.finditer(text))
    words = [POSSESSIVE.sub("", token[0].lower()) for token in tokens]
    times = find_times(text, day)
    names, opener = tuple(find_names(text, tokens)), find_opener(tokens)
    of_itself = not FIRST_PERSON.isdisjoint(words)
    if of_itself and speaker:
        names += (tuple(LETTERS.findall(speaker.lower())),)
    named = {part for run in names for part in run}
    named.update({opener} if opener else ())
    content = {
        _compare_by(word) for word in words if not (word in STOP or word in named or word[0].isdigit())
    }
    return Statement(
        words=frozenset(content),
        figures=tuple(find_figures(times.rest)),
        names=names,
        opener=opener,
        said=frozenset((*words, *content, *map(stem, words), *named)),
        times=times,
        denied=is_denied(words) != denied,
        directions=find_directions(words),
        scopes=find_scopes(words),
        subject=find_subject(words, names, opener),
        speaks_of_itself=of_itself,
        hangs_on_others=words[:1] != [] and words[0] in POINTING,
    )


@lru_cache(maxsize=65_536)
def _compare_by(word: str) -> str:
    """A content word's stem, or the side of a pair of opposites that it takes."""
    if word in AXES:
        axis, sign = AXES[word]
        return f"{axis}{'+' if sign > 0 else '-'}"
    return stem(SAME.get(word, DENYING.get(word, word)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its ending, so that its forms agree."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return DOUBLED.sub(r"\1", word.removesuffix(ending))
    return word

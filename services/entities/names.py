"""Forms of names: folding to a key, initials, acronyms, and which person's name shortens which."""

import re
import unicodedata
from functools import lru_cache

SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "to", "de", "la", "du", "des", "&"})
ARTICLES = frozenset({"the", "a", "an"})
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


@lru_cache(maxsize=8192)
def fold(surface: str) -> str:
    """The key of a name: without case, accents, dots, commas and a leading article; single spaces.

    "U.S." and "US" fold to the same key, as do "Erdoğan" and "Erdogan", "The Hague" and "Hague".
    """
    spaced = re.sub(r"(?<=\b[A-Z])\.(?=\w{2})", ". ", surface)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    words = re.sub(r"[.,]", "", plain.replace("’", "'")).casefold().split()
    while len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return " ".join(words) or surface


def looks_short(surface: str) -> bool:
    """Whether it may be an acronym within which small words are small letters: "BoE", "DfID"."""
    return is_acronym(surface) or re.fullmatch(r"[A-Z](?:[a-z]?[A-Z]){1,4}", surface) is not None


def is_acronym(surface: str) -> bool:
    """Whether it is written as one: two to eight capitals, or capitals with dots, in one word."""
    letters = surface.replace(".", "")
    return letters.isalpha() and letters.isupper() and 2 <= len(letters) <= 8


def take_initials(surface: str) -> set[str]:
    """The initials of a long form, folded: "Bank of England" has "be" and, with its small words, "boe"."""
    words = [word for word in re.split(r"[\s-]+", surface) if word[:1].isalpha()]
    large = [word for word in words if word.casefold() not in SMALL_WORDS]
    return {fold("".join(word[0] for word in one)) for one in (words, large)} if len(large) > 1 else set()


def abbreviates(acronym: str, surface: str) -> bool:
    """Whether `acronym` can stand for `surface` where the text itself sets one beside the other.

    Its letters begin words of the long form, in their order, and the first word among them.
    """
    letters = fold(acronym).replace(" ", "")
    heads = [fold(word)[:1] for word in re.split(r"[\s-]+", surface) if word]
    if len(heads) < 2 or heads[0] != letters[:1]:
        return False
    rest = iter("".join(heads))
    return all(letter in rest for letter in letters)


def person_words(key: str) -> tuple[str, ...]:
    """The words of a folded person's name, without a generational suffix."""
    words = tuple(key.split())
    return words[:-1] if len(words) > 2 and words[-1] in SUFFIXES else words


def read_suffix(key: str) -> str:
    """What tells the generations of a folded person's name apart: "jr", "ii"; else nothing."""
    return "".join(key.split()[len(person_words(key)) :])


def normalise_person(key: str) -> str:
    """A folded person's name with hyphens as spaces and neighbouring initials as one word: "jk holm"."""
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", key.replace("-", " "))


def count_full_words(words: tuple[str, ...]) -> int:
    """How many words are more than an initial."""
    return sum(len(word) > 1 for word in words)


def shortens(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether the words of one person's name can stand for a fuller one.

    The end of it ("leyen", "von der leyen"), its first word ("kim"), or the same first and last
    word with initials or middle names more or less ("j smith", "john r smith").
    """
    if short == full:
        return True
    if len(short) == 1:
        return len(short[0]) > 1 and len(full) > 1 and short[0] in (full[-1], full[0])
    if len(full) > len(short) and full[-len(short) :] == short:
        return True
    return len(full) > 1 and short[-1] == full[-1] and _agree(short[:-1], full[:-1])


def _agree(given: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether given names agree: the first ones do, and the middle ones as far as both have them."""
    return all(_same_or_initial(a, b) for a, b in zip(given, other, strict=False))


def _same_or_initial(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[0] == other[0])

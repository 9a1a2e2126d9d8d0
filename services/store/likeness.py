"""How alike a name is to what somebody typed."""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from services.store.spellings import allow_typos

INITIAL, BEGINNING, JOINED = 0.9, 0.9, 0.95
"""What a word counts that is only an initial, only begun, or written as two."""
OF_THE_NAME = 0.1
"""How much of the score is whether the typed words are all of the name."""


def rate_name(typed: Sequence[str], name: Sequence[str]) -> float:
    """From 0, another name, to 1: the words are folded, and their order does not matter.

    Each typed word must be one of the name, as an initial, as a beginning or with a typo or two; of three or
    more one may be missing. Two neighbours may be one word: "Mac Donald" is "MacDonald".
    """
    if not typed or not name:
        return 0.0
    return max(_rate(typed, name), *(JOINED * _rate(way, name) for way in join_neighbours(typed)), 0.0)


def join_neighbours(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The words with each two neighbours as one in turn; an initial stays by itself."""
    for at in range(len(words) - 1):
        if 1 not in (len(words[at]), len(words[at + 1])):
            yield (*words[:at], words[at] + words[at + 1], *words[at + 2 :])


def _rate(typed: Sequence[str], name: Sequence[str]) -> float:
    pairs = _pair(typed, name)
    if len(typed) - len(pairs) > (len(typed) > 2):
        return 0.0
    alike = sum(likeness * len(typed[at]) for at, _, likeness in pairs) / sum(map(len, typed))
    covered = sum(len(name[at]) for _, at, _ in pairs) / sum(map(len, name))
    return alike * (1 - OF_THE_NAME + OF_THE_NAME * covered)


def _pair(typed: Sequence[str], name: Sequence[str]) -> list[tuple[int, int, float]]:
    """Each typed word with the word of the name that it is, the most alike first."""
    likely = sorted(
        (
            (likeness, at, of)
            for at, word in enumerate(typed)
            for of, other in enumerate(name)
            if (likeness := rate_word(word, other))
        ),
        reverse=True,
    )
    pairs: dict[int, tuple[int, float]] = {}
    for likeness, at, of in likely:
        if at not in pairs and of not in {other for other, _ in pairs.values()}:
            pairs[at] = of, likeness
    return [(at, of, likeness) for at, (of, likeness) in pairs.items()]


def rate_word(word: str, other: str) -> float:
    """How alike two words are; 0 where there are more wrong letters than typos make."""
    if word == other:
        return 1.0
    if 1 in (len(word), len(other)):
        return INITIAL if word[0] == other[0] else 0.0
    allowed = min(allow_typos(word), allow_typos(other))
    wrong = OSA.distance(word, other, score_cutoff=allowed)
    alike = 1 - wrong / max(len(word), len(other)) if wrong <= allowed else 0.0
    begun = BEGINNING if len(word) > 2 and other.startswith(word) else 0.0
    return max(alike, begun)

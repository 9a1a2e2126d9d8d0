"""Names in a sentence, by their capitals: enough to see that two sentences are of others."""

import re
from collections.abc import Iterator, Sequence

from services.matching.lexicon import ABSTRACT, PASSIVE, PREPOSITIONS, STOP, TITLES
from services.matching.times import is_time

POSSESSIVE = re.compile(r"['’]s$")
Tokens = Sequence[re.Match[str]]
Name = tuple[str, ...]


def find_names(text: str, tokens: Tokens) -> Iterator[Name]:
    """Runs of capitalised words, in lower case; the first word belongs to one only if that goes on."""
    run: list[re.Match[str]] = []
    for token in tokens:
        capital = token[0][0].isupper() and token[0] != "I"
        if run and not (capital and _goes_on(text, run[-1], token)):
            yield from _close(run, tokens)
            run = []
        if capital:
            run.append(token)
    yield from _close(run, tokens)


def _goes_on(text: str, last: re.Match[str], token: re.Match[str]) -> bool:
    """Whether a run of capitals goes on: the possessive ends one, "Tellmark's Highton office" has two."""
    gap = text[last.end() : token.start()]
    return gap.strip() in {"", "-", "."} and not POSSESSIVE.search(last[0])


def _close(run: Tokens, tokens: Tokens) -> Iterator[Name]:
    if run and run[0] is tokens[0] and len(run) == 1 and not POSSESSIVE.search(run[0][0]):
        return
    parts = (POSSESSIVE.sub("", token[0]) for token in run)
    kept = tuple(part.lower() for part in parts if part.lower() not in STOP | TITLES and not is_time(part))
    if kept:
        yield kept


def find_opener(tokens: Tokens) -> str | None:
    """The first word, where it may be a name: one word alone, and neither a plural nor an abstract noun."""
    if len(tokens) < 2 or not tokens[0][0][0].isupper() or tokens[1][0][0].isupper():
        return None
    word = tokens[0][0].lower()
    common = word in STOP | TITLES or word.endswith(ABSTRACT) or word[0].isdigit()
    return None if common or is_time(tokens[0][0]) else word


def find_subject(words: Sequence[str], names: Sequence[Name], opener: str | None) -> str | None:
    """The name of whoever acts: the first that no preposition precedes, where no verb is passive."""
    if PASSIVE.intersection(words):
        return None
    places = {word: at for at, word in reversed(list(enumerate(words)))}
    for run in names if opener is None else ():
        at = places.get(run[0])
        if at is not None and (at == 0 or words[at - 1] not in PREPOSITIONS):
            return run[-1]
    return opener

"""Who may do what: tokens with scopes."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FORM = "NAME:SCOPE+SCOPE:TOKEN"
LEAST = 16
"""Characters of a token: shorter ones can be guessed."""


class Scope(StrEnum):
    """What a caller may do."""

    READ = "read"
    SUBMIT = "submit"
    OPERATE = "operate"


@dataclass(frozen=True)
class Token:
    """A token by its digest: its words are kept nowhere."""

    name: str
    scopes: frozenset[Scope]
    digest: bytes


@dataclass(frozen=True)
class Caller:
    """Who asks."""

    name: str | None
    """The token's name; None for a caller without a token."""
    scopes: frozenset[Scope]


def read_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a setting, parted by blanks or lines. ValueError, without any token's words."""
    return tuple(_read_token(number, part) for number, part in enumerate(text.split(), 1))


def _read_token(number: int, part: str) -> Token:
    name, colon, rest = part.partition(":")
    scopes, second, words = rest.partition(":")
    if not (name and colon and second):
        raise ValueError(f"token {number} is not {FORM}")
    if len(words) < LEAST:
        raise ValueError(f"token {number} ({name}) has fewer than {LEAST} characters")
    known = set(Scope)
    wanted = scopes.split("+")
    if wrong := [scope for scope in wanted if scope not in known]:
        raise ValueError(f"token {number} ({name}) has the scope {wrong[0]!r}; there are {', '.join(Scope)}")
    # Whoever may do more may read: every form of the API answers with what was made of it.
    return Token(name, frozenset(map(Scope, wanted)) | {Scope.READ}, digest(words))


def digest(words: str) -> bytes:
    """What a token is compared by."""
    return hashlib.sha256(words.encode()).digest()


def find_token(tokens: Iterable[Token], words: str) -> Token | None:
    """The token of these words, found in the same time whichever it is."""
    given = digest(words)
    found = None
    for token in tokens:
        if hmac.compare_digest(token.digest, given):
            found = token
    return found

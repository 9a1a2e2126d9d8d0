"""A claim as it stands in its article: the sentence around it, with what is claimed, by whom, and the cue."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from schemas import Claim, Span
from services.desk.segments import Segment, Stretch, flatten

END = re.compile(r"""[.!?…]["'”’»)\]]*\s+(?=["'“‘«(\[]?[A-Z0-9])|\n+""")
SHORT = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Sen|Rep|Gov|Lt|Sgt|St|No|vs|Jr|Sr))\.\s+$")
"""What ends with a stop and ends no sentence."""
MOST = 700
"""Characters of a sentence that are shown on each side."""


class Part(StrEnum):
    """What a piece of the context is."""

    CLAIM = "claim"
    CUE = "cue"
    CLAIMANT = "claimant"
    HIT = "hit"
    """A word that was searched for."""


class Piece(NamedTuple):
    """A piece of the context: whether it is part of what is claimed, and what else it is."""

    text: str
    is_claimed: bool
    part: Part | None
    """A word that was searched for, else part of the cue, else of the claimant's name."""


@dataclass(frozen=True)
class Context:
    """The sentence or sentences around a claim, in pieces."""

    segments: Sequence[Segment[Part]]
    begins_earlier: bool
    """Whether the sentence begins before what is shown."""
    goes_on: bool

    @property
    def pieces(self) -> list[Piece]:
        """What a page shows of it: a template takes ten times as long to find this out."""
        found = [(one.text, {cover.key for cover in one.covers}) for one in self.segments]
        return [
            Piece(text, Part.CLAIM in parts, next((part for part in _SHOWN_FIRST if part in parts), None))
            for text, parts in found
        ]


_SHOWN_FIRST = (Part.HIT, Part.CUE, Part.CLAIMANT)


def list_parts(claim: Claim) -> list[Stretch[Part]]:
    """Where the claim's content, its cue and its claimant stand in the clean text."""
    cues = claim.cue.spans if claim.cue else ()
    claimant = (claim.claimant.span,) if claim.claimant and claim.claimant.span else ()
    return [*_mark(claim.content, Part.CLAIM), *_mark(cues, Part.CUE), *_mark(claimant, Part.CLAIMANT)]


def _mark(spans: Iterable[Span], part: Part) -> list[Stretch[Part]]:
    return [Stretch(span.start, span.end, part) for span in spans]


def cut_context(text: str, offset: int, parts: Sequence[Stretch[Part]]) -> tuple[int, str]:
    """The whole sentences around the parts, and where they begin; `text` begins at `offset`.

    A part that is far away, such as a name at the head of the article, does not widen it.
    """
    claim = [part for part in parts if part.key is Part.CLAIM]
    first = min(part.start for part in claim) - offset
    last = max(part.end for part in claim) - offset
    near = [part for part in parts if first - MOST < part.start - offset and part.end - offset < last + MOST]
    first = min(part.start for part in near) - offset
    last = max(part.end for part in near) - offset
    start = max(_find_start(text, max(first, 0)), 0, first - MOST)
    end = min(_find_end(text, min(last, len(text))), last + MOST, len(text))
    return start + offset, text[start:end]


def _find_start(text: str, place: int) -> int:
    """Where the sentence begins in which `place` stands."""
    ends = [found.end() for found in END.finditer(text, 0, place + 1) if found.end() <= place]
    return next((end for end in reversed(ends) if not SHORT.search(text[:end])), 0)


def _find_end(text: str, place: int) -> int:
    """Where the sentence ends in which the character before `place` stands."""
    for found in END.finditer(text, max(place - 3, 0)):
        if found.end() >= place and not SHORT.search(text[: found.end()]):
            return max(place, found.start() + len(found.group().rstrip()))
    return len(text)


def build_context(
    claim: Claim, text: str, offset: int, start: int, shown: str, hits: Iterable[tuple[int, int]] = ()
) -> Context:
    """The pieces of `shown`, which begins at `start` of the clean text; `hits` count within it."""
    parts = [Stretch(part.start - start, part.end - start, part.key) for part in list_parts(claim)]
    found = [Stretch(begin, end, Part.HIT) for begin, end in hits]
    whole_end = offset + len(text)
    begins = start > offset and not (text[: start - offset].endswith(("\n", " ")))
    return Context(
        flatten(shown, [*parts, *found]), begins, start + len(shown) < whole_end and _breaks(shown)
    )


def _breaks(shown: str) -> bool:
    return not shown.rstrip().endswith((".", "!", "?", "…", '"', "”", "’", "'", ")"))

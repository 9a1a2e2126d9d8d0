"""A text seen as lines: where each stands, how many words it has, whether it reads as a sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")
_CLOSERS = "\"'”’»›)]}*"
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "۔")
SIGN_OFF = re.compile(
    r"\bcontribut(?:ed|ing)\b.{0,40}\breport(?:ing)?\b"
    r"|^(?:editor['’]s note|correction|clarification)\s?[:—–]",
    re.IGNORECASE,
)
"""What an article says of itself: who helped to report it, what was put right."""
_SIGN_OFF_CHARACTERS = 400
_WRAPPED_SHARE = 0.3
_WRAPPED_CHARACTERS = 40
_PROSE_WORDS = 5
_UNFINISHED_PROSE_WORDS = 25


@dataclass(frozen=True)
class Line:
    """One paragraph of a repaired text: `repaired[start:end]` with any line break in it as a space."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Code point after the last one, in the repaired text."""
        return self.start + len(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words, case folded and without punctuation."""
        return tuple(_WORD.findall(self.text.casefold().replace("’", "'")))

    @cached_property
    def ends_sentence(self) -> bool:
        """Whether it closes with a sentence mark, quotes and brackets aside."""
        return self.text.rstrip(_CLOSERS + " ").endswith(_SENTENCE_ENDS)

    @cached_property
    def is_prose(self) -> bool:
        """Whether it reads as written text: a sentence, or the long beginning of one."""
        if len(self.words) >= _UNFINISHED_PROSE_WORDS or SIGN_OFF.search(self.text[:_SIGN_OFF_CHARACTERS]):
            return True
        return len(self.words) >= _PROSE_WORDS and (self.ends_sentence or self.text.endswith(":"))

    def cut(self, start: int, end: int) -> "Line":
        """The part of the line between two offsets of its own text, without spaces around it."""
        part = self.text[start:end]
        stripped = part.lstrip()
        return Line(self.start + start + len(part) - len(stripped), stripped.rstrip())


def split_lines(text: str) -> list[Line]:
    """The lines of a repaired text; where it is hard-wrapped, its paragraphs."""
    blocks = [_split_block(match) for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)]
    if _is_wrapped(blocks):
        return [Line(block[0].start, " ".join(line.text for line in block)) for block in blocks]
    return [line for block in blocks for line in block]


def _split_block(block: re.Match[str]) -> list[Line]:
    return [
        Line(block.start() + line.start(), line.group()) for line in re.finditer(r"[^\n]+", block.group())
    ]


def _is_wrapped(blocks: Sequence[Sequence[Line]]) -> bool:
    breaks = [pair for block in blocks for pair in pairwise(block)]
    running_on = sum(_runs_on(above, below) for above, below in breaks)
    return running_on > _WRAPPED_SHARE * len(breaks)


def _runs_on(above: Line, below: Line) -> bool:
    return len(above.text) >= _WRAPPED_CHARACTERS and not above.ends_sentence and below.text[0].islower()

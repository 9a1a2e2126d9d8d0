"""Where each word of a text stands, found in one pass, so that looking for many names stays cheap."""

import re
from collections.abc import Iterator, Mapping

WordIndex = Mapping[str, list[int]]
"""For each word, as written, the code points at which it begins."""

_WORD = re.compile(r"(?<![\w-])\w+")
_GOES_ON = re.compile(r"[\w-]")


def index_words(text: str) -> WordIndex:
    """Every word of the text that does not follow a letter or a hyphen."""
    index: dict[str, list[int]] = {}
    for match in _WORD.finditer(text):
        index.setdefault(match.group(), []).append(match.start())
    return index


def find_name(text: str, index: WordIndex, name: str) -> Iterator[tuple[int, int]]:
    """Bounds of each place where `name` stands as whole words, in order; not beside a hyphen."""
    first = _WORD.match(name)
    for start in index.get(first.group(), []) if first else []:
        end = start + len(name)
        if text.startswith(name, start) and not _GOES_ON.match(text, end):
            yield start, end

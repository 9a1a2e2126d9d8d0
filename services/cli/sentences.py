"""Sentences of `copydesk score`: lines of text or of JSON, each with an id, in files and standard input."""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas import CheckWorthiness, Reason
from schemas.record import Record
from services.ingest.files import STDIN
from services.ingest.json_records import Stream

MAX_LINE = 1_000_000
"""Most bytes of one line."""


class Scored(Record):
    """A sentence and what it is worth, or why there is no answer."""

    id: str
    """The id its line gives, else where it stands (`a.txt:3`)."""
    text: str = ""
    """The sentence as given."""
    score: float | None = None
    """Check-worthiness, 0..1; none where the line can't be read."""
    check_worthy: bool | None = None
    """Whether the score reaches the threshold."""
    threshold: float | None = None
    """The score from which it is called so."""
    reasons: tuple[Reason, ...] = ()
    """What made the score, heaviest first."""
    error: str | None = None
    """What is wrong with the line."""

    def rated(self, worth: CheckWorthiness, threshold: float) -> "Scored":
        """The same with its score and label."""
        label = {"check_worthy": worth.score >= threshold, "threshold": threshold}
        return self.model_copy(update={"score": worth.score, "reasons": worth.reasons, **label})


def read_sentences(paths: Iterable[Path], stdin: Stream | None = None) -> Iterator[Scored]:
    """The sentences in the order of the lines; a blank line is none, a wrong one says so in its place."""
    for path in paths:
        if str(path) == STDIN:
            yield from _read_stream(STDIN, stdin or sys.stdin.buffer)
            continue
        try:
            with path.open("rb") as file:
                yield from _read_stream(str(path), file)
        except OSError as error:
            yield Scored(id=str(path), error=f"can't be read: {error.strerror}")


def _read_stream(origin: str, stream: Stream) -> Iterator[Scored]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        here = f"{origin}:{number}"
        if len(line) > MAX_LINE:
            while not line.endswith(b"\n") and line:
                line = stream.readline(io.DEFAULT_BUFFER_SIZE)
            yield Scored(id=here, error=f"the line has more than {MAX_LINE:,} bytes")
        elif line.removeprefix(b"\xef\xbb\xbf").strip():
            yield _read_line(here, line)


def _read_line(here: str, line: bytes) -> Scored:
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        return Scored(id=here, error=f"byte {error.start + 1} is not UTF-8")
    return _read_object(here, text) if text.startswith("{") else Scored(id=here, text=text)


def _read_object(here: str, line: str) -> Scored:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Scored(id=here, error=f"is not JSON: {error}")
    own_id, text = fields.get("id"), fields.get("text")
    name = str(own_id) if isinstance(own_id, str | int) else here
    if not isinstance(text, str) or not text.strip():
        return Scored(id=name, error="`text` must hold a sentence")
    # A lone half of a surrogate pair can be neither analyzed nor printed.
    return Scored(id=name, text=text.encode("utf-8", "replace").decode())

"""Records in JSON: one object, an array of them, or JSON Lines, read without taking in more than a bound."""

import io
import json
import re
from collections.abc import Iterator
from typing import Protocol

from services.ingest.decoding import repair
from services.ingest.records import Fields, Found
from services.ingest.weighing import MOST_VALUES, Weight

_CHUNK = 65_536
_BOM = b"\xef\xbb\xbf"
_HALF = re.compile(rb"\\\0*u\0*[dD]\0*[89a-fA-F]")
"""An escape of one, in any encoding."""


class Stream(Protocol):
    """What is read from: an open file, standard input, or one of them with its head put back."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes."""

    def readline(self, size: int, /) -> bytes:
        """Up to the next line's end, but no more than `size` bytes."""


class Replayed:
    """A stream whose first bytes were read already and are read again."""

    def __init__(self, head: bytes, rest: Stream) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes."""
        data = self._head.read(size)
        return data + self._rest.read(size - len(data))

    def readline(self, size: int, /) -> bytes:
        """Up to the next line's end, but no more than `size` bytes."""
        line = self._head.readline(size)
        if line.endswith(b"\n") or len(line) == size:
            return line
        return line + self._rest.readline(size - len(line))


def find_in_lines(origin: str, stream: Stream, max_bytes: int) -> Iterator[Found]:
    """The records of JSON Lines; an overlong line is passed over and reported."""
    number = 0
    while line := stream.readline(max_bytes + 1):
        number += 1
        here = f"{origin}:{number}"
        if len(line) > max_bytes and not line.endswith(b"\n"):
            _pass_over_line(stream)
            yield Found(here, error=f"the line has more than {max_bytes:,} bytes")
        elif line.strip():
            yield _read_object(here, line)


def find_in_document(origin: str, stream: Stream, max_bytes: int) -> Iterator[Found]:
    """The records of one object or array; of lines, where it is JSON Lines by the look of it."""
    data = stream.read(max_bytes + 1)
    if _holds_lines(data):
        yield from find_in_lines(origin, Replayed(data, stream), max_bytes)
        return
    if len(data) > max_bytes:
        yield Found(origin, error=f"has more than {max_bytes:,} bytes; as JSON Lines it is read line by line")
        return
    try:
        document = _load(data)
    except (ValueError, RecursionError) as error:
        yield Found(origin, error=_explain(error))
        return
    yield from _find_in_value(origin, document)


def _load(data: bytes) -> object:
    """The value; a half of a surrogate pair, which no stream and no terminal takes, becomes U+FFFD."""
    value = _parse(data)
    if _HALF.search(data):
        return json.loads(repair(json.dumps(value, ensure_ascii=False)))
    return value


def _parse(data: bytes) -> object:
    """The value. ValueError, too, where it would take many times its size."""
    if len(data) > MOST_VALUES and Weight().add(data) > MOST_VALUES:
        raise ValueError(f"it has more than {MOST_VALUES:,} values; as JSON Lines it is read line by line")
    return json.loads(data)


def is_json(data: bytes) -> bool:
    """Whether `data` is a whole JSON document."""
    try:
        _parse(data)
    except (ValueError, RecursionError):
        return False
    return True


def _holds_lines(data: bytes) -> bool:
    """Whether the first two lines that are not blank both begin an object, as no single document does."""
    starts = (line.lstrip()[:1] for line in io.BytesIO(data.removeprefix(_BOM)) if line.strip())
    return [next(starts, b""), next(starts, b"")] == [b"{", b"{"]


def _pass_over_line(stream: Stream) -> None:
    while piece := stream.readline(_CHUNK):
        if piece.endswith(b"\n"):
            return


def _find_in_value(origin: str, value: object) -> Iterator[Found]:
    if isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield _as_record(f"{origin}[{number}]", item)
    else:
        yield _as_record(origin, value)


def _read_object(origin: str, data: bytes) -> Found:
    try:
        return _as_record(origin, _load(data.strip()))
    except (ValueError, RecursionError) as error:
        return Found(origin, error=_explain(error))


def _as_record(origin: str, value: object) -> Found:
    if isinstance(value, dict):
        fields: Fields = value
        return Found(origin, fields)
    return Found(origin, error=f'is not an object like {{"text": …}} but {json.dumps(value)[:40]}')


def _explain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        return f"is not JSON: {error.msg} at {where}"
    if isinstance(error, UnicodeDecodeError):
        return f"is not JSON: byte {error.start + 1} is not {error.encoding.upper()}"
    return f"is not JSON that can be read: {error}"

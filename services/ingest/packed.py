"""Packed files, read as streams: however much comes out of them, only a piece at a time is in memory."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backports import zstd

PACKED = (".gz", ".zst")
"""Suffixes of packed files."""
LEAST_SUSPECT = 64_000_000
"""Bytes unpacked before the ratio counts."""
MOST_RATIO = 200
"""A file that grows more than so many times is a bomb: text packs to a fifth, hardly to a fiftieth."""


Damaged = (zlib.error, zstd.ZstdError)
"""What unpacking raises beside OSError and EOFError."""


class Bomb(OSError):
    """A file that is made to fill memory or time."""

    def __init__(self) -> None:
        super().__init__(f"unpacks to more than {MOST_RATIO} times its size; it is not read on")


class _Watched(io.RawIOBase):
    """What comes out of a packed file, as long as it is in proportion to what went in."""

    def __init__(self, inner: IO[bytes], packed: IO[bytes]) -> None:
        self._inner = inner
        self._packed = packed
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._size += len(data)
        if self._size > max(LEAST_SUSPECT, MOST_RATIO * self._packed.tell()):
            raise Bomb
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_file(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where its name ends in .gz or .zst. OSError for what is not packed so."""
    with path.open("rb") as packed:
        match path.suffix.lower():
            case ".gz":
                yield _watch(gzip.GzipFile(fileobj=packed), packed)
            case ".zst":
                yield _watch(zstd.ZstdFile(packed), packed)
            case _:
                yield packed


def _watch(inner: "gzip.GzipFile | zstd.ZstdFile", packed: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(_Watched(inner, packed), 1 << 16)  # type: ignore[arg-type]


def bare_name(path: Path) -> Path:
    """The name without the suffix of packing: `a.jsonl.gz` holds what `a.jsonl` does."""
    return path.with_suffix("") if path.suffix.lower() in PACKED else path

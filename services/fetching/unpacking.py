"""Packed answers are unpacked piece by piece, so that a small one never becomes a large one in memory."""

import zlib

from schemas import Unprocessable

ACCEPTED = "gzip, deflate"
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class Unpacked:
    """The bytes of an answer as they come in; Unprocessable beyond `limit` of them."""

    def __init__(self, encoding: str, limit: int, cut: bool = False) -> None:
        self._limit = limit
        self._cut = cut
        self._parts: list[bytes] = []
        self._size = 0
        self._bare = encoding == "deflate"
        self._unpacker = _find_unpacker(encoding)

    @property
    def whole(self) -> bool:
        """Whether no more is wanted."""
        return self._cut and self._size >= self._limit

    def add(self, piece: bytes) -> None:
        """Take the next piece of the answer."""
        room = self._limit - self._size + 1
        data = self._unpack(self._unpacker, piece, room) if self._unpacker else piece
        self._size += len(data)
        self._parts.append(data)
        if self._size > self._limit and not self._cut:
            raise Unprocessable(
                f"the answer has more than {self._limit:,} bytes (COPYDESK_FETCH_MAX_BYTES); it is not read"
            )

    def body(self) -> bytes:
        """All of it; with `cut`, the first `limit` bytes."""
        return b"".join(self._parts)[: self._limit]

    def _unpack(self, unpacker: "zlib._Decompress", piece: bytes, room: int) -> bytes:
        try:
            return unpacker.decompress(piece, room)
        except zlib.error as error:
            if not self._bare or self._size:
                raise Unprocessable(f"the answer is packed wrongly: {error}") from None
        # Some servers send bare deflate under that name.
        self._bare = False
        self._unpacker = zlib.decompressobj(-15)
        return self._unpack(self._unpacker, piece, room)


def _find_unpacker(encoding: str) -> "zlib._Decompress | None":
    if encoding in ("", "identity"):
        return None
    if encoding not in _WINDOWS:
        raise Unprocessable(f"the answer is packed as {encoding[:20]!r}, which was not asked for")
    return zlib.decompressobj(_WINDOWS[encoding])

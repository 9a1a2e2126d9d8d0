"""How many values a JSON body holds, counted before it is parsed.

A list of nothing takes two bytes and a comma on its way, and a hundred times that in memory.
"""

MOST_VALUES = 1_000_000
"""Values of one body, in some 100 MB at most; 10,000 articles with all their fields have a third."""


class Weight:
    """Counts the values of a body as its pieces come: the commas, colons and brackets outside of strings."""

    def __init__(self) -> None:
        self.values = 0
        self._within = False
        """Whether the next piece begins within a string."""
        self._escape = b""
        """A backslash at the end of a piece: what it means comes with the next."""

    def add(self, piece: bytes) -> int:
        """Count a piece; the values until here."""
        if b"\0" in piece:  # UTF-16 or UTF-32, where a byte like a quote may be half of a letter
            self.values += _count(piece)
            return self.values
        piece = (self._escape + piece).replace(b"\\\\", b"")
        self._escape = piece[-1:] if piece.endswith(b"\\") else b""
        parts = piece.removesuffix(b"\\").replace(b'\\"', b"").split(b'"')
        self.values += sum(map(_count, parts[self._within :: 2]))
        self._within ^= len(parts) % 2 == 0
        return self.values


def _count(piece: bytes) -> int:
    return sum(map(piece.count, (b",", b":", b"[", b"{")))

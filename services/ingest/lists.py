"""Lists of addresses: one a line, blank lines and those that begin with # left out."""

from collections.abc import Iterator

from services.ingest.json_records import Stream
from services.ingest.records import Found

LISTS = (".urls",)
"""Suffixes of files that hold a list, whatever stands in them."""
HEAD = 65_536
LONGEST = 4096


def looks_like_list(head: bytes) -> bool:
    """Whether every whole line of the first HEAD bytes is an address or a remark, and one is an address."""
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    whole = lines[:-1] if len(head) >= HEAD else lines
    said = [line for line in whole if line and not line.startswith(b"#")]
    return bool(said) and all(_is_address(line) for line in said)


def find_in_list(origin: str, stream: Stream) -> Iterator[Found]:
    """The addresses of a list, as records that are to be fetched."""
    number = 0
    while line := stream.readline(LONGEST + 2):
        number += 1
        here = f"{origin}:{number}"
        address = (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip()
        if address and not address.startswith(b"#"):
            yield _read_address(here, address)


def _read_address(origin: str, line: bytes) -> Found:
    if not _is_address(line) or len(line) > LONGEST:
        return Found(origin, error=f"is no address of the web: {line[:60].decode('utf-8', 'replace')!r}")
    return Found(origin, {"url": line.decode("utf-8", "replace")})


def _is_address(line: bytes) -> bool:
    return line[:8].lower().startswith((b"http://", b"https://")) and not any(
        byte in line for byte in (b" ", b"\t", b"\x00")
    )

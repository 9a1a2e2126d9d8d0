"""The bytes of a dead letter as a person can read them."""

import json
from dataclasses import dataclass

SHOWN = 20_000
"""Characters that a page shows."""
DUMPED = 4_096
"""Bytes of what is no text that a page shows."""
MENDED_MOST = 400_000
"""Characters of a message that can be mended on a page; longer ones with `copydesk dead replay --file`."""
ROW = 16


@dataclass(frozen=True)
class Payload:
    """A payload as it is shown."""

    kind: str
    """json, text or bytes."""
    text: str
    """As it is shown: JSON with its lines broken, or a table of bytes."""
    bytes: int
    cut: bool
    """Whether there is more than is shown."""
    editable: str | None
    """As it can be mended; None where it is too long."""


def read_payload(payload: bytes) -> Payload:
    """The payload, as JSON where it is that, else as text, else as bytes."""
    kind, text = _read(payload)
    words = text if kind != "bytes" else payload.decode(errors="replace")
    return Payload(
        kind=kind,
        text=text[:SHOWN],
        bytes=len(payload),
        cut=len(text) > SHOWN or (kind == "bytes" and len(payload) > DUMPED),
        editable=words if len(words) <= MENDED_MOST else None,
    )


def _read(payload: bytes) -> tuple[str, str]:
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return "bytes", dump(payload[:DUMPED])
    try:
        # A lone surrogate may stand in JSON, and in no page.
        pretty = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        return "json", pretty.encode(errors="replace").decode()
    except (ValueError, RecursionError):
        return "text", text


def dump(payload: bytes) -> str:
    """Place, bytes and characters, sixteen a line."""
    return "\n".join(_dump_row(place, payload[place : place + ROW]) for place in range(0, len(payload), ROW))


def _dump_row(place: int, row: bytes) -> str:
    shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
    return f"{place:08x}  {row.hex(' '):<{ROW * 3}} {shown}"

"""Bytes become text: by byte order mark, as UTF-8, by the charset that the server names, by that which the
page declares, or by its letters.

What is valid UTF-8 beyond ASCII is nothing else, whatever is said of it; servers that are set up wrongly
say much.
"""

import codecs
import re
from collections.abc import Iterator, Sequence

from charset_normalizer import from_bytes

from schemas import MediaType, Unprocessable
from services.ingest.charsets import WIDE, find_codec, find_declared, understand
from services.ingest.signatures import HEAD, looks_like_html, looks_like_page, name_binary, name_feed

SAMPLE = 16_384
"""Bytes of the lines outside ASCII from which the charset is guessed."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Of the Asian sets the smaller, older ones: in the larger ones any bytes are some rare letters.
_GUESSED = [
    *(f"cp{number}" for number in range(1250, 1259)),
    *("iso8859_2", "iso8859_5", "koi8_r", "koi8_u", "cp866", "cp874", "mac_roman"),
    *("cp932", "euc_jp", "gb2312", "big5", "euc_kr"),
]
_TAG = re.compile(rb"<[^>]*>")
_WESTERN_SHARE = 0.05
"""Of the letters of a Western text, how many at most stand outside ASCII; Polish has 7 %, Czech 13 %."""

_LINE_ENDS = re.compile(r"\r\n?")


def decode(
    data: bytes, media_type: MediaType | None = None, charset: str | None = None
) -> tuple[str, MediaType]:
    """The text of `data`, and whether it is HTML or plain text unless `media_type` says so.

    `charset` is what the server names; where the bytes are not in it, it does not count.
    Line ends become LF, NULs are gone. Raises Unprocessable for a binary file or a feed, saying what it
    looks like. Blank text is returned as it is.
    """
    text = repair(decode_exactly(data, charset))
    feed = name_feed(text)
    if feed and media_type is None:
        raise Unprocessable(f"content looks like {feed}; submit the articles it names, each on its own")
    return text, media_type or (MediaType.HTML if looks_like_html(text) else MediaType.TEXT)


def decode_exactly(data: bytes, charset: str | None = None) -> str:
    """The text of `data` with every character it holds, line ends as they are; only the mark of its
    encoding in front is left out. Raises Unprocessable for a binary file."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    named = find_codec(charset)
    wide = named if named in WIDE and 0 in data[:HEAD] else _guess_wide(data)
    if wide:
        return data.decode(wide, "replace")
    _refuse_binary(data)
    return _decode_bytewise(data, None if named in WIDE else named)


def read_text(given: str) -> tuple[str, MediaType]:
    """Text that a publisher gave as text, repaired; a whole HTML page among it is taken for what it is.

    Raises Unprocessable where the text is that of a binary file.
    """
    text = repair(given)
    _refuse_binary(text[:HEAD].encode())
    return text, MediaType.HTML if looks_like_page(text) else MediaType.TEXT


def repair(text: str) -> str:
    """`text` as a store and UTF-8 can hold it: LF line ends, no NULs, no halves of surrogate pairs.

    Two halves that belong together become their character; a lone one becomes U+FFFD.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _LINE_ENDS.sub("\n", text.replace("\x00", ""))


def _refuse_binary(data: bytes) -> None:
    kind = name_binary(data)
    if kind:
        raise Unprocessable(f"content looks like {kind}; submit its text or HTML")


def _guess_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: of Latin text, every other byte is NUL."""
    head = data[: HEAD - HEAD % 2]
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > pairs * 0.6 and even < pairs * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.6 and odd < pairs * 0.05 else None


def _decode_bytewise(data: bytes, named: str | None) -> str:
    said = [codec for codec in (named, find_declared(data)) if codec]
    for encoding in _candidates(said):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    return data.decode(said[0] if said else _guess(data), "replace")


def _candidates(said: Sequence[str]) -> Iterator[str]:
    """Encodings in the order of trust. Text that is valid UTF-8 is UTF-8, unless it shifts by escapes."""
    yield from (codec for codec in said if codec.startswith("iso2022") or codec == "hz")
    yield "utf-8"
    yield from said


def _mostly_utf8(data: bytes) -> bool:
    """Whether a few broken bytes stand in what is UTF-8 otherwise, as in a page that was cut or joined."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for letter in text if letter > "\x7f") - broken
    return whole > 4 * broken


def _guess(data: bytes) -> str:
    lines = (_TAG.sub(b" ", line) for line in data.splitlines() if not line.isascii())
    sample = b"\n".join(lines)[:SAMPLE]
    if _is_western(sample):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=_GUESSED).best()
    return understand(best.encoding) if best else "cp1252"


def _is_western(sample: bytes) -> bool:
    """Whether most letters are of ASCII; the guess by letters needs more than the few others."""
    outside = sum(byte >= 0xC0 for byte in sample)
    within = sum(byte < 0x80 and chr(byte).isalpha() for byte in sample)
    return outside <= _WESTERN_SHARE * (outside + within)

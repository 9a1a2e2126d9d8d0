"""Bytes become text: by byte order mark, as UTF-8, by the charset the page declares, or by its letters."""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from schemas import MediaType, Unprocessable
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
_DECLARED = re.compile(
    rb"""<(?:meta\b|\?xml\b)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE
)
# What pages mean when they say a charset (WHATWG Encoding): the name is often of a smaller, older set.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
# Python's codecs for other things ("rot13", "unicode_escape") and those that are not ASCII below 128, in
# which no declaration could be read, are left out.
_DECLARABLE = (
    "ascii",
    "big5",
    "cp",
    "euc",
    "gb",
    "hz",
    "iso2022",
    "iso8859",
    "koi8",
    "mac",
    "shift_jis",
    "tis-620",
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


def decode(data: bytes, media_type: MediaType | None = None) -> tuple[str, MediaType]:
    """The text of `data`, and whether it is HTML or plain text unless `media_type` says so.

    Line ends become LF, NULs are gone. Raises Unprocessable for a binary file or a feed, saying what it
    looks like. Blank text is returned as it is.
    """
    text = repair(decode_exactly(data))
    feed = name_feed(text)
    if feed and media_type is None:
        raise Unprocessable(f"content looks like {feed}; submit the articles it names, each on its own")
    return text, media_type or (MediaType.HTML if looks_like_html(text) else MediaType.TEXT)


def decode_exactly(data: bytes) -> str:
    """The text of `data` with every character it holds, line ends as they are; only the mark of its
    encoding in front is left out. Raises Unprocessable for a binary file."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    wide = _guess_wide(data)
    if wide:
        return data.decode(wide, "replace")
    _refuse_binary(data)
    return _decode_bytewise(data)


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


def _decode_bytewise(data: bytes) -> str:
    for encoding in _candidates(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    declared = _find_declared(data)
    return data.decode(declared or _guess(data), "replace")


def _candidates(data: bytes) -> Iterator[str]:
    """Encodings in the order of trust. Text that is valid UTF-8 is UTF-8, unless it shifts by escapes."""
    declared = _find_declared(data)
    if declared and (declared.startswith("iso2022") or declared == "hz"):
        yield declared
    yield "utf-8"
    if declared:
        yield declared


def _find_declared(data: bytes) -> str | None:
    """The charset that the page declares, as browsers understand it; none for unknown names."""
    found = _DECLARED.search(data[:HEAD])
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    if not name.startswith(_DECLARABLE) or b"charset".decode(name, "replace") != "charset":
        return None
    return _MEANT.get(name, name)


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
    return _MEANT.get(best.encoding, best.encoding) if best else "cp1252"


def _is_western(sample: bytes) -> bool:
    """Whether most letters are of ASCII; the guess by letters needs more than the few others."""
    outside = sum(byte >= 0xC0 for byte in sample)
    within = sum(byte < 0x80 and chr(byte).isalpha() for byte in sample)
    return outside <= _WESTERN_SHARE * (outside + within)

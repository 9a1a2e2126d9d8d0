"""Names of charsets: which one a server or a page says, and what is meant by it."""

import codecs
import re

from services.ingest.signatures import HEAD

WIDE = ("utf-16", "utf-16-le", "utf-16-be")
"""Charsets in which no declaration within the page could be read: only a server can name them."""

_NAMED = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
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


def read_charset(content_type: str | None) -> str | None:
    """The charset that a header like `text/html; charset=windows-1251` names, as it is written there."""
    found = _NAMED.search((content_type or "").partition(";")[2])
    return found[1] if found else None


def find_codec(charset: str | None) -> str | None:
    """Python's codec for the charset that a server names; None for unknown names."""
    name = _look_up(charset or "")
    if name in WIDE:
        return name
    return understand(name) if name and _is_ascii_below(name) else None


def find_declared(data: bytes) -> str | None:
    """The codec of the charset that the page declares, as browsers understand it; none for unknown names."""
    found = _DECLARED.search(data[:HEAD])
    name = _look_up(found[1].decode("ascii")) if found else None
    return understand(name) if name and _is_ascii_below(name) else None


def understand(codec: str) -> str:
    """The codec that is meant where a page or a guess says this one."""
    return _MEANT.get(codec, codec)


def _look_up(charset: str) -> str | None:
    try:
        return codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None


def _is_ascii_below(name: str) -> bool:
    """Whether it is a charset, and one in which a declaration could be read."""
    return name.startswith(_DECLARABLE) and b"charset".decode(name, "replace") == "charset"

"""What bytes or words are by the look of them: documents that are no article, and pages in HTML."""

import re

HEAD = 2048
"""How much of a content is looked at for its kind; bytes or code points."""

_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\x00asm", "a program"),
    (b"SQLite format 3\x00", "a database file"),
    (b"OggS", "a sound or video file"),
    (b"fLaC", "a sound or video file"),
    (b"\x1a\x45\xdf\xa3", "a sound or video file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
)
_BINARY_WITH_CONTROLS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a program"),
    (b"BM", "a BMP image"),
    (b"ID3", "a sound or video file"),
    (b"RIFF", "an image, sound or video file"),
)
_FEEDS = re.compile(r"<(rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]")
_PAGE_START = re.compile(r"(?:<!doctype\s+html|<(?:html|head|body|meta|title|article|main)\b)", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|div|br|h[1-6]|article|section|span|ul|li|table|a|img)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_PREAMBLE = re.compile(r"(?:\s++|\ufeff|<\?xml[^>]*>|<!--.*?-->)*+", re.DOTALL)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def name_binary(data: bytes) -> str | None:
    """What kind of file `data` is, with its article ("a PDF document"); none where it may be text."""
    for signature, kind in _BINARY:
        if data.startswith(signature):
            return kind
    controls = len(_CONTROLS.findall(data[:HEAD]))
    if controls:
        for signature, kind in _BINARY_WITH_CONTROLS:
            if data.startswith(signature):
                return kind
        if data[4:8] == b"ftyp":
            return "a sound or video file"
        if data[257:262] == b"ustar":
            return "a tar archive"
    return "binary data" if controls > max(2, len(data[:HEAD]) // 20) else None


def name_feed(content: str) -> str | None:
    """The kind of XML list of articles that `content` is ("a feed"), which is no article itself."""
    found = _FEEDS.match(content, _start(content))
    if found is None:
        return None
    return "a sitemap" if found[1] in ("urlset", "sitemapindex") else "a feed (RSS or Atom)"


def looks_like_page(content: str) -> bool:
    """Whether `content` begins as an HTML page does."""
    return _PAGE_START.match(content, _start(content)) is not None


def looks_like_html(content: str) -> bool:
    """Whether `content` is an HTML page or a piece of one: several tags of blocks, the first in front."""
    if looks_like_page(content):
        return True
    start = _start(content)
    head = content[start : start + HEAD]
    return bool(_BLOCK.match(head)) and len(_BLOCK.findall(head)) >= 2


def _start(content: str) -> int:
    preamble = _PREAMBLE.match(content)
    return preamble.end() if preamble else 0

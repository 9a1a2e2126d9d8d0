"""WARC archives as sources: the pages in them that a site gave with status 200, with their addresses.

Captures of images, scripts, redirects and errors, and requests and metadata, are passed over. An
`http` response is read as it was sent, so packed and chunked bodies are undone, within bounds.
"""

from collections.abc import Iterator
from typing import IO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from schemas import MediaType
from services.ingest.charsets import read_charset
from services.ingest.records import Fields, Found

ARCHIVES = (".warc",)
"""Suffixes of files that hold an archive, packed or not."""
_WANTED = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
_KINDS = {
    "text/html": MediaType.HTML,
    "application/xhtml+xml": MediaType.HTML,
    "text/plain": MediaType.TEXT,
}


def find_in_archive(origin: str, stream: IO[bytes], max_bytes: int) -> Iterator[Found]:
    """The pages of an archive; `origin` and a `#` and the number of the record tell where each stands."""
    number = 0
    try:
        for record in ArchiveIterator(stream, record_types=_WANTED, auto_decode="all", fsspec_args=False):
            kind = _find_kind(record)
            if kind is not None:
                number += 1
                yield _read_record(f"{origin}#{number}", record, kind, max_bytes)
    except (OSError, ValueError) as error:
        yield Found(origin, error=f"the archive is damaged after {number} pages: {error}")
        return
    if not number:
        yield Found(origin, error="the archive holds no page (nothing that a site gave as HTML or text)")


def _find_kind(record: WarcRecord) -> MediaType | None:
    """How a page is written; None for what is no page."""
    address = record.headers.get("WARC-Target-URI", "") or ""
    if not address.startswith(("http://", "https://")) or address.endswith("/robots.txt"):
        return None
    return _KINDS.get(_find_content_type(record).partition(";")[0].strip().lower())


def _find_content_type(record: WarcRecord) -> str:
    """What a page is said to be, with its charset; nothing where the site gave none."""
    if record.record_type != WarcRecordType.response:
        return record.headers.get("Content-Type") or ""
    if record.http_headers is None or record.http_headers.status_code != 200:
        return ""
    return record.http_headers.get("Content-Type") or ""


def _read_record(origin: str, record: WarcRecord, kind: MediaType, max_bytes: int) -> Found:
    body = record.reader.read(max_bytes + 1)
    if len(body) > max_bytes:
        return Found(origin, error=f"the page has more than {max_bytes:,} bytes")
    fields: Fields = {
        "raw": body,
        "media_type": kind,
        "charset": read_charset(_find_content_type(record)),
        "url": record.headers.get("WARC-Target-URI"),
    }
    if record.record_date:
        # Of several captures the latest counts, in whatever order they are read.
        fields["submitted_at"] = record.record_date
    return Found(origin, fields)

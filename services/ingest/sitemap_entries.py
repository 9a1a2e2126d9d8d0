"""Sitemaps become lists: of further sitemaps, or of addresses."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from schemas import Unprocessable
from services.ingest.decoding import decode_exactly
from services.ingest.records import Fields

MOST = 50_000
"""Entries that a sitemap may have (sitemaps.org); what is beyond is not read."""


@dataclass(frozen=True)
class SitemapDocument:
    """What a sitemap says."""

    sitemaps: tuple[str, ...] = ()
    """Addresses of further ones."""
    pages: tuple[Fields, ...] = ()
    """Records with an address, and the time of publication where it is said."""


def parse_sitemap(body: bytes, charset: str | None = None) -> SitemapDocument | None:
    """The sitemap that `body` is; None where it is none. Names outside the document are not looked up.

    `charset` is what the server names.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, encoding="utf-8"
    )
    try:
        text = decode_exactly(body, charset)
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, Unprocessable):
        return None
    kind = etree.QName(root).localname if root is not None else ""
    if kind == "sitemapindex":
        return SitemapDocument(sitemaps=tuple(url for entry in root[:MOST] if (url := _find(entry, "loc"))))
    if kind == "urlset":
        return SitemapDocument(pages=tuple(fields for entry in root[:MOST] if (fields := _read_page(entry))))
    return None


def _read_page(entry: "etree._Element") -> Fields | None:
    url = _find(entry, "loc")
    if not url:
        return None
    published = _read_time(_find(entry, "publication_date"))
    return {"url": url} | ({"published_at": published} if published else {})


def _find(entry: "etree._Element", name: str) -> str | None:
    """The text of the first element of that name, in whatever namespace."""
    for found in entry.iter("{*}" + name, name):
        return (found.text or "").strip() or None
    return None


def _read_time(said: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said) if said else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None

"""Feeds (RSS, Atom, JSON Feed) become lists of items."""

import calendar
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from schemas import Unprocessable
from services.ingest.charsets import read_charset
from services.ingest.decoding import decode_exactly
from services.ingest.records import Fields


@dataclass(frozen=True)
class FeedItem:
    """One article that a feed names."""

    item_id: str
    """The same for the same item at each poll; 64 hexadecimal digits."""
    updated: str | None
    """What the feed dates this version of it."""
    fields: Fields
    """As a record: its address alone, or its content where it has no address."""


@dataclass(frozen=True)
class FeedDocument:
    """What a feed says."""

    title: str | None
    items: tuple[FeedItem, ...]


def parse_feed(body: bytes, url: str, media_type: str = "") -> FeedDocument | None:
    """The feed that `body` is, with whole addresses; None where it is none.

    `media_type` is what the server says of it, with the charset.
    """
    try:
        text = decode_exactly(body, read_charset(media_type))
    except Unprocessable:
        return None
    if text.lstrip()[:1] == "{":
        return _parse_json(text, url)
    kind = media_type.partition(";")[0].strip() or "application/xml"
    headers = {"content-type": f"{kind}; charset=utf-8", "content-location": url}
    parsed = feedparser.parse(text.encode("utf-8", "replace"), response_headers=headers, sanitize_html=False)
    if not parsed.get("version"):
        return None
    items = (_read_entry(entry, url) for entry in parsed.entries)
    return FeedDocument(parsed.feed.get("title"), tuple(item for item in items if item))


def _read_entry(entry: Any, url: str) -> FeedItem | None:  # noqa: ANN401 - feedparser has no types
    link = urljoin(url, entry.link) if entry.get("link") else None
    contents = [one.get("value", "") for one in entry.get("content", [])]
    # Its own `get` takes one for the other, and warns that it does.
    first, last = dict.get(entry, "published_parsed"), dict.get(entry, "updated_parsed")
    published, updated = _read_time(first or last), _read_time(last or first)
    return _make_item(
        entry.get("id"),
        link,
        contents[0] if contents else entry.get("summary"),
        entry.get("title"),
        published,
        updated,
    )


def _parse_json(text: str, url: str) -> FeedDocument | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, str) or "jsonfeed.org" not in version:
        return None
    entries = document.get("items")
    items = [
        _read_json(one, url)
        for one in (entries if isinstance(entries, list) else [])
        if isinstance(one, dict)
    ]
    return FeedDocument(_text(document.get("title")), tuple(item for item in items if item))


def _read_json(entry: dict[str, Any], url: str) -> FeedItem | None:
    link = _text(entry.get("url")) or _text(entry.get("external_url"))
    content = _text(entry.get("content_html")) or _text(entry.get("content_text"))
    published = _read_iso(entry.get("date_published"))
    updated = _read_iso(entry.get("date_modified")) or published
    whole = urljoin(url, link) if link else None
    return _make_item(_text(entry.get("id")), whole, content, _text(entry.get("title")), published, updated)


def _make_item(
    own_id: str | None,
    link: str | None,
    content: str | None,
    title: str | None,
    published: datetime | None,
    updated: datetime | None,
) -> FeedItem | None:
    """The item; None where it has neither an address nor a content."""
    if link and link.startswith(("http://", "https://")):
        fields: Fields = {"url": link}
    elif content:
        fields = {"html": content, "title": title, "source_id": own_id}
    else:
        return None
    name = own_id or link or content or ""
    digest = sha256(name.encode("utf-8", "replace")).hexdigest()
    return FeedItem(
        digest,
        updated.isoformat() if updated else None,
        fields | ({"published_at": published} if published else {}),
    )


def _read_time(said: struct_time | None) -> datetime | None:
    """feedparser gives UTC."""
    try:
        return datetime.fromtimestamp(calendar.timegm(said), UTC) if said else None
    except (ValueError, OverflowError, OSError):
        return None


def _read_iso(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and str(value) else None

"""Claims as an Atom 1.0 or RSS 2.0 feed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from uuid import UUID

from lxml import etree

from services.desk.exports.wording import find_url, name_urn, put
from services.desk.sightings import Sighting

ATOM, DC = "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
RSS_TYPE = "application/rss+xml; charset=utf-8"
TITLE = 140
"""Characters of an entry's title."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was changed last: always the same, so that it stays the same feed."""
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class FeedHead:
    """What a feed says of itself."""

    feed_id: UUID
    title: str
    own_url: str
    """Where the feed is."""
    page_url: str
    """Where the same is for a reader."""


def make_fit(text: str) -> str:
    """The text without what XML cannot hold: control characters and halves of letters become U+FFFD."""
    return _UNFIT.sub("\ufffd", text)


def find_update(sightings: Sequence[Sighting]) -> datetime:
    """When the newest of the claims was found."""
    return max((one.detected_at for one in sightings), default=BEGINNING)


def write_atom(head: FeedHead, sightings: Sequence[Sighting]) -> bytes:
    """An Atom feed of these claims."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(feed, "id", name_urn(head.feed_id))
    _add(feed, "title", head.title)
    _add(feed, "updated", find_update(sightings).isoformat())
    _add(feed, "link", rel="self", type="application/atom+xml", href=head.own_url)
    _add(feed, "link", rel="alternate", type="text/html", href=head.page_url)
    _add(feed, "generator", "Copydesk")
    for one in sightings:
        _add_entry(feed, one)
    return _write(feed)


def _add_entry(feed: etree._Element, sighting: Sighting) -> None:
    entry = _add(feed, "entry")
    article = sighting.article
    _add(entry, "id", name_urn(sighting.claim.claim_id))
    _add(entry, "title", _title(sighting))
    _add(entry, "updated", sighting.detected_at.isoformat())
    if article.published_at:
        _add(entry, "published", article.published_at.isoformat())
    _add(_add(entry, "author"), "name", _name_author(sighting))
    if url := find_url(article.url):
        _add(entry, "link", rel="alternate", href=url)
    _add(entry, "content", _write_content(sighting), type="html")


def write_rss(head: FeedHead, sightings: Sequence[Sighting]) -> bytes:
    """An RSS feed of these claims."""
    rss = etree.Element("rss", nsmap={"atom": ATOM, "dc": DC}, version="2.0")
    channel = _add(rss, "channel", space=None)
    _add(channel, "title", head.title, space=None)
    _add(channel, "link", head.page_url, space=None)
    _add(channel, "description", f"{head.title}: who claims what, and where", space=None)
    _add(channel, "link", rel="self", type="application/rss+xml", href=head.own_url)
    _add(channel, "lastBuildDate", format_datetime(find_update(sightings)), space=None)
    _add(channel, "generator", "Copydesk", space=None)
    for one in sightings:
        _add_item(channel, one)
    return _write(rss)


def _add_item(channel: etree._Element, sighting: Sighting) -> None:
    item = _add(channel, "item", space=None)
    _add(item, "title", _title(sighting), space=None)
    if url := find_url(sighting.article.url):
        _add(item, "link", url, space=None)
    _add(item, "description", _write_content(sighting), space=None)
    _add(item, "creator", _name_author(sighting), space=DC)
    _add(item, "guid", name_urn(sighting.claim.claim_id), space=None, isPermaLink="false")
    _add(item, "pubDate", format_datetime(sighting.detected_at), space=None)


def _title(sighting: Sighting) -> str:
    claimant = sighting.claim.claimant
    said = " ".join(f"{claimant.name}: {put(sighting)}".split() if claimant else put(sighting).split())
    return said if len(said) <= TITLE else f"{said[: TITLE - 1].rstrip()}…"


def _name_author(sighting: Sighting) -> str:
    """A feed's entry needs an author: the claimant, else the outlet."""
    claimant = sighting.claim.claimant
    return (claimant.name if claimant else "") or sighting.article.source or "unknown"


def _write_content(sighting: Sighting) -> str:
    """The claim, the printed words and where they stand, as HTML."""
    claim, article = sighting.claim, sighting.article
    words = " […] ".join(span.exact for span in claim.content)
    title = escape(article.title or article.url or "untitled")
    url = find_url(article.url)
    link = f'<a href="{escape(url)}">{title}</a>' if url else title
    outlet = f"{escape(article.source)}, " if article.source else ""
    score = f"check-worthiness {claim.check_worthiness.score:.2f}"
    printed = f"<blockquote>{escape(words)}</blockquote>"
    return f"<p>{escape(put(sighting))}</p>{printed}<p>{outlet}{link}; {score}</p>"


def _add(
    parent: etree._Element, name: str, text: str | None = None, *, space: str | None = ATOM, **attributes: str
) -> etree._Element:
    child = etree.SubElement(parent, f"{{{space}}}{name}" if space else name)
    for attribute, value in attributes.items():
        child.set(attribute, make_fit(value))
    if text is not None:
        child.text = make_fit(text)
    return child


def _write(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written

"""A page's HTML through trafilatura: its article text, and what the page says about itself."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import trafilatura

from schemas import Metadata, Unprocessable
from services.clean.byline import read_authors
from services.clean.headline import split_site

_MOST_TAGS = 60_000
_HEAD = 400_000
_META = re.compile(r"<meta\b[^>]{1,1000}>", re.IGNORECASE)
_META_DATE = re.compile(
    r"""\b(?:property|name|itemprop)\s*=\s*["']?(?:article:published_time|og:article:published_time|datePublished|"""
    r"""publish[-_]?date|pubdate|date|dc\.date(?:\.issued)?|parsely-pub-date|sailthru\.date)["'\s]""",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"""\bcontent\s*=\s*["']([^"']{8,40})["']""", re.IGNORECASE)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_LANGUAGE = re.compile(r"""<html\b[^>]{0,1000}?\blang\s*=\s*["']?([A-Za-z_-]{2,12})""", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*[-•*]\s+", re.MULTILINE)
# htmldate may search the text for a date: that would be a guess.
_DATE_PARAMETERS = {"extensive_search": False, "original_date": True}


@dataclass(frozen=True)
class Page:
    """What a page holds."""

    text: str
    """The article's paragraphs, one a line; empty where none was found."""
    metadata: Metadata
    """What the publisher said, completed with what the page says."""
    language: str | None
    """The language the page names in its root element."""


def read_page(html: str, metadata: Metadata) -> Page:
    """The article in a page; Unprocessable where the HTML has too many tags or can't be read."""
    tags = html.count("<")
    if tags > _MOST_TAGS:
        raise Unprocessable(f"the page has {tags:,} tags; at most {_MOST_TAGS:,} are processed")
    try:
        document = trafilatura.bare_extraction(
            html,
            url=metadata.url,
            include_comments=False,
            with_metadata=True,
            date_extraction_params=_DATE_PARAMETERS,
        )
    except Exception as error:  # lxml and trafilatura raise many kinds on hostile pages
        raise Unprocessable(f"the page's HTML can't be read: {type(error).__name__}") from error
    language = match[1] if (match := _LANGUAGE.search(html[:_HEAD])) else None
    if not isinstance(document, trafilatura.settings.Document):
        return Page("", metadata, language)
    text = _LIST_MARK.sub("", document.text or "")
    return Page(text, _complete(metadata, document, html), language)


def _complete(said: Metadata, document: trafilatura.settings.Document, html: str) -> Metadata:
    return said.model_copy(
        update={
            "title": said.title or _read_title(document),
            "authors": said.authors or read_authors(document.author, document.sitename),
            "published_at": said.published_at or _read_date(html[:_HEAD], document.date),
            "url": said.url or document.url or None,
            "site_name": said.site_name or document.sitename or None,
        }
    )


def _read_title(document: trafilatura.settings.Document) -> str | None:
    """The page's title without the outlet's name, which the host or the page itself gives away."""
    names = [_squeeze(name) for name in (document.sitename, document.hostname) if name]
    parts = [part.strip() for part in unescape(document.title or "").split(" | ")]
    title = next((part for part in parts if part and not _is_outlet(part, names)), None)
    headline, site = split_site(title or "")
    return headline if site and _is_outlet(site, names) else title


def _is_outlet(said: str, names: list[str]) -> bool:
    squeezed = _squeeze(said)
    return any(squeezed and squeezed in name for name in names)


def _squeeze(said: str) -> str:
    return "".join(filter(str.isalnum, said.casefold()))


def _read_date(head: str, day: str | None) -> datetime | None:
    """The moment that the page's own markup gives; else the day htmldate found there, at midnight UTC."""
    metas = (tag.group() for tag in _META.finditer(head))
    given = [content[1] for tag in metas if _META_DATE.search(tag) and (content := _CONTENT.search(tag))]
    moments = (_parse(one) for one in given + _JSON_DATE.findall(head))
    return next((moment for moment in moments if moment), None) or _parse(f"{day}T00:00:00Z")


def _parse(said: str) -> datetime | None:
    """The moment in UTC; None where it is none, or has no zone."""
    try:
        moment = datetime.fromisoformat(said.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

"""What a page says about itself: linked data and meta elements first, its own markup next, guesses last."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from urllib.parse import urljoin, urlsplit

from htmldate import find_date
from lxml.etree import XPath
from lxml.html import HtmlElement

from schemas import Metadata
from services.clean.byline import part_authors, read_byline
from services.clean.credits import find_credits
from services.clean.dates import read_moment
from services.clean.headline import fold, split_site
from services.clean.lines import Line
from services.clean.linked_data import Fields, find_article, find_site, read_records, read_texts
from services.clean.pieces import Around, Piece

_MOST_METAS = 500
_LONGEST = 300
_MOST_ELEMENTS = 4
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "publish-date",
    "publish_date",
    "publishdate",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dc.date",
    "date",
)
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_AUTHOR_ELEMENTS = XPath(
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'author') or contains(@class, 'byline')]"
)
_AUTHOR_CLASS = re.compile(r"author(?:-|__?)name|byline(?:-|__)name")
_DATE_ELEMENT = XPath("//*[@itemprop='datePublished']")
_BYLINE = Around.BYLINE.value
_LONGEST_BYLINE = 120
_SAME_TITLE = 0.6
_ADDRESS = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Sayings:
    """Everything that a page's head says, and its tree for the rest."""

    tree: HtmlElement
    article: Fields
    site: Fields
    metas: Mapping[str, Sequence[str]]

    def find(self, *names: str) -> str | None:
        """The first of these meta elements that says something."""
        return next((said for name in names for said in self.metas.get(name, ())), None)

    def told(self, name: str) -> str | None:
        """The first text of a field of the article's record."""
        return next(iter(read_texts(self.article.get(name))), None)


def listen(tree: HtmlElement) -> Sayings:
    """What the page says; to be asked before scripts are taken out."""
    metas: dict[str, list[str]] = defaultdict(list)
    for meta in islice(tree.iter("meta"), _MOST_METAS):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = " ".join(meta.get("content", "")[:_LONGEST].split())
        if name and content:
            metas[name.lower()].append(content)
    records = read_records(tree)
    return Sayings(tree, find_article(records), find_site(records), metas)


def read_about(page: Sayings, said: Metadata) -> Metadata:
    """What the publisher said, completed with what the page says."""
    site = said.site_name or read_site(page)
    url = said.url or _read_url(page)
    authors, others = _read_authors(page, site)
    return said.model_copy(
        update={
            "title": said.title or read_title(page, [site, urlsplit(url or "").hostname]),
            "authors": said.authors or authors,
            "unpersonal_authors": said.unpersonal_authors or (() if said.authors else others),
            "published_at": said.published_at or _read_date(page),
            "url": url,
            "site_name": site,
            "section": said.section or page.find("article:section") or page.told("articleSection"),
            "image_credits": said.image_credits or find_credits(page.tree, page.article),
        }
    )


def read_language(page: Sayings) -> str | None:
    """The language that the page names: in its root element, its record or its head."""
    root = page.tree.get("lang") or page.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return root or page.told("inLanguage") or page.find("og:locale", "language", "content-language")


def read_site(page: Sayings) -> str | None:
    """The outlet's name."""
    names = chain(
        [page.find("og:site_name")],
        read_texts(page.article.get("publisher")),
        read_texts(page.site.get("name")),
        [page.find("application-name")],
    )
    return next((name for name in names if name and not _ADDRESS.match(name)), None)


def read_title(page: Sayings, outlet: Iterable[str | None]) -> str | None:
    """The headline as the page shows it; else as its record or head says it, without the outlet's name."""
    names = [_squeeze(name) for name in outlet if name]
    head = page.find("og:title", "twitter:title") or _read_text(page.tree.find(".//title"))
    shown = [text for element in islice(page.tree.iter("h1"), 5) if (text := _read_text(element))]
    known = {*fold(head or ""), *fold(page.told("headline") or "")}
    for text in shown:
        words = fold(text)
        if len(text) <= _LONGEST and sum(word in known for word in words) >= _SAME_TITLE * max(3, len(words)):
            return text
    said = page.told("headline") or head or next(iter(shown), None)
    return _drop_outlet(said, names) if said else None


def read_head_title(page: Sayings) -> str | None:
    """The title that the page's head gives, with all that is around it."""
    return page.find("og:title") or _read_text(page.tree.find(".//title"))


def _drop_outlet(title: str, names: Sequence[str]) -> str | None:
    parts = [part.strip() for part in title.split(" | ")]
    left = next((part for part in parts if part and not _is_outlet(part, names)), None)
    headline, site = split_site(left or "")
    return headline if site and _is_outlet(site, names) else left


def _is_outlet(said: str, names: Iterable[str]) -> bool:
    squeezed = _squeeze(said)
    return any(squeezed and squeezed in name for name in names)


def _squeeze(said: str) -> str:
    return "".join(filter(str.isalnum, said.casefold()))


def _read_url(page: Sayings) -> str | None:
    link = next((link.get("href") for link in page.tree.iter("link") if link.get("rel") == "canonical"), None)
    given = [link, page.find("og:url"), page.told("url")]
    base = next((one for one in given if one and _ADDRESS.match(one)), None)
    first = next((one.strip() for one in given if one and one.strip()), None)
    address = urljoin(base, first) if base and first else None
    return address if address and _ADDRESS.match(address) else None


def _read_authors(page: Sayings, site: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Persons, and what else the byline names, of the first place that names any."""
    others: tuple[str, ...] = ()
    for said in _list_bylines(page):
        persons, rest = part_authors(said, site)
        if persons:
            return persons, rest
        others = others or rest
    return (), others


def _list_bylines(page: Sayings) -> Iterator[list[str]]:
    yield read_texts(page.article.get("author"))
    yield from ([one for one in page.metas.get(name, ()) if not _ADDRESS.match(one)] for name in _AUTHORS)
    if (page.find("twitter:label1") or "").lower().startswith(("written", "by", "author")):
        yield list(page.metas.get("twitter:data1", ()))
    elements = _AUTHOR_ELEMENTS(page.tree)
    yield _read_all(one for one in elements if one.get("rel") == "author")
    yield _read_all(one for one in elements if _AUTHOR_CLASS.search(one.get("class", "")))
    yield _read_all(one for one in elements if one.get("itemprop") == "author")


def _read_all(elements: Iterable[HtmlElement]) -> list[str]:
    """The short texts of a few elements, each once."""
    texts = map(_read_text, islice(elements, _MOST_ELEMENTS))
    return list(dict.fromkeys(text for text in texts if text and len(text) < _LONGEST))


def _read_text(element: HtmlElement | None) -> str | None:
    return " ".join(element.text_content()[:10_000].split()) or None if element is not None else None


def _read_date(page: Sayings) -> datetime | None:
    """The first moment or day that the page's head or an element made for it gives."""
    return next((moment for said in _list_dates(page) if (moment := _parse(said))), None)


def _list_dates(page: Sayings) -> Iterator[str]:
    yield from (said for name in _DATES for said in page.metas.get(name, ()))
    yield from read_texts(page.article.get("datePublished"))
    elements = _DATE_ELEMENT(page.tree)
    yield from (said for one in elements if (said := one.get("datetime") or one.get("content")))


def guess_date(page: Sayings, pieces: Sequence[Piece]) -> datetime | None:
    """The date in a line that is made for it; else a day in the markup that need not be the article's."""
    lines = (piece.text for piece in pieces if piece.near & _BYLINE and len(piece.text) <= _LONGEST_BYLINE)
    shown = next((moment for text in lines if (moment := read_moment(text))), None)
    times = (one.get("datetime") for one in islice(page.tree.iter("time"), 3))
    return (
        shown
        or next(filter(None, map(_parse, filter(None, times))), None)
        or _parse_day(_guess_day(page.tree))
    )


def read_shown_authors(pieces: Sequence[Piece], site: str | None) -> tuple[str, ...]:
    """The authors in the first line of the page that is made for them and names any."""
    lines = (
        Line(0, piece.text) for piece in pieces if piece.near & _BYLINE and len(piece.text) <= _LONGEST_BYLINE
    )
    return next(filter(None, (read_byline(line, site) for line in lines)), ())


def _guess_day(tree: HtmlElement) -> str | None:
    """The day that htmldate finds in markup; it doesn't search the text, which would be a guess."""
    try:
        found = find_date(tree, extensive_search=False, original_date=True)
    except Exception:  # it raises many kinds on hostile pages, and a page without a date is a page
        return None
    return str(found) if found else None


def _parse(said: str) -> datetime | None:
    """The moment in UTC; None where it is none, or has no zone. A day alone is its midnight."""
    try:
        moment = datetime.fromisoformat(said.strip())
        return moment.astimezone(UTC) if moment.tzinfo else _parse_day(said.strip())
    except (ValueError, OverflowError):
        return None


def _parse_day(said: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{(said or '')[:10]}T00:00:00Z")
    except ValueError:
        return None

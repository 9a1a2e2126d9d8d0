"""What a page says about itself in JSON-LD: the article among its records, and that one's fields."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

Fields = Mapping[str, Any]

_SCRIPTS = ".//script[@type='application/ld+json']"
_MOST_CHARACTERS = 1_000_000
_MOST_RECORDS = 500
_CONTROLS = re.compile(r"[\x00-\x1f]+")
_ARTICLE = re.compile(r"Article|BlogPosting|Report|Review$|NewsArticle|Recipe|HowTo|LiveBlog")
_TAGS = re.compile(r"<[^<>]{1,500}>")


def read_records(tree: HtmlElement) -> list[Fields]:
    """All records that the page has, those in a graph or list too; what can't be read is left out."""
    return list(islice(_read_scripts(tree), _MOST_RECORDS))


def find_article(records: Sequence[Fields]) -> Fields:
    """The fields of the page's article; none where no record is one."""
    articles = [one for one in records if _ARTICLE.search(" ".join(read_texts(one.get("@type"))))]
    told = [one for one in articles if one.get("articleBody")] or articles
    pages = [one for one in records if "WebPage" in read_texts(one.get("@type"))]
    return next(iter(told or pages), {})


def find_site(records: Sequence[Fields]) -> Fields:
    """The fields of the record about the outlet's site."""
    return next((one for one in records if "WebSite" in read_texts(one.get("@type"))), {})


def _read_scripts(tree: HtmlElement) -> Iterator[Fields]:
    for script in tree.iterfind(_SCRIPTS):
        said = script.text or ""
        if len(said) > _MOST_CHARACTERS:
            continue
        try:
            yield from _unfold(json.loads(_CONTROLS.sub(" ", said).strip().rstrip(";")))
        except (ValueError, RecursionError):
            continue


def _unfold(said: object) -> Iterator[Fields]:
    if isinstance(said, list):
        for one in said:
            yield from _unfold(one)
    elif isinstance(said, dict):
        yield said
        yield from _unfold(said.get("@graph"))
        yield from _unfold(said.get("mainEntity") if not isinstance(said.get("mainEntity"), str) else None)


def read_texts(said: object) -> list[str]:
    """The texts in a field: one, several, or the names of records."""
    if isinstance(said, str):
        return [unescape(said).strip()] if said.strip() else []
    if isinstance(said, list):
        return [text for one in said[:_MOST_RECORDS] for text in read_texts(one)]
    return read_texts(said.get("name")) if isinstance(said, dict) else []


def read_body(fields: Fields) -> str:
    """The article's own text, where the page gives it in its record."""
    said = fields.get("articleBody")
    return _TAGS.sub(" ", unescape(said)) if isinstance(said, str) else ""

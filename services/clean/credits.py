"""Whom a page's pictures are credited to."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from services.clean.linked_data import Fields, read_texts

_ELEMENTS = XPath(
    "//figcaption | //*[contains(@class, 'credit')][ancestor::figure or contains(@class, 'image-credit')]"
)
_LABELLED = re.compile(
    r"\b(?:photo(?:graph)?|image|picture|illustration)s?\s?(?:credit|by|courtesy of|:)\s?:?\s*"
    r"(?P<name>[^.()|]{3,60}?)\s*[.)]?$"
    r"|\bcredit\s?:\s*(?P<credit>[^()|]{3,60}?)\s*\.?$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"\((?P<name>[^()]{0,50}\b(?:AP|Reuters|AFP|Getty|EPA|Photo|Images?|PA|dpa|Xinhua|TASS)\b[^()]{0,50})\)\s*\.?$"
)
_MOST = 40
_LONGEST_CREDIT = 60
_LONGEST_CAPTION = 1000


def find_credits(tree: HtmlElement, article: Fields) -> tuple[str, ...]:
    """The credits of the page's pictures, each once, as printed."""
    return tuple(dict.fromkeys([*_read_record(article), *_read_captions(tree)]))


def _read_record(article: Fields) -> Iterator[str]:
    images = article.get("image")
    for image in images if isinstance(images, list) else [images]:
        if isinstance(image, dict):
            yield from read_texts(image.get("creditText"))[:1] or read_texts(image.get("creator"))[:1]


def _read_captions(tree: HtmlElement) -> Iterator[str]:
    for element in islice(_ELEMENTS(tree), _MOST):
        text = " ".join(element.text_content()[:_LONGEST_CAPTION].split())
        found = _LABELLED.search(text) or _BRACKETED.search(text)
        if found:
            yield next(filter(None, found.groups()))
        elif "credit" in element.get("class", "") and 0 < len(text) <= _LONGEST_CREDIT:
            yield text

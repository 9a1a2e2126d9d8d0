"""A page's HTML as a tree: bounded in depth and attributes, without scripts' and styles' text."""

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from schemas import Unprocessable

_MOST_TAGS = 60_000
_EMPTY = "<html><body></body></html>"
_MOST_ATTRIBUTES = 200
_CROWDED = etree.XPath(f"//*[count(@*) > {_MOST_ATTRIBUTES}]")
_TRANSPARENT = (
    "span",
    "font",
    "small",
    "u",
    "img",
    "picture",
    "source",
    "wbr",
    "sup",
    "sub",
    "code",
    "label",
)
_UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe")


def parse(html: str) -> HtmlElement:
    """The tree of a page; Unprocessable where it has too many tags or can't be read.

    The parser itself ends nesting at two thousand elements. What holds no element is a page without anything.
    """
    tags = html.count("<")
    if tags > _MOST_TAGS:
        raise Unprocessable(f"the page has {tags:,} tags; at most {_MOST_TAGS:,} are processed")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(html.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        tree = document_fromstring(_EMPTY)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unprocessable(f"the page's HTML can't be read: {type(error).__name__}") from error
    for element in _CROWDED(tree):
        element.attrib.clear()
    return tree


def drop_unseen(tree: HtmlElement) -> None:
    """Take out what no reader sees; what follows it stays."""
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)


def merge_inline(tree: HtmlElement) -> None:
    """Dissolve elements that say nothing of the text in them."""
    etree.strip_tags(tree, *_TRANSPARENT)


def write(tree: HtmlElement) -> str:
    """The tree as HTML again, for those who parse by themselves."""
    return str(etree.tostring(tree, encoding="unicode", method="html"))


def find_body(tree: HtmlElement) -> HtmlElement:
    """The page's body, or all of it where it has none."""
    body = tree.find("body")
    return tree if body is None else body

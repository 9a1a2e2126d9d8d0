"""A page cut into pieces: stretches of text that no block element parts, each with what stands around it."""

import re
from dataclasses import dataclass
from enum import IntFlag, auto
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from services.clean.tags import EMPHASIS, INLINE, LEFT_OUT


class Around(IntFlag):
    """What the elements around a piece are, or are called."""

    ARTICLE = auto()
    MAIN = auto()
    NAV = auto()
    ASIDE = auto()
    FOOTER = auto()
    HEADER = auto()
    FORM = auto()
    FIGURE = auto()
    TABLE = auto()
    LIST = auto()
    QUOTE = auto()
    LINK = auto()
    BUTTON = auto()
    HIDDEN = auto()
    COMMENT = auto()
    RELATED = auto()
    SHARE = auto()
    MENU = auto()
    SIDE = auto()
    FOOT = auto()
    HEAD = auto()
    ADVERT = auto()
    SIGN_UP = auto()
    BYLINE = auto()
    CAPTION = auto()
    CONTENT = auto()
    BODY = auto()
    TITLE = auto()
    SUMMARY = auto()
    TAGS = auto()
    SHOP = auto()
    PULLED = auto()
    WIDGET = auto()
    CONTENTS = auto()


_BY_TAG = {
    "article": Around.ARTICLE,
    "main": Around.MAIN,
    "nav": Around.NAV,
    "aside": Around.ASIDE,
    "footer": Around.FOOTER,
    "header": Around.HEADER,
    "form": Around.FORM,
    "figure": Around.FIGURE,
    "figcaption": Around.FIGURE | Around.CAPTION,
    "table": Around.TABLE,
    "ul": Around.LIST,
    "ol": Around.LIST,
    "dl": Around.LIST,
    "blockquote": Around.QUOTE,
    "a": Around.LINK,
    "button": Around.BUTTON,
}
# One kind of surroundings a row: what its elements are called in class, id, role or itemprop.
_BY_NAME = {
    Around.COMMENT: r"comment|disqus|repl(?:y|ies)|respond|discussion",
    Around.RELATED: r"relat|recommend|read-?(?:more|next|also)|trending|popular|latest|recent|recirc|taboola|"
    r"outbrain|similar|suggest|up-?next|more-|-more|next-|prev|similar|teaser|card|carousel|slider|promo",
    Around.SHARE: r"shar(?:e|ing)|social|follow|addthis|sharedaddy",
    Around.MENU: r"nav|menu|breadcrumb|crumbs|pagination|pager|tabs?\b",
    Around.SIDE: r"sidebar|side-|-side\b|rail|aside|complementary|secondary",
    Around.FOOT: r"foot|colophon|copyright|bottom|legal|disclaim|contentinfo",
    Around.HEAD: r"header|masthead|banner|top-?bar|hero",
    Around.ADVERT: r"\bads?\b|advert|sponsor|\bad-|-ad\b|partner|affiliate|dfp|gpt",
    Around.SIGN_UP: r"newsletter|subscri|sign-?up|opt-?in|\bcta\b|call-to-action|paywall|log-?in|popup|modal|"
    r"cookie|consent|gdpr|donat|dialog|contact",
    Around.BYLINE: r"byline|author|\bbio\b|\bdate|meta\b|meta-|publish|posted|timestamp|"
    r"read-?time|contributor",
    Around.CAPTION: r"caption|credit|photo|image|gallery|media|figure",
    Around.CONTENT: r"article|content|entry|post|story|body|text|main|blog|news|single",
    Around.BODY: r"article-?_*body|(?:entry|post|article|story|blog|page|main|body|rich)-?_*(?:content|"
    r"text|body|copy)|content-?_*(?:body|area|main|inner|article)|wysiwyg|richtext|rte\b|prose|field-name-body",
    Around.TITLE: r"title|headline|heading",
    Around.SUMMARY: r"summary|excerpt|\bdek\b|standfirst|\blead|intro|abstract|subtitle|sub-?head|"
    r"key-?(?:points|takeaways)|tl-?dr|highlights",
    Around.TAGS: r"\btags?\b|tag-|-tag|topics?|categor|keyword|label|taxonomy",
    Around.SHOP: r"price|product|shop|cart|\bbuy|deal|coupon|listing",
    Around.PULLED: r"pull-?quote|pulled|callout|box|highlight|notice|alert|info",
    Around.WIDGET: r"widget|plugin|embed|elementor-element|block-|module|wp-block",
    Around.CONTENTS: r"\btoc|table-of-contents|tableofcontents|contents-|jump|anchor|index",
    Around.HIDDEN: r"hidden|sr-only|screen-?reader|visually|collapse|invisible|print-only|d-none",
}
_NAMES = [(kind.value, re.compile(pattern)) for kind, pattern in _BY_NAME.items()]
_KINDS = {tag: kind.value for tag, kind in _BY_TAG.items()}
_NO_DIGITS = {ord(digit): None for digit in "0123456789"}
_NO_DISPLAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_MOST_NAMED = 300
_NAMING = frozenset(("class", "id", "role", "itemprop"))
_HIDDEN = Around.HIDDEN.value


@dataclass(slots=True)
class Piece:
    """A stretch of text, and the elements that it stands in."""

    text: str
    tag: str
    """The block element that it stands in."""
    near: int
    """Flags of this element and of the two around it."""
    around: int
    """Flags of all elements around it."""
    depth: int
    holder: int
    """Number of the element that holds its element."""
    grand_holder: int
    linked: int
    """Characters that stand in links."""
    links: int
    emphasised: int
    """Characters in bold or italics."""
    broken: bool
    """Whether it ends at a line break rather than with its element."""


@dataclass(slots=True)
class _Open:
    """A block element that the walk is in; it is asked what it is called once there is text in it."""

    number: int
    tag: str
    element: HtmlElement | None
    own: int = 0
    around: int = 0


def cut(body: HtmlElement) -> list[Piece]:
    """The pieces of a page, in order; what is never shown or is for machines is left out."""
    cutter = _Cutter(body)
    cutter.walk()
    return cutter.pieces


class _Cutter:
    """The walk over a page: the open block elements, and the text since the last edge of one."""

    def __init__(self, body: HtmlElement) -> None:
        self.pieces: list[Piece] = []
        self._body = body
        self._open = [_Open(0, "body", None)] * 3
        self._count = self._link = self._strong = self._breaks = 0
        self._clear()

    def _clear(self) -> None:
        self._said: list[str] = []
        self._linked = self._links = self._emphasised = 0

    def walk(self) -> None:
        """Collect each piece as its last edge is passed."""
        walker = etree.iterwalk(self._body, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "end":
                self._leave(element, tag)
            elif tag in LEFT_OUT:
                walker.skip_subtree()
            elif tag == "br":
                self._break()
            else:
                self._enter(element, tag)

    def _enter(self, element: HtmlElement, tag: str) -> None:
        if tag in INLINE:
            self._link += tag == "a"
            self._links += tag == "a"
            self._strong += tag in EMPHASIS
        else:
            if self._said:
                self._end()
            self._links = 0
            self._count += 1
            self._open.append(_Open(self._count, tag, element))
        if text := element.text:
            self._add(text)

    def _leave(self, element: HtmlElement, tag: str) -> None:
        if tag in INLINE:
            self._link -= tag == "a"
            self._strong -= tag in EMPHASIS
        elif tag not in LEFT_OUT and tag != "br":
            if self._said:
                self._end()
            self._links = 0
            self._open.pop()
        if (text := element.tail) and element is not self._body:
            self._add(text)

    def _break(self) -> None:
        """A line break is a space; two of them part paragraphs."""
        self._breaks = self._breaks + 1 if not self._said or self._said[-1] == " " else 1
        self._said.append(" ")
        if self._breaks > 1:
            self._end(broken=True)

    def _add(self, text: str) -> None:
        self._said.append(text)
        if self._link:
            self._linked += len(text)
        if self._strong:
            self._emphasised += len(text)

    def _end(self, broken: bool = False) -> None:
        if text := " ".join("".join(self._said).split()):
            self._name_open()
            one, two, three = self._open[-1], self._open[-2], self._open[-3]
            self.pieces.append(
                Piece(
                    text,
                    one.tag,
                    one.own | two.own | three.own,
                    one.around,
                    len(self._open),
                    two.number,
                    three.number,
                    min(self._linked, len(text)),
                    self._links,
                    min(self._emphasised, len(text)),
                    broken,
                )
            )
        self._clear()

    def _name_open(self) -> None:
        """Ask the open elements that nobody asked yet what they are and are called."""
        first = len(self._open)
        while self._open[first - 1].element is not None:
            first -= 1
        for at in range(first, len(self._open)):
            one = self._open[at]
            one.own = _KINDS.get(one.tag, 0) | (_read_names(one.element) if one.tag != "body" else 0)
            one.around = self._open[at - 1].around | one.own
            one.element = None


def _read_names(element: HtmlElement) -> int:
    flags = 0
    for name, said in element.items():
        if name in _NAMING:
            flags |= _name_all(said[:_MOST_NAMED])
        elif (
            name == "hidden"
            or (name == "aria-hidden" and said == "true")
            or (name == "style" and _NO_DISPLAY.search(said))
        ):
            flags |= _HIDDEN
    return flags


@lru_cache(20_000)
def _name_all(said: str) -> int:
    flags = 0
    for token in said.lower().translate(_NO_DIGITS).split():
        flags |= _name(token)
    return flags


@lru_cache(20_000)
def _name(token: str) -> int:
    return sum(kind for kind, pattern in _NAMES if pattern.search(token))

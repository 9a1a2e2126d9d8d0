"""Pages read as a browser reads them, and what no page may hold."""

from itertools import pairwise
from urllib.parse import urlsplit

from lxml import html

# What templates are made of; an element of another kind comes from what is shown.
_NAMES = """
html head meta title link script body a header nav ul ol li form label input button main h1 h2 h3 p div span
section aside article blockquote mark details summary textarea strong b q time svg rect line text desc table
caption thead tbody tr th td dl dt dd dialog kbd code pre fieldset legend select option del ins footer circle
"""
TAGS = frozenset(_NAMES.split())
LINKS = ("href", "src", "action", "formaction", "xlink:href", "srcdoc", "data", "poster", "background")


def parse(text: str) -> html.HtmlElement:
    """The page as a tree."""
    return html.document_fromstring(text)


def find_foreign(page: html.HtmlElement) -> list[str]:
    """What a page holds that no template put there, or that a strict policy would have to stop."""
    found = []
    for element in page.iter():
        if not isinstance(element.tag, str):
            found.append(f"{type(element).__name__}: {element.text!r:.80}")
            continue
        if element.tag not in TAGS:
            found.append(f"<{element.tag}>")
        if element.tag == "script" and (element.text or not element.get("src", "").startswith("/static/")):
            found.append(f"script {element.get('src')}")
        found += [
            f"{element.tag} {name}={value:.80}"
            for name, value in element.attrib.items()
            if _is_bad(name, value)
        ]
    return found


def _is_bad(name: str, value: str) -> bool:
    if name.startswith("on") or name in ("style", "srcdoc", "http-equiv", "background"):
        return True
    return name in LINKS and not _leads_well(value)


def _leads_well(address: str) -> bool:
    """Within the desk, to a place on the page, or to a page of the web."""
    if address.startswith(("#", "/")) and not address.startswith("//"):
        return True
    return urlsplit(address.strip()).scheme in ("http", "https")


def find_faults(page: html.HtmlElement) -> list[str]:
    """What makes a page hard to use for somebody who doesn't see it."""
    ids = [element.get("id") for element in page.iter() if isinstance(element.tag, str) and element.get("id")]
    faults = [f"id {one} is there twice" for one in {one for one in ids if ids.count(one) > 1}]
    labelled = {label.get("for") for label in page.iter("label")}
    for field in page.iter("input", "select", "textarea"):
        wrapped = any(parent.tag == "label" for parent in field.iterancestors())
        if field.get("type") != "hidden" and field.get("id") not in labelled and not wrapped:
            faults.append(f"no label for {field.get('name')}")
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4")]
    if levels.count(1) != 1 or levels[:1] != [1]:
        faults.append(f"headings {levels}")
    faults += [f"h{later} after h{earlier}" for earlier, later in pairwise(levels) if later > earlier + 1]
    for name in ("for", "aria-labelledby", "aria-describedby"):
        meant = {one for element in page.xpath(f"//*[@{name}]") for one in element.get(name).split()}
        faults += [f"{name}={one} leads nowhere" for one in meant - set(ids)]
    if page.get("lang") is None or page.find(".//main") is None or page.find(".//title") is None:
        faults.append("no language, main or title")
    return faults

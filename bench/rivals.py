"""Other ways to clean a page or a scraped text: each a function from what is given to the article's text."""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Extract = Callable[[str], str]
LEAST_WORDS = 5
END_MARKS = (".", "!", "?", '"', "”")
REPEATED = 2


@dataclass(frozen=True)
class Scraped:
    """One page as scraped text."""

    id: str
    source: str
    text: str


Reading = Callable[[Sequence[Scraped]], Iterator[str]]
"""From pages in their order of arrival to their texts."""


def list_extractors() -> dict[str, Extract]:
    """The extractors of HTML by name; ImportError where they are not installed."""
    import newspaper
    import trafilatura
    from lxml.html import fromstring
    from readability import Document
    from resiliparse.extract.html2text import extract_plain_text

    def read(page: str) -> str:
        return str(fromstring(Document(page).summary()).text_content())

    def read_paper(page: str) -> str:
        article = newspaper.Article("https://page.example/", language="en", fetch_images=False)
        article.download(input_html=page)
        article.parse()
        return str(article.text)

    return {
        "trafilatura, fast": lambda page: trafilatura.extract(page, include_comments=False, fast=True) or "",
        "trafilatura, default": lambda page: trafilatura.extract(page, include_comments=False) or "",
        "trafilatura, default, metadata": lambda page: (
            trafilatura.bare_extraction(page, include_comments=False, with_metadata=True).text or ""
        ),
        "trafilatura, precision": lambda page: (
            trafilatura.extract(page, include_comments=False, favor_precision=True) or ""
        ),
        "resiliparse": lambda page: extract_plain_text(page, main_content=True, alt_texts=False),
        "readability-lxml": read,
        "newspaper4k": read_paper,
    }


def keep_all(pages: Sequence[Scraped]) -> Iterator[str]:
    """Every line."""
    return (page.text for page in pages)


def keep_sentences(pages: Sequence[Scraped]) -> Iterator[str]:
    """C4's rules: lines of five words or more that close with an end mark."""
    for page in pages:
        lines = (line.strip() for line in page.text.split("\n"))
        yield "\n".join(
            line for line in lines if len(line.split()) >= LEAST_WORDS and line.endswith(END_MARKS)
        )


def keep_just_text(pages: Sequence[Scraped]) -> Iterator[str]:
    """What jusText takes for good when each line is a paragraph."""
    import justext

    words = justext.get_stoplist("English")
    for page in pages:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in page.text.split("\n") if line.strip())
        found = justext.justext(f"<html><body>{lines}</body></html>", words)
        yield "\n".join(one.text for one in found if not one.is_boilerplate)


def drop_known_repeats(pages: Sequence[Scraped]) -> Iterator[str]:
    """Lines that stand in one page of the source only, all its pages being known."""
    counts = Counter(pair for page in pages for pair in _pair_lines(page))
    return (_keep(page, counts) for page in pages)


def drop_repeats(pages: Sequence[Scraped]) -> Iterator[str]:
    """Lines that no earlier page of the source had."""
    counts: Counter[tuple[str, str]] = Counter()
    for page in pages:
        counts.update(_pair_lines(page))
        yield _keep(page, counts)


def _keep(page: Scraped, counts: Counter[tuple[str, str]]) -> str:
    lines = page.text.split("\n")
    return "\n".join(line for line in lines if counts[page.source, _fold(line)] < REPEATED)


def _pair_lines(page: Scraped) -> set[tuple[str, str]]:
    return {(page.source, _fold(line)) for line in page.text.split("\n")}


def _fold(line: str) -> str:
    return " ".join(re.findall(r"\w+", line.lower()))

"""As many different articles as are wanted, from the examples."""

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from schemas import ArticleSubmitted, MediaType, Metadata, Skipped
from services.clean import clean
from services.ingest import read_paths
from services.ingest.identity import read_content

EXAMPLES = Path(__file__).parents[1] / "examples"


def vary_examples(number: int) -> Iterator[ArticleSubmitted]:
    """Articles of the examples again and again, each with an address and a sentence of its own.

    Examples that are skipped (too short, no model for the language) are left out, so that each is done.
    """
    given = [read_content(read.submission) for read in read_paths([EXAMPLES]) if read.submission]
    texts = [content for content, kind in given if kind is MediaType.TEXT and _is_processed(content)]
    return islice((_vary(texts[n % len(texts)], n) for n in count()), number)


def clean_examples() -> Iterator[tuple[str, str]]:
    """The name and the clean text of each example that is not skipped."""
    for read in read_paths([EXAMPLES]):
        if read.submission:
            cleaned = clean(*read_content(read.submission), Metadata())
            if not isinstance(cleaned, Skipped):
                yield Path(read.origin).name, cleaned.text


def _is_processed(text: str) -> bool:
    return not isinstance(clean(text, MediaType.TEXT, Metadata()), Skipped)


def _vary(text: str, number: int) -> ArticleSubmitted:
    own = f"The registry keeps this report under number {number}, officials said."
    first, _, rest = text.partition("\n\n")
    return ArticleSubmitted(url=f"https://desk.example/{number}", text=f"{first}\n\n{own}\n\n{rest}")

"""A page's HTML: its article text, and what the page says about itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas import Metadata
from services.clean.about import (
    Sayings,
    guess_date,
    listen,
    read_about,
    read_head_title,
    read_language,
    read_shown_authors,
)
from services.clean.article import cut_page, pick_article
from services.clean.linked_data import read_body
from services.clean.markup import parse
from services.clean.pieces import Piece
from services.clean.traits import Witness


@dataclass(frozen=True)
class Page:
    """What a page holds."""

    text: str
    """The article's paragraphs, one a line; empty where none was found."""
    metadata: Metadata
    """What the publisher said, completed with what the page says."""
    language: str | None
    """The language the page names in its root element or its head."""


def read_page(html: str, metadata: Metadata) -> Page:
    """The article in a page; Unprocessable where the HTML has too many tags or can't be read."""
    tree = parse(html)
    said = listen(tree)
    known = read_about(said, metadata)
    pieces, heard = cut_page(tree)
    witnesses = [Witness(heard), Witness(read_body(said.article))]
    paragraphs = pick_article(pieces, witnesses, read_head_title(said) or "")
    return Page("\n".join(paragraphs), _complete(known, said, pieces), read_language(said))


def _complete(known: Metadata, said: Sayings, pieces: Sequence[Piece]) -> Metadata:
    """What the page's own lines show, where its head is silent."""
    return known.model_copy(
        update={
            "authors": known.authors or read_shown_authors(pieces, known.site_name),
            "published_at": known.published_at or guess_date(said, pieces),
        }
    )

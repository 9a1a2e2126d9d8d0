"""Clean texts become mentions and entities."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from spacy.language import Language
from spacy.tokens import Doc

from services.entities.bounds import PARAGRAPH_BREAK
from services.entities.found import Extraction, FoundMention
from services.entities.merging import merge
from services.entities.pipeline import reads_whole_texts

PARAGRAPHS = 4
"""Paragraphs that go to the model for each article of the batch size: measured fastest for news."""
LONGEST = 20_000
"""Code points given to the model at once; longer paragraphs are cut at a space."""


def extract(nlp: Language, articles: Sequence[tuple[UUID, str]], batch_size: int = 16) -> list[Extraction]:
    """The extraction of each article (its id and clean text), in the same order.

    Our recogniser sees a text as a whole; others paragraph by paragraph, about `batch_size` articles at a
    time. In both cases no name crosses a paragraph.
    """
    part = cut_long if reads_whole_texts(nlp) else cut
    pieces = ((piece, (at, offset)) for at, (_, text) in enumerate(articles) for offset, piece in part(text))
    found: list[list[FoundMention]] = [[] for _ in articles]
    # The zone forgets the words of these articles: else each new one stays in the vocabulary for ever.
    with nlp.memory_zone():
        for doc, (at, offset) in nlp.pipe(pieces, as_tuples=True, batch_size=batch_size * PARAGRAPHS):
            found[at].extend(replace(m, start=m.start + offset, end=m.end + offset) for m in read_doc(doc))
    return [merge(id_, text, mentions) for (id_, text), mentions in zip(articles, found, strict=True)]


def read_doc(doc: Doc) -> list[FoundMention]:
    """What the model labelled in one document, in code points of its text."""
    return [FoundMention(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]


def cut(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a text with where they begin; none is longer than LONGEST or empty."""
    start = 0
    for stop, after in [*(m.span() for m in PARAGRAPH_BREAK.finditer(text)), (len(text), len(text))]:
        yield from ((start + offset, piece) for offset, piece in cut_long(text[start:stop]))
        start = after


def cut_long(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces of at most LONGEST, cut at a space where there is one; none is empty."""
    start = 0
    while len(text) - start > LONGEST:
        space = max(text.rfind(gap, start + 1, start + LONGEST) for gap in ("\n", " "))
        middle = space if space > 0 else start + LONGEST
        yield start, text[start:middle]
        start = middle
    if text[start:].strip():
        yield start, text[start:]

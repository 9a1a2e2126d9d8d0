"""Clean texts become mentions and entities."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from spacy.language import Language
from spacy.tokens import Doc

from services.entities.bounds import PARAGRAPH_BREAK
from services.entities.found import Extraction, FoundMention
from services.entities.merging import merge

PARAGRAPHS = 4
"""Paragraphs that go to the model for each article of the batch size: measured fastest for news."""
LONGEST = 20_000
"""Code points given to the model at once; longer paragraphs are cut at a space."""


def extract(nlp: Language, articles: Sequence[tuple[UUID, str]], batch_size: int = 16) -> list[Extraction]:
    """The extraction of each article (its id and clean text), in the same order.

    The model sees paragraph by paragraph, so no name crosses one, and about `batch_size` articles at a time.
    """
    pieces = ((piece, (at, offset)) for at, (_, text) in enumerate(articles) for offset, piece in cut(text))
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
        while stop - start > LONGEST:
            space = text.rfind(" ", start + 1, start + LONGEST)
            middle = space if space > 0 else start + LONGEST
            yield start, text[start:middle]
            start = middle
        if text[start:stop].strip():
            yield start, text[start:stop]
        start = after

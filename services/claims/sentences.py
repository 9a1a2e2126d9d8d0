"""Single sentences, out of any article: how much each calls for a check."""

from collections.abc import Iterator, Sequence

from spacy.language import Language

from schemas import CheckWorthiness
from services.claims.readings import rate_words


def rate_sentences(nlp: Language, texts: Sequence[str], batch_size: int = 64) -> Iterator[CheckWorthiness]:
    """The check-worthiness of each text, in their order; each is taken for one statement."""
    with nlp.memory_zone():
        for doc in nlp.pipe(texts, batch_size=batch_size):
            yield rate_words(doc, list(doc))

"""Where in a text the words stand that were searched for: as offsets, never as markup."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Text, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.store.claim_filter import MOST_WORDS
from services.store.search_tables import ENGLISH

WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+")
# What a search leaves out: -word or -"a phrase".
_WITHOUT = re.compile(r'(?<!\S)-(?:"[^"]*"?|\S+)')
LONGEST = 200
"""Letters of a word; what is longer is no word that anybody searches for."""


class Marked(NamedTuple):
    """A word that was searched for: `text[start:end]`."""

    start: int
    end: int


def highlight(tx: Connection, words: str, texts: Sequence[str]) -> list[tuple[Marked, ...]]:
    """For each text where the words of a search stand in it, in whatever form; neighbours are one."""
    tokens = [set(WORD.findall(text)) for text in texts]
    single = {token for some in tokens for token in some if len(token) <= LONGEST}
    matching = _match(tx, words.replace("\0", " ")[:MOST_WORDS], single)
    pairs = zip(texts, tokens, strict=True)
    return [() if matching.isdisjoint(some) else tuple(_join(text, matching)) for text, some in pairs]


def _match(tx: Connection, words: str, single: set[str]) -> set[str]:
    """Those of the single words that have a stem in common with the words of the search."""
    sought = select(
        func.tsvector_to_array(func.to_tsvector(ENGLISH, _WITHOUT.sub(" ", words)))
    ).scalar_subquery()
    token = (
        func.unnest(literal(sorted(single), ARRAY(Text))).table_valued(column("token", Text)).render_derived()
    )
    stems = func.tsvector_to_array(func.to_tsvector(ENGLISH, token.c.token), type_=ARRAY(Text))
    return set(tx.execute(select(token.c.token).where(stems.op("&&")(sought))).scalars())


def _join(text: str, matching: set[str]) -> Iterator[Marked]:
    start = end = 0
    for found in WORD.finditer(text):
        if found.group() not in matching:
            continue
        if end and not text[end : found.start()].strip():
            end = found.end()
            continue
        if end:
            yield Marked(start, end)
        start, end = found.span()
    if end:
        yield Marked(start, end)

"""Entities found by a name as somebody remembers it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from rapidfuzz.distance import OSA
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from schemas import EntityKind
from services.store.likeness import join_neighbours, rate_name
from services.store.names import NOBODY, name_entities
from services.store.search_tables import name_words, names
from services.store.spellings import allow_typos, list_deletes, list_words
from services.store.tables import entities

TYPED = 6
"""Words of a name that are looked for."""
ALIKE = 50
"""Stored words that are taken for one that was typed."""
CANDIDATES = 2_000
"""Names that are compared with what was typed."""
LEAST = 0.6
"""Score of a name that is found."""


@dataclass(frozen=True)
class FoundName:
    """An entity whose name is like the one that was typed."""

    entity_id: UUID
    name: str
    """What most articles call it."""
    kind: str
    articles: int
    """How many name it."""
    score: float
    """How alike its name is, 0 to 1."""
    matched: str
    """The name that is alike."""

    @property
    def position(self) -> "NamePosition":
        """Where it stands among what was found."""
        return NamePosition(-round(self.score, 2), -self.articles, self.matched, self.entity_id)


class NamePosition(NamedTuple):
    """Where a name stands among those found: the lesser comes first."""

    unlike: float
    rare: int
    matched: str
    entity_id: UUID


def find_names(
    tx: Connection,
    words: str,
    limit: int = 10,
    kind: EntityKind | None = None,
    after: NamePosition | None = None,
) -> list[FoundName]:
    """The entities with the names most alike, those of most articles first among equals.

    Accents, case, the order of the words, initials, a typo or two, and the end of the last word may differ.
    """
    typed = list_words(words)[:TYPED]
    best: dict[UUID, tuple[float, str]] = {}
    for row in _list_candidates(tx, typed) if typed else ():
        score = rate_name(typed, list_words(row.name))
        if score >= LEAST and (score, row.name) > best.get(row.entity_id, (0.0, "")):
            best[row.entity_id] = score, row.name
    found = [_describe(row, *best[row.entity_id]) for row in _read_entities(tx, list(best))]
    kept = [one for one in found if kind in (None, one.kind) and (after is None or one.position > after)]
    ranked = sorted(kept, key=lambda one: one.position)[:limit]
    called = name_entities(tx, [one.entity_id for one in ranked])
    return [FoundName(**{**vars(one), "name": called[one.entity_id]}) for one in ranked]


def _describe(row: Row[Any], score: float, matched: str) -> FoundName:
    return FoundName(row.entity_id, matched, row.kind, row.articles, score, matched)


def _read_entities(tx: Connection, entity_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """What articles name still, and how many do."""
    return tx.execute(
        select(entities.c.entity_id, func.min(entities.c.kind).label("kind"), func.count().label("articles"))
        .where(entities.c.entity_id == any_(literal(list(entity_ids), ARRAY(Uuid))))
        .group_by(entities.c.entity_id)
    ).all()


def _list_candidates(tx: Connection, typed: Sequence[str]) -> Sequence[Row[Any]]:
    """Names that hold a word like each of those typed, in one of the ways to read these."""
    ways = list(_read_in_ways(typed))
    alike = {word: _list_alike(tx, word) for word in {word for way in ways for word in way}}
    conditions = [
        and_(*(_holds(word, alike[word]) for word in way))
        for way in ways
        if all(len(word) == 1 or alike[word] for word in way) and any(alike[word] for word in way)
    ]
    if not conditions:
        return []
    query: Select[Any] = select(names.c.name, names.c.entity_id).where(
        or_(*conditions), names.c.entity_id != NOBODY
    )
    return tx.execute(query.limit(CANDIDATES)).all()


def _read_in_ways(typed: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """As they are; each two neighbours as one word; of three or more without one of them."""
    yield tuple(typed)
    yield from join_neighbours(typed)
    if len(typed) > 2:
        yield from ((*typed[:at], *typed[at + 1 :]) for at in range(len(typed)))


def _list_alike(tx: Connection, word: str) -> list[str]:
    """Stored words that differ by a typo or two, or go on where this one ends; the nearest first."""
    if len(word) == 1:
        return []
    # One by one: for all at once Postgres would rather look into every word there is.
    forms = func.unnest(literal(list_deletes(word), ARRAY(Text))).table_valued("form").render_derived()
    shared = name_words.c.deletes.contains(array([forms.c.form]))
    rows = tx.execute(select(name_words.c.word).join(forms, shared).distinct()).scalars()
    distances = {other: OSA.distance(word, other) for other in rows}
    near = sorted((wrong, other) for other, wrong in distances.items() if wrong <= allow_typos(word))
    begun = select(name_words.c.word).where(
        name_words.c.word >= word, name_words.c.word < word + "\U0010ffff", func.length(word) > 2
    )
    longer = list(tx.execute(begun.order_by(func.length(name_words.c.word)).limit(ALIKE)).scalars())
    return list(dict.fromkeys([*(other for _, other in near[:ALIKE]), *longer]))


def _holds(word: str, alike: Sequence[str]) -> ColumnElement[bool]:
    """Whether a name has such a word, or its initial."""
    if len(word) == 1:
        return names.c.key.regexp_match(rf"\m{word}")
    held: ColumnElement[bool] = names.c.words.overlap(literal([*alike, word[0]], ARRAY(Text)))
    return held

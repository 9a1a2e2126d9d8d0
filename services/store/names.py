"""Names as articles print them, and what they stand for: found by a part, or despite their spelling."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, Uuid, any_, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.store.search_tables import name_words, names
from services.store.spellings import cut, fold, list_deletes, list_words, split_words
from services.store.tables import entities

NOBODY = UUID(int=0)
"""Stands for what a source refers to that is no entity."""
SEEN = 5
"""Articles that are asked what an entity is called."""
MANY = 2_000
"""Words that a part of a name may stand in before it is looked for in all names instead."""


def save_names(tx: Connection, named: Iterable[tuple[str, UUID | None]]) -> None:
    """Know these names from now on, each with the entity it stands for."""
    wanted = {(cut(name), entity_id or NOBODY) for name, entity_id in named}
    # Always in the same order, so that two workers never wait in a ring.
    new = sorted(wanted - _find_known(tx, wanted))
    if not new:
        return
    words = {name: split_words(name) for name, _ in new}
    rows = [
        {"name": name, "entity_id": entity_id, "key": fold(name), "words": words[name]}
        for name, entity_id in new
    ]
    tx.execute(insert(names).on_conflict_do_nothing(), rows)
    single = sorted({word for found in words.values() for word in found})
    if single:
        tx.execute(
            insert(name_words).on_conflict_do_nothing(),
            [{"word": word, "deletes": list_deletes(word)} for word in single],
        )


def _find_known(tx: Connection, wanted: Iterable[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    printed = literal(sorted({name for name, _ in wanted}), ARRAY(Text))
    rows = tx.execute(select(names.c.name, names.c.entity_id).where(names.c.name == any_(printed)))
    return {(row.name, row.entity_id) for row in rows}


def match_names(tx: Connection, part: str) -> list[str]:
    """Every name that holds `part`, whatever its case and accents."""
    return list(tx.execute(_holding(tx, part, select(names.c.name).distinct())).scalars())


def match_entities(tx: Connection, part: str) -> Sequence[Row[Any]]:
    """Every name of an entity that holds `part`, with the `entity_id`."""
    query = select(names.c.name, names.c.entity_id).where(names.c.entity_id != NOBODY)
    return tx.execute(_holding(tx, part, query)).all()


def _holding(tx: Connection, part: str, query: Select[Any]) -> Select[Any]:
    """Narrow to names that hold `part`: by the words its longest word is a part of, where that helps."""
    folded = fold(part)
    conditions: list[ColumnElement[bool]] = [names.c.key.contains(folded, autoescape=True)]
    if longest := max(list_words(part), key=len, default=""):
        words = _list_words(tx, longest)
        if len(words) <= MANY:
            conditions.append(names.c.words.overlap(literal(words, ARRAY(Text))))
    return query.where(*conditions)


def _list_words(tx: Connection, part: str) -> Sequence[str]:
    holding = select(name_words.c.word).where(func.strpos(name_words.c.word, part) > 0)
    return list(tx.execute(holding.limit(MANY + 1)).scalars())


def name_entities(tx: Connection, entity_ids: Sequence[UUID]) -> dict[UUID, str]:
    """A name for each entity: the one that most articles print, of the first `SEEN` that name it."""
    if not entity_ids:
        return {}
    ids = func.unnest(literal(list(entity_ids), ARRAY(Uuid))).table_valued("entity_id").render_derived()
    of_some = (
        select(entities.c.name).where(entities.c.entity_id == ids.c.entity_id).limit(SEEN).lateral("of_some")
    )
    called = select(ids.c.entity_id, func.mode().within_group(of_some.c.name)).join(of_some, true())
    rows: Sequence[Any] = tx.execute(called.group_by(ids.c.entity_id)).all()
    return dict(rows)

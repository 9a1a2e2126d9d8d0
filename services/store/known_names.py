"""Names that are known to the house, with the Wikidata ids they stand for: a table that the user imports."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Row, Select, Text, any_, bindparam, func, literal, select, text

from services.store.tables import entities, known_names
from services.store.upsert import upsert_at_once


def import_names(tx: Connection, rows: Sequence[Mapping[str, Any]], replace: bool) -> None:
    """Store `rows` in place of all that is there of their ids; with `replace`, of all that is there."""
    # One import after the other: so the newest `imported_at` tells whether what was read is the present.
    tx.execute(text("lock table known_names in exclusive mode"))
    ids = literal(sorted({row["wikidata"] for row in rows}), ARRAY(Text))
    old = known_names.delete()
    tx.execute(old if replace else old.where(known_names.c.wikidata == any_(ids)))
    moment = tx.execute(select(func.clock_timestamp())).scalar_one()
    upsert_at_once(tx, known_names, [{**row, "imported_at": moment} for row in rows])


def read_version(tx: Connection) -> datetime | None:
    """When the table was last imported; None where it is empty."""
    return tx.execute(select(func.max(known_names.c.imported_at))).scalar()


def read_names(tx: Connection) -> Sequence[Row[Any]]:
    """All of it."""
    names = known_names.c
    query: Select[Any] = select(names.kind, names.key, names.wikidata, names.is_alias)
    return tx.execute(query).all()


def list_named(tx: Connection) -> Sequence[Row[Any]]:
    """Every kind, name and Wikidata id that stands in an article."""
    query: Select[Any] = select(entities.c.kind, entities.c.name, entities.c.wikidata).distinct()
    return tx.execute(query).all()


def set_wikidata(tx: Connection, links: Iterable[tuple[str, str, str | None]]) -> None:
    """Give what has this kind and name, in whatever article, this id."""
    rows = [{"of_kind": kind, "named": name, "id": wikidata} for kind, name, wikidata in links]
    if rows:
        same_name = func.lower(entities.c.name) == func.lower(bindparam("named"))  # for the index
        exactly = (entities.c.name == bindparam("named")) & (entities.c.kind == bindparam("of_kind"))
        tx.execute(entities.update().where(same_name, exactly).values(wikidata=bindparam("id")), rows)

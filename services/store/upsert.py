"""Many rows in one statement, written again without harm."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert


def upsert(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`; where a primary key is there already, its other given columns are replaced."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    replaced = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    # One statement, compiled once; psycopg sends the rows in pipeline mode.
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), list(rows))

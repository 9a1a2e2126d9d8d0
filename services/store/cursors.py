"""How far a long reading has come, so that it goes on there when it is interrupted."""

from uuid import UUID

from sqlalchemy import Connection, func, select

from services.store.tables import cursors
from services.store.upsert import upsert

Place = tuple[int, int]
"""Parts read in full, and what has been read of the next."""


def find_cursor(tx: Connection, cursor_id: UUID) -> Place | None:
    """Where the reading was interrupted; None where it was not."""
    row = tx.execute(select(cursors).where(cursors.c.cursor_id == cursor_id)).first()
    return (row.part, row.item) if row else None


def save_cursor(tx: Connection, cursor_id: UUID, name: str, place: Place) -> None:
    """Write down how far the reading of `name` has come."""
    row = {"cursor_id": cursor_id, "name": name, "part": place[0], "item": place[1], "saved_at": func.now()}
    upsert(tx, cursors, [row])


def drop_cursor(tx: Connection, cursor_id: UUID) -> None:
    """The reading is at its end."""
    tx.execute(cursors.delete().where(cursors.c.cursor_id == cursor_id))

"""How far a long reading has come, so that it goes on there when it is interrupted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, or_, select

from services.store.tables import cursors
from services.store.upsert import upsert

Place = tuple[int, int, str]
"""Parts read in full, what has been read of the next, and what the source looked like."""
KEPT_FOR = timedelta(days=30)
"""A reading that nobody goes on with is forgotten."""


def find_cursor(tx: Connection, cursor_id: UUID) -> Place | None:
    """Where the reading was interrupted; None where it was not."""
    row = tx.execute(select(cursors).where(cursors.c.cursor_id == cursor_id)).first()
    return (row.part, row.item, row.mark) if row else None


def save_cursor(tx: Connection, cursor_id: UUID, name: str, place: Place) -> None:
    """Write down how far the reading of `name` has come."""
    part, item, mark = place
    row = {"cursor_id": cursor_id, "name": name, "part": part, "item": item, "mark": mark}
    upsert(tx, cursors, [row | {"saved_at": datetime.now(UTC)}])


def drop_cursor(tx: Connection, cursor_id: UUID) -> None:
    """The reading is at its end."""
    old = cursors.c.saved_at < datetime.now(UTC) - KEPT_FOR
    tx.execute(cursors.delete().where(or_(cursors.c.cursor_id == cursor_id, old)))

"""Feeds that are followed, and which of their items have been seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from services.store.tables import feed_items, feeds
from services.store.upsert import upsert


def add_feed(tx: Connection, feed_id: UUID, url: str, source: str | None) -> bool:
    """Follow a feed from now on; False where it was followed before (its source is replaced)."""
    known = tx.execute(select(feeds.c.feed_id).where(feeds.c.feed_id == feed_id)).first()
    upsert(tx, feeds, [{"feed_id": feed_id, "url": url, "source": source}])
    return known is None


def list_feeds(tx: Connection) -> Sequence[Row[Any]]:
    """All feeds, with the number of items seen."""
    seen = select(feed_items.c.feed_id, func.count().label("seen")).group_by(feed_items.c.feed_id).subquery()
    return tx.execute(
        select(feeds, func.coalesce(seen.c.seen, 0).label("seen"))
        .outerjoin(seen, seen.c.feed_id == feeds.c.feed_id)
        .order_by(feeds.c.url)
    ).all()


def remove_feed(tx: Connection, feed_id: UUID) -> bool:
    """Follow a feed no more; False where it was not followed."""
    return tx.execute(feeds.delete().where(feeds.c.feed_id == feed_id)).rowcount > 0


def make_all_due(tx: Connection, now: datetime) -> None:
    """Have every feed polled at once, also those that failed."""
    tx.execute(feeds.update().values(due_at=now))


def claim_due(tx: Connection, now: datetime, for_seconds: float) -> Row[Any] | None:
    """A feed whose time has come, kept from other pollers for some time; None where there is none."""
    due = (
        select(feeds.c.feed_id)
        .where(feeds.c.due_at <= now)
        .order_by(feeds.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return tx.execute(
        feeds.update()
        .where(feeds.c.feed_id == due)
        .values(due_at=now + timedelta(seconds=for_seconds))
        .returning(feeds)
    ).first()


def note_poll(tx: Connection, feed_id: UUID, **said: object) -> None:
    """Write down how a poll went."""
    tx.execute(feeds.update().where(feeds.c.feed_id == feed_id).values(**said))


def find_seen(tx: Connection, feed_id: UUID, item_ids: Iterable[str]) -> Mapping[str, str | None]:
    """Those of the items that were seen, with what they were dated then."""
    rows = tx.execute(
        select(feed_items.c.item_id, feed_items.c.updated)
        .where(feed_items.c.feed_id == feed_id)
        .where(feed_items.c.item_id.in_(list(item_ids)))
    )
    return {row.item_id: row.updated for row in rows}


def save_seen(tx: Connection, feed_id: UUID, items: Mapping[str, str | None], now: datetime) -> None:
    """Remember items, with what they are dated; they stay seen for as long as the feed names them."""
    rows = [
        {"feed_id": feed_id, "item_id": item_id, "updated": updated, "seen_at": now}
        for item_id, updated in sorted(items.items())
    ]
    upsert(tx, feed_items, rows)


def forget_items(tx: Connection, feed_id: UUID, before: datetime) -> None:
    """Forget the items that the feed has not named since then."""
    tx.execute(feed_items.delete().where(feed_items.c.feed_id == feed_id, feed_items.c.seen_at < before))

"""What receivers are told: put down once, taken by one process at a time, tried until it is taken in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.store.tables import deliveries, stream_positions, webhooks
from services.store.webhooks import WebhookState


def add_deliveries(tx: Connection, rows: Sequence[Mapping[str, object]]) -> int:
    """Put down what is to be delivered; returns how many of it were not there before."""
    if not rows:
        return 0
    # In one order, so that two processes never wait in a ring.
    ordered = sorted(rows, key=lambda row: str(row["delivery_id"]))
    new = insert(deliveries).values(ordered).on_conflict_do_nothing().returning(deliveries.c.delivery_id)
    return len(tx.execute(new).all())


def list_due(tx: Connection, now: datetime) -> Sequence[UUID]:
    """The receivers for whom something is due, and who do not rest."""
    query = select(webhooks.c.webhook_id).where(
        webhooks.c.state == WebhookState.ACTIVE,
        or_(webhooks.c.resting_until.is_(None), webhooks.c.resting_until <= now),
        select(deliveries.c.delivery_id)
        .where(deliveries.c.webhook_id == webhooks.c.webhook_id, _is_due(now))
        .exists(),
    )
    return tx.execute(query).scalars().all()


def take_deliveries(
    tx: Connection, webhook_id: UUID, now: datetime, lease: Callable[[int], timedelta], limit: int
) -> Sequence[Row[Any]]:
    """Take what is due, the longest waiting first; nobody else gets it before the lease of the attempt ends.

    Chosen first and written then: an UPDATE with the choice as a subquery may choose more than once.
    """
    chosen = (
        select(deliveries.c.delivery_id, deliveries.c.attempts)
        .where(deliveries.c.webhook_id == webhook_id, _is_due(now))
        .order_by(deliveries.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = sorted(tx.execute(chosen).all(), key=lambda row: int(row.attempts))
    taken: list[Row[Any]] = []
    for attempts, group in groupby(rows, lambda row: int(row.attempts)):
        values = {"taken_until": now + lease(attempts + 1), "attempts": attempts + 1}
        own = deliveries.c.delivery_id.in_([row.delivery_id for row in group])
        taken += tx.execute(deliveries.update().where(own).values(values).returning(deliveries)).all()
    return sorted(taken, key=lambda row: row.next_at)


def _is_due(now: datetime) -> ColumnElement[bool]:
    free = or_(deliveries.c.taken_until.is_(None), deliveries.c.taken_until <= now)
    return and_(deliveries.c.next_at <= now, free)


def note_delivered(tx: Connection, delivery_id: UUID, status: int, now: datetime) -> None:
    """It was taken in."""
    _note(tx, delivery_id, status=status, error=None, done_at=now, next_at=None)


def note_failed(
    tx: Connection, delivery_id: UUID, status: int | None, error: str, next_at: datetime | None
) -> None:
    """It was not; it is tried again at `next_at`, or given up where that is None."""
    _note(tx, delivery_id, status=status, error=error, next_at=next_at)


def _note(tx: Connection, delivery_id: UUID, **said: object) -> None:
    # What somebody else has delivered meanwhile stays delivered.
    open_one = deliveries.c.delivery_id == delivery_id, deliveries.c.done_at.is_(None)
    tx.execute(deliveries.update().where(*open_one).values(taken_until=None, **said))


def hurry(tx: Connection, webhook_id: UUID, now: datetime) -> None:
    """Have a receiver that answers again be told at once of all that waits."""
    waiting = deliveries.c.webhook_id == webhook_id, deliveries.c.next_at > now
    tx.execute(deliveries.update().where(*waiting).values(next_at=now))


def replay_deliveries(
    tx: Connection, webhook_id: UUID, now: datetime, since: datetime | None, delivered: bool
) -> int:
    """Have what was given up, and with `delivered` also what was taken in, tried anew; returns how many."""
    ended = [deliveries.c.webhook_id == webhook_id, deliveries.c.next_at.is_(None)]
    if since is not None:
        ended.append(deliveries.c.created_at >= since)
    if not delivered:
        ended.append(deliveries.c.done_at.is_(None))
    anew = {"next_at": now, "attempts": 0, "done_at": None, "taken_until": None}
    return tx.execute(deliveries.update().where(*ended).values(**anew)).rowcount


def list_deliveries(
    tx: Connection, webhook_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row[Any]]:
    """What a receiver is told, the newest first."""
    c = deliveries.c
    query = select(deliveries).where(c.webhook_id == webhook_id)
    if after is not None:
        query = query.where(tuple_(c.created_at, c.delivery_id) < after)
    return tx.execute(query.order_by(c.created_at.desc(), c.delivery_id.desc()).limit(limit)).all()


def forget_deliveries(tx: Connection, done_before: datetime, given_up_before: datetime, limit: int) -> int:
    """Forget what was delivered, or given up, so long ago; returns how many, at most `limit`."""
    c = deliveries.c
    old = or_(c.done_at < done_before, and_(c.done_at.is_(None), c.created_at < given_up_before))
    chosen = select(c.delivery_id).where(c.created_at < done_before, c.next_at.is_(None), old)
    ids = tx.execute(chosen.limit(limit).with_for_update(skip_locked=True)).scalars().all()
    tx.execute(deliveries.delete().where(c.delivery_id.in_(ids)))
    return len(ids)


def list_stale(tx: Connection, before: datetime) -> Sequence[UUID]:
    """Receivers that were disabled before that moment, with what has waited for them since."""
    waits = deliveries.c.webhook_id == webhooks.c.webhook_id, deliveries.c.next_at < before
    query = select(webhooks.c.webhook_id).where(
        _is_disabled(before), select(deliveries.c.delivery_id).where(*waits).exists()
    )
    return tx.execute(query).scalars().all()


def drop_waiting(tx: Connection, webhook_id: UUID, before: datetime, limit: int) -> int:
    """Drop what has waited since then for one that was disabled before; returns how many, at most `limit`.

    What is replayed waits anew, so that it is there when the receiver is enabled. First the receiver, then
    its deliveries: see `hold_webhook`.
    """
    own = webhooks.c.webhook_id == webhook_id, _is_disabled(before)
    if tx.execute(select(webhooks.c.webhook_id).where(*own).with_for_update(key_share=True)).first() is None:
        return 0
    waiting = deliveries.c.webhook_id == webhook_id, deliveries.c.next_at < before
    chosen = select(deliveries.c.delivery_id).where(*waiting).limit(limit).with_for_update(skip_locked=True)
    ids = tx.execute(chosen).scalars().all()
    tx.execute(deliveries.delete().where(deliveries.c.delivery_id.in_(ids)))
    tx.execute(webhooks.update().where(own[0]).values(dropped=webhooks.c.dropped + len(ids)))
    return len(ids)


def _is_disabled(before: datetime) -> ColumnElement[bool]:
    return and_(webhooks.c.state == WebhookState.DISABLED, webhooks.c.disabled_at < before)


def find_position(tx: Connection, reader: str) -> str | None:
    """How far a reader of a stream has come; None where it has not begun."""
    query = select(stream_positions.c.entry_id).where(stream_positions.c.reader == reader)
    return tx.execute(query).scalar_one_or_none()


def move_position(tx: Connection, reader: str, before: str | None, to: str) -> bool:
    """Move it on, if it stands where it stood; else another process has moved it, and False."""
    if before is None:
        begun = insert(stream_positions).values(reader=reader, entry_id=to).on_conflict_do_nothing()
        return tx.execute(begun.returning(stream_positions.c.reader)).first() is not None
    stands = stream_positions.c.reader == reader, stream_positions.c.entry_id == before
    return tx.execute(stream_positions.update().where(*stands).values(entry_id=to)).rowcount > 0

"""Receivers of new claims, and how each of them fares."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Update, func, select

from services.store.tables import deliveries, webhooks


class WebhookState(StrEnum):
    """Whether a receiver is told anything."""

    ACTIVE = "active"
    DISABLED = "disabled"


SECRETS = ("secret", "old_secrets")
"""Columns that nobody is shown."""


def add_webhook(tx: Connection, webhook_id: UUID, **fields: object) -> None:
    """Tell a receiver of what comes from now on."""
    tx.execute(webhooks.insert().values(webhook_id=webhook_id, **fields))


def list_webhooks(tx: Connection) -> Sequence[Row[Any]]:
    """All of them, oldest first, with how many deliveries wait, were given up, were done."""
    return tx.execute(_describe().order_by(webhooks.c.created_at, webhooks.c.webhook_id)).all()


def find_webhook(tx: Connection, webhook_id: UUID) -> Row[Any] | None:
    """One of them, with the same."""
    return tx.execute(_describe().where(webhooks.c.webhook_id == webhook_id)).first()


def find_active(tx: Connection, webhook_id: UUID) -> Row[Any] | None:
    """One of them without its numbers, where it is told anything."""
    told = webhooks.c.webhook_id == webhook_id, webhooks.c.state == WebhookState.ACTIVE
    return tx.execute(select(webhooks).where(*told)).first()


def hold_webhook(tx: Connection, webhook_id: UUID) -> None:
    """Keep it from being changed or removed by others until `tx` ends.

    Whoever removes it has it first and its deliveries then: in another order the two would wait in a ring.
    """
    own = webhooks.c.webhook_id == webhook_id
    tx.execute(select(webhooks.c.webhook_id).where(own).with_for_update(key_share=True))


def _describe() -> Select[Any]:
    done, waits = deliveries.c.done_at.is_not(None), deliveries.c.next_at.is_not(None)
    counts = (
        select(
            deliveries.c.webhook_id,
            func.count().filter(waits).label("waiting"),
            func.count().filter(~waits, ~done).label("given_up"),
            func.count().filter(done).label("delivered"),
            func.max(deliveries.c.done_at).label("delivered_at"),
        )
        .group_by(deliveries.c.webhook_id)
        .subquery("counts")
    )
    numbers = [func.coalesce(counts.c[name], 0).label(name) for name in ("waiting", "given_up", "delivered")]
    failed = deliveries.c.webhook_id == webhooks.c.webhook_id, deliveries.c.error.is_not(None)
    newest = select(deliveries.c.error).where(*failed).order_by(deliveries.c.created_at.desc()).limit(1)
    described = select(webhooks, *numbers, counts.c.delivered_at, newest.scalar_subquery().label("error"))
    return described.outerjoin(counts, counts.c.webhook_id == webhooks.c.webhook_id)


def list_active(tx: Connection, held: bool = False) -> Sequence[Row[Any]]:
    """Those that are told; with `held` none of them can be removed until `tx` ends."""
    told = select(webhooks).where(webhooks.c.state == WebhookState.ACTIVE).order_by(webhooks.c.webhook_id)
    return tx.execute(told.with_for_update(read=True, key_share=True) if held else told).all()


def remove_webhook(tx: Connection, webhook_id: UUID) -> bool:
    """Tell a receiver nothing more, and forget what it was told; False where there is none."""
    return tx.execute(webhooks.delete().where(webhooks.c.webhook_id == webhook_id)).rowcount > 0


def enable_webhook(tx: Connection, webhook_id: UUID) -> bool:
    """Tell a receiver again, as if it had never failed; False where there is none."""
    fresh = {"state": WebhookState.ACTIVE, "disabled_at": None, "disabled_why": None}
    return tx.execute(_update(webhook_id, {**fresh, **NO_FAILURES})).rowcount > 0


BY_HAND = "somebody disabled it"


def disable_webhook(tx: Connection, webhook_id: UUID, why: str, now: datetime) -> bool:
    """Tell a receiver nothing until it is enabled again; False where there is none."""
    values = {"state": WebhookState.DISABLED, "disabled_at": now, "disabled_why": why}
    return tx.execute(_update(webhook_id, values)).rowcount > 0


NO_FAILURES: Mapping[str, object] = {"failures": 0, "failing_since": None, "resting_until": None}


MOST_OLD_SECRETS = 4
"""Secrets before the present one that still sign: the oldest gives way."""


def rotate_webhook(tx: Connection, webhook_id: UUID, secret: str, now: datetime, until: datetime) -> bool:
    """Sign with another secret, and until then with the one before as well; False where there is none."""
    own = webhooks.c.webhook_id == webhook_id
    row = tx.execute(select(webhooks).where(own).with_for_update(key_share=True)).first()
    if row is None:
        return False
    good = list_good_secrets(row.old_secrets, now)
    old = [{"secret": row.secret, "until": until.isoformat()}, *good] if until > now else []
    tx.execute(_update(webhook_id, {"secret": secret, "old_secrets": old[:MOST_OLD_SECRETS]}))
    return True


def list_good_secrets(old_secrets: Iterable[Mapping[str, str]], now: datetime) -> list[Mapping[str, str]]:
    """The secrets before the present one that still sign."""
    return [one for one in old_secrets if datetime.fromisoformat(one["until"]) > now]


def forget_secrets(tx: Connection, now: datetime) -> None:
    """Keep no secret that signs no more."""
    c = webhooks.c
    query = select(c.webhook_id, c.old_secrets).where(func.jsonb_array_length(c.old_secrets) > 0)
    held = query.order_by(c.webhook_id).with_for_update(key_share=True)
    for row in tx.execute(held).all():
        tx.execute(_update(row.webhook_id, {"old_secrets": list_good_secrets(row.old_secrets, now)}))


def note_success(tx: Connection, webhook_id: UUID) -> bool:
    """A receiver has taken something; True where it had failed before."""
    failed = _update(webhook_id, NO_FAILURES).where(webhooks.c.failing_since.is_not(None))
    return tx.execute(failed).rowcount > 0


def note_failure(tx: Connection, webhook_id: UUID, now: datetime, resting_until: datetime) -> Row[Any] | None:
    """A receiver has failed, and is left alone for a while; returns its row, None where it is gone."""
    failed = _update(
        webhook_id,
        {
            "failures": webhooks.c.failures + 1,
            "failing_since": func.coalesce(webhooks.c.failing_since, now),
            "resting_until": resting_until,
        },
    )
    return tx.execute(failed.returning(webhooks)).first()


def _update(webhook_id: UUID, values: Mapping[str, object]) -> Update:
    return webhooks.update().where(webhooks.c.webhook_id == webhook_id).values(**values)

"""How receivers and what they are told stand, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from services.store.tables import deliveries, webhooks
from services.store.webhooks import WebhookState


@dataclass(frozen=True)
class WebhookMeasures:
    """All receivers together."""

    receivers: Mapping[str, int]
    """How many there are in each state."""
    waiting: int
    """Deliveries that active receivers have yet to take in."""
    oldest_seconds: float
    """Age of the oldest of them; 0 without any."""
    overdue_seconds: float
    """For how long one of them has been due and free to be taken; 0 without any."""


def measure_webhooks(tx: Connection, now: datetime) -> WebhookMeasures:
    """Measure."""
    by_state = select(webhooks.c.state, func.count().label("number")).group_by(webhooks.c.state)
    d = deliveries.c
    free_since = func.greatest(d.next_at, d.taken_until, webhooks.c.resting_until)  # it ignores nulls
    waiting = (
        select(func.count(), func.min(d.created_at), func.min(free_since))
        .join(webhooks, webhooks.c.webhook_id == d.webhook_id)
        .where(d.next_at.is_not(None), webhooks.c.state == WebhookState.ACTIVE)
    )
    number, oldest, due = tx.execute(waiting).one()
    states = {row.state: row.number for row in tx.execute(by_state)}
    return WebhookMeasures(states, number, _count_seconds(oldest, now), _count_seconds(due, now))


def _count_seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0

"""Every metric of the process that delivers, with its help text. Labels are bounded: outcome, state.

What is measured in the store is the same at every such process. What is unknown is NaN, never 0.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from math import nan

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import Connection

from services.store.webhook_measures import WebhookMeasures, measure_webhooks
from services.store.webhooks import WebhookState

ATTEMPTS = Counter(
    "copydesk_webhook_attempts_total",
    "Messages sent to receivers, by outcome: delivered, failed (it is tried again) or given_up.",
    ["outcome"],
)
SECONDS = Histogram(
    "copydesk_webhook_attempt_seconds",
    "Time that receivers took to answer, or that was waited for an answer.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30),
)
DROPPED = Counter(
    "copydesk_webhook_dropped_deliveries_total",
    "Deliveries dropped since their receiver had been disabled for too long.",
)
RECEIVERS = Gauge("copydesk_webhooks", "Receivers by state: active or disabled.", ["state"])
WAITING = Gauge(
    "copydesk_webhook_waiting_deliveries", "Deliveries that active receivers have yet to take in."
)
OLDEST = Gauge("copydesk_webhook_oldest_waiting_seconds", "Age of the oldest of them; 0 where none waits.")
OVERDUE = Gauge(
    "copydesk_webhook_overdue_seconds",
    "For how long a delivery has been due that no process has taken; 0 without any.",
)

Read = Callable[[Callable[[Connection], WebhookMeasures]], Awaitable[WebhookMeasures]]
"""Runs a query in the store, off the event loop."""


async def measure(read: Read) -> None:
    """Measure what waits in the store; unknown where that fails."""
    try:
        found = await read(lambda tx: measure_webhooks(tx, datetime.now(UTC)))
    except Exception:
        forget_measures()
        raise
    for state in WebhookState:
        RECEIVERS.labels(state).set(found.receivers.get(state, 0))
    WAITING.set(found.waiting)
    OLDEST.set(found.oldest_seconds)
    OVERDUE.set(found.overdue_seconds)


def forget_measures() -> None:
    """Show that nothing is known, so that nothing old is taken for new."""
    for state in WebhookState:
        RECEIVERS.labels(state).set(nan)
    for gauge in (WAITING, OLDEST, OVERDUE):
        gauge.set(nan)

"""What is old is forgotten: what was delivered or given up, and what waits for nobody."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from services.desk.webhooks.metrics import DROPPED
from services.desk.webhooks.settings import WebhookSettings
from services.store.deliveries import drop_waiting, forget_deliveries, list_stale
from services.store.webhooks import forget_secrets

log = structlog.get_logger()
AT_ONCE = 1_000
"""Deliveries that one transaction deletes."""
GIVEN_UP = 4
"""So many times longer than what was delivered is kept what was given up."""

Write = Callable[[Callable[[Connection], Any]], Awaitable[Any]]
"""Runs a change in one transaction, off the event loop."""


async def forget(write: Write, settings: WebhookSettings) -> None:
    """Forget what is older than the settings say."""
    now, kept = datetime.now(UTC), timedelta(seconds=settings.keep)
    forgotten = AT_ONCE
    while forgotten == AT_ONCE:
        forgotten = await write(lambda tx: forget_deliveries(tx, now - kept, now - GIVEN_UP * kept, AT_ONCE))
    await write(partial(forget_secrets, now=now))
    before = now - timedelta(seconds=settings.keep_disabled)
    for webhook_id in await write(lambda tx: list_stale(tx, before)):
        dropped = AT_ONCE
        while dropped == AT_ONCE:
            dropped = await write(partial(drop_waiting, webhook_id=webhook_id, before=before, limit=AT_ONCE))
            DROPPED.inc(dropped)
            log.warning("webhook_deliveries_dropped", webhook=str(webhook_id), deliveries=dropped)

"""Telling a receiver again: of what was given up, of what it had, or of all that was found since a moment."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection

from services.desk.live.missed import NOBODY, read_part
from services.desk.webhooks.intake import put_down_found
from services.store.deliveries import replay_deliveries
from services.store.webhooks import find_webhook


def replay_webhook(
    tx: Connection, webhook_id: UUID, since: datetime | None = None, delivered: bool = False
) -> int | None:
    """How many deliveries are due now; None where there is no such receiver.

    Without `since` those that were given up; with `delivered` also those that were taken in. With `since`
    also each claim of the store that was found then, fits the filter, and was never told. Every message keeps
    its id.
    """
    hook = find_webhook(tx, webhook_id)
    if hook is None:
        return None
    number = replay_deliveries(tx, webhook_id, datetime.now(UTC), since, delivered)
    if since is None:
        return number
    after = (since, NOBODY)
    while found := read_part(tx, after, None):
        number += put_down_found(tx, found, [hook], anew=True)
        after = (found[-1].detected_at, found[-1].claim.claim_id)
    return number

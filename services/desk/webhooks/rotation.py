"""A new secret for a receiver; the one before goes on signing beside it, so that no message is refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from services.desk.webhooks.signing import make_secret, read_secret
from services.store.webhooks import rotate_webhook


@dataclass(frozen=True)
class Rotated:
    """The new secret, which is shown this once."""

    secret: str
    old_until: datetime
    """Until then messages are also signed with the one before."""


def rotate(
    tx: Connection, webhook_id: UUID, overlap: float, secret: str | None = None, at_once: bool = False
) -> Rotated | None:
    """Sign with a new secret; None where there is no such receiver. ValueError for what is no secret.

    With `at_once` nothing is signed any more with the ones before: somebody else knows them.
    """
    if secret is not None:
        read_secret(secret)
    now = datetime.now(UTC)
    rotated = Rotated(secret or make_secret(), now if at_once else now + timedelta(seconds=overlap))
    return rotated if rotate_webhook(tx, webhook_id, rotated.secret, now, rotated.old_until) else None

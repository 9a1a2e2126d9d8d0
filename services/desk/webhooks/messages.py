"""What a receiver is told, and under which id: the same claim of the same revision under the same."""

import json
from datetime import datetime
from uuid import UUID

from schemas import derive_id
from services.desk.sightings import Sighting

DETECTED, TEST = "claim.detected", "webhook.test"


def identify_delivery(webhook_id: UUID, sighting: Sighting) -> UUID:
    """The id of telling a receiver of a claim, however often and from wherever it is read."""
    return derive_id("delivery", webhook_id, sighting.claim.claim_id, sighting.article.revision)


def name_message(delivery_id: UUID) -> str:
    """The webhook-id of a delivery."""
    return f"msg_{delivery_id.hex}"


def write_claim(sighting: Sighting) -> str:
    """The message of a claim."""
    return _write(DETECTED, sighting.detected_at, sighting.describe())


def write_test(webhook_id: UUID, now: datetime) -> str:
    """A message that says only that messages come in."""
    return _write(TEST, now, {"webhook_id": str(webhook_id)})


def _write(kind: str, moment: datetime, data: dict[str, object]) -> str:
    return json.dumps({"type": kind, "timestamp": moment.isoformat(), "data": data}, ensure_ascii=False)

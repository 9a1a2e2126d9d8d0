"""Webhooks as the API takes and gives them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from schemas.record import Record, UtcTime
from services.desk.claim_query import ClaimQuery
from services.store.webhooks import WebhookState


class WebhookFilter(ClaimQuery):
    """Parameters of the search; `order`, `limit` and `cursor` mean nothing here."""

    model_config = ConfigDict(extra="forbid")  # a filter that is misspelt would let everything through


class NewWebhook(BaseModel):
    """A receiver to be told."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    url: str = Field(min_length=1, max_length=2_000)
    """Where the messages are posted to."""
    filter: WebhookFilter = WebhookFilter()
    """Of which claims: the parameters of the search."""
    secret: str | None = Field(default=None, max_length=200)
    """`whsec_` and 24 to 64 bytes in base64; one is made where none is given."""


class Webhook(Record):
    """A receiver and how it fares."""

    webhook_id: UUID
    url: str
    filter: dict[str, Any]
    """Parameters of the search."""
    state: WebhookState
    created_at: datetime
    failures: int
    """Attempts that failed since it last took something."""
    failing_since: datetime | None
    resting_until: datetime | None
    """Until then nothing is sent."""
    disabled_at: datetime | None
    disabled_why: str | None
    waiting: int
    """Deliveries that are to be tried, or tried again."""
    given_up: int
    delivered: int
    """Those of the last days: older ones are forgotten."""
    delivered_at: datetime | None
    """When the last of those was taken in."""
    dropped: int
    """Deliveries that waited until the receiver had been disabled for too long."""
    error: str | None
    """What went wrong with the newest delivery that has not been taken in."""


def describe_webhook(row: Row[Any]) -> Webhook:
    """A receiver of the store, without its secrets."""
    return Webhook(**{name: row._mapping[name] for name in Webhook.model_fields})


class WebhookWithSecret(Webhook):
    """A new receiver."""

    secret: str
    """What the signatures are made with. It is shown only now."""


class Rotation(BaseModel):
    """How a secret is changed."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    secret: str | None = Field(default=None, max_length=200)
    """`whsec_` and 24 to 64 bytes in base64; one is made where none is given."""
    at_once: bool = False
    """Sign no more with the secret before, since somebody else knows it."""


class RotatedSecret(Record):
    """A new secret."""

    webhook_id: UUID
    secret: str
    """What the signatures are made with from now on. It is shown only now."""
    old_until: datetime
    """Until then messages are also signed with the secret before."""


class WebhookList(Record):
    """All receivers."""

    items: tuple[Webhook, ...]


class Delivery(Record):
    """A message to a receiver. Its `webhook-id` is `msg_` and the id without hyphens."""

    delivery_id: UUID
    event: str
    created_at: datetime
    attempts: int
    next_at: datetime | None
    """When it is tried next; null where it is done or given up."""
    status: int | None
    """Of the last answer."""
    error: str | None
    done_at: datetime | None


class DeliveryPage(Record):
    """A page of deliveries, newest first."""

    items: tuple[Delivery, ...]
    next: str | None


class Tested(Record):
    """How a test ended."""

    taken: bool
    status: int | None
    error: str | None
    seconds: float


class Replay(BaseModel):
    """What is told again."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    since: UtcTime | None = None
    """Also claims found since then that were never told; by default only what was given up."""
    delivered: bool = False
    """Also what was taken in."""


class Replayed(Record):
    """How many messages are due now."""

    deliveries: int

"""Receivers of new claims: added, looked at, tested, told again, removed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, Row

from schemas import Unprocessable
from schemas.record import Record, UtcTime
from services.desk.answers import answer_model
from services.desk.callers import OPERATING
from services.desk.claim_query import ClaimQuery
from services.desk.documentation import cached, problems
from services.desk.house import InHouse
from services.desk.paging import MOST, PAGE, link_next, read_cursor, write_cursor
from services.desk.problems import Problem, refuse_field
from services.desk.webhooks.delivery import send_test
from services.desk.webhooks.registration import register
from services.desk.webhooks.replaying import replay_webhook
from services.desk.webhooks.settings import WebhookSettings
from services.fetching.posting import Poster
from services.store.deliveries import list_deliveries
from services.store.webhooks import (
    WebhookState,
    enable_webhook,
    find_webhook,
    list_webhooks,
    remove_webhook,
)

router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[OPERATING])


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


class WebhookWithSecret(Webhook):
    """A new receiver."""

    secret: str
    """What the signatures are made with. It is shown only now."""


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


def _describe(row: Row[Any]) -> Webhook:
    return Webhook(**{name: row._mapping[name] for name in Webhook.model_fields})


def _find(tx: Connection, webhook_id: UUID) -> Row[Any]:
    row = find_webhook(tx, webhook_id)
    if row is None:
        raise _unknown(webhook_id)
    return row


def _unknown(webhook_id: UUID) -> Problem:
    return Problem(404, f"there is no webhook {webhook_id}")


@router.post("", status_code=201, response_model=WebhookWithSecret, responses=problems(422))
async def add(house: InHouse, new: NewWebhook, request: Request, response: Response) -> WebhookWithSecret:
    """Tell a receiver of new claims from now on. The secret is shown once."""
    try:
        made = await register(
            house.redis, house.engine, WebhookSettings().guard, new.url, new.filter, new.secret
        )
    except Unprocessable as refused:
        raise refuse_field("url", refused.reason.removeprefix("url: ")) from None
    except ValueError as refused:
        raise refuse_field("secret", str(refused)) from None
    row = await house.read(lambda tx: _find(tx, made.webhook_id))
    response.headers["Location"] = f"{request.url.path}/{made.webhook_id}"
    return WebhookWithSecret(**_describe(row).model_dump(), secret=made.secret)


@router.get("", response_model=WebhookList, responses=cached())
async def ls(request: Request, house: InHouse) -> Response:
    """All receivers, without their secrets."""
    rows = await house.read(list_webhooks)
    return answer_model(request, WebhookList(items=tuple(map(_describe, rows))))


@router.get("/{webhook_id}", response_model=Webhook, responses=cached(404))
async def show(request: Request, house: InHouse, webhook_id: UUID) -> Response:
    """One receiver, without its secret."""
    return answer_model(request, _describe(await house.read(lambda tx: _find(tx, webhook_id))))


@router.delete("/{webhook_id}", status_code=204, response_class=Response, responses=problems(404))
async def remove(house: InHouse, webhook_id: UUID) -> None:
    """Tell a receiver nothing more, and forget what it was told."""
    if not await house.write(lambda tx: remove_webhook(tx, webhook_id)):
        raise _unknown(webhook_id)


@router.post("/{webhook_id}/enable", response_model=Webhook, responses=problems(404))
async def enable(house: InHouse, webhook_id: UUID) -> Webhook:
    """Tell a receiver again that was disabled; what waited is due at once."""
    if not await house.write(lambda tx: enable_webhook(tx, webhook_id)):
        raise _unknown(webhook_id)
    return _describe(await house.read(lambda tx: _find(tx, webhook_id)))


@router.post("/{webhook_id}/test", response_model=Tested, responses=problems(404))
async def test(house: InHouse, webhook_id: UUID) -> Tested:
    """Send a message of the kind `webhook.test` now, once, and say how it ended."""
    hook = await house.read(lambda tx: _find(tx, webhook_id))
    settings = WebhookSettings()
    async with Poster(settings.guard, settings.connect_limit, settings.total_limit) as poster:
        sent = await send_test(poster, hook)
    return Tested(taken=sent.error is None, status=sent.status, error=sent.error, seconds=sent.seconds)


@router.post("/{webhook_id}/replay", status_code=202, response_model=Replayed, responses=problems(404))
async def replay(house: InHouse, webhook_id: UUID, what: Annotated[Replay | None, Body()] = None) -> Replayed:
    """Tell a receiver again of what was given up, or of more; every message keeps its `webhook-id`."""
    wanted = what or Replay()
    number = await house.write(lambda tx: replay_webhook(tx, webhook_id, wanted.since, wanted.delivered))
    if number is None:
        raise _unknown(webhook_id)
    return Replayed(deliveries=number)


@router.get("/{webhook_id}/deliveries", response_model=DeliveryPage, responses=cached(404))
async def deliveries(
    request: Request,
    house: InHouse,
    webhook_id: UUID,
    limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
    cursor: Annotated[str | None, Query(max_length=1_000)] = None,
) -> Response:
    """What a receiver is told, newest first."""
    after = read_cursor("deliveries", tuple[datetime, UUID], cursor) if cursor else None

    def read(tx: Connection) -> Sequence[Row[Any]]:
        _find(tx, webhook_id)
        return list_deliveries(tx, webhook_id, after, limit + 1)

    rows = await house.read(read)
    last = rows[limit - 1] if len(rows) > limit else None
    further = last and write_cursor("deliveries", (last.created_at, last.delivery_id))
    items = [Delivery(**{name: row._mapping[name] for name in Delivery.model_fields}) for row in rows[:limit]]
    return answer_model(
        request, DeliveryPage(items=tuple(items), next=further), **link_next(request, further)
    )

"""Receivers of new claims: added, looked at, tested, told again, removed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response
from sqlalchemy import Connection, Row

from schemas import Unprocessable
from services.desk.answers import answer_model
from services.desk.api.webhook_records import (
    Delivery,
    DeliveryPage,
    NewWebhook,
    Replay,
    Replayed,
    RotatedSecret,
    Rotation,
    Tested,
    Webhook,
    WebhookList,
    WebhookWithSecret,
    describe_webhook,
)
from services.desk.callers import OPERATING
from services.desk.documentation import cached, problems
from services.desk.house import InHouse
from services.desk.paging import MOST, PAGE, link_next, read_cursor, write_cursor
from services.desk.problems import Problem, refuse_field
from services.desk.webhooks.delivery import open_poster, send_test
from services.desk.webhooks.registration import register
from services.desk.webhooks.replaying import replay_webhook
from services.desk.webhooks.rotation import rotate
from services.desk.webhooks.settings import WebhookSettings
from services.store.deliveries import list_deliveries
from services.store.webhooks import (
    BY_HAND,
    disable_webhook,
    enable_webhook,
    find_webhook,
    list_webhooks,
    remove_webhook,
)

router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[OPERATING])


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
    return WebhookWithSecret(**describe_webhook(row).model_dump(), secret=made.secret)


@router.get("", response_model=WebhookList, responses=cached())
async def ls(request: Request, house: InHouse) -> Response:
    """All receivers, without their secrets."""
    rows = await house.read(list_webhooks)
    return answer_model(request, WebhookList(items=tuple(map(describe_webhook, rows))))


@router.get("/{webhook_id}", response_model=Webhook, responses=cached(404))
async def show(request: Request, house: InHouse, webhook_id: UUID) -> Response:
    """One receiver, without its secret."""
    return answer_model(request, describe_webhook(await house.read(lambda tx: _find(tx, webhook_id))))


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
    return describe_webhook(await house.read(lambda tx: _find(tx, webhook_id)))


@router.post("/{webhook_id}/disable", response_model=Webhook, responses=problems(404))
async def disable(house: InHouse, webhook_id: UUID) -> Webhook:
    """Tell a receiver nothing until it is enabled again; what waits is kept for some weeks."""
    if not await house.write(lambda tx: disable_webhook(tx, webhook_id, BY_HAND, datetime.now(UTC))):
        raise _unknown(webhook_id)
    return describe_webhook(await house.read(lambda tx: _find(tx, webhook_id)))


@router.post("/{webhook_id}/rotate", response_model=RotatedSecret, responses=problems(404))
async def change_secret(
    house: InHouse, webhook_id: UUID, how: Annotated[Rotation | None, Body()] = None
) -> RotatedSecret:
    """Sign with a new secret, for a day beside the one before. It is shown once."""
    wanted, overlap = how or Rotation(), WebhookSettings().overlap
    try:
        made = await house.write(lambda tx: rotate(tx, webhook_id, overlap, wanted.secret, wanted.at_once))
    except ValueError as refused:
        raise refuse_field("secret", str(refused)) from None
    if made is None:
        raise _unknown(webhook_id)
    return RotatedSecret(webhook_id=webhook_id, secret=made.secret, old_until=made.old_until)


@router.post("/{webhook_id}/test", response_model=Tested, responses=problems(404))
async def test(house: InHouse, webhook_id: UUID) -> Tested:
    """Send a message of the kind `webhook.test` now, once, and say how it ended."""
    hook = await house.read(lambda tx: _find(tx, webhook_id))
    settings = WebhookSettings()
    async with open_poster(settings) as poster:
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

"""Webhooks: who is told of claims and how each fares; disabled, enabled, tried and told again by hand."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.desk.api.webhook_records import describe_webhook
from services.desk.callers import Operator
from services.desk.house import House, InHouse
from services.desk.pages.drawing import lead_to, render
from services.desk.problems import Problem
from services.desk.webhooks.delivery import open_poster, send_test
from services.desk.webhooks.replaying import replay_webhook
from services.desk.webhooks.settings import WebhookSettings
from services.store.webhooks import (
    BY_HAND,
    disable_webhook,
    enable_webhook,
    find_webhook,
    list_webhooks,
)

router = APIRouter(include_in_schema=False)
DONE = {
    "enabled": "The receiver is told again; what waited is due now.",
    "disabled": "The receiver is told nothing until it is enabled again.",
    "taken": "The test message was taken in.",
    "replayed": "What was given up is due again.",
    "none": "Nothing was given up, so nothing is told again.",
}


@router.get("/webhooks")
async def show_webhooks(
    request: Request,
    house: InHouse,
    _caller: Operator,
    done: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """All receivers, without their secrets."""
    return await _draw(request, house, done=DONE.get(done or ""))


async def _draw(
    request: Request, house: House, *, done: str | None = None, refused: str | None = None
) -> Response:
    hooks = [describe_webhook(row) for row in await house.read(list_webhooks)]
    days = WebhookSettings().keep_disabled / 86_400
    return render(request, "webhooks.html", hooks=hooks, done=done, refused=refused, kept=f"{days:g} days")


@router.post("/webhooks/{webhook_id}/enable")
async def enable(house: InHouse, _caller: Operator, webhook_id: UUID) -> Response:
    """Tell a receiver again."""
    return _lead_on("enabled", webhook_id, await house.write(lambda tx: enable_webhook(tx, webhook_id)))


@router.post("/webhooks/{webhook_id}/disable")
async def disable(house: InHouse, _caller: Operator, webhook_id: UUID) -> Response:
    """Tell a receiver nothing more."""
    now = datetime.now(UTC)
    found = await house.write(lambda tx: disable_webhook(tx, webhook_id, BY_HAND, now))
    return _lead_on("disabled", webhook_id, found)


@router.post("/webhooks/{webhook_id}/replay")
async def replay(house: InHouse, _caller: Operator, webhook_id: UUID) -> Response:
    """Tell a receiver again of what was given up."""
    number = await house.write(lambda tx: replay_webhook(tx, webhook_id))
    return _lead_on("replayed" if number else "none", webhook_id, number is not None)


@router.post("/webhooks/{webhook_id}/test")
async def try_out(request: Request, house: InHouse, _caller: Operator, webhook_id: UUID) -> Response:
    """Send a message that is only a test, now and once; what went wrong is shown in the page."""
    hook = await house.read(lambda tx: find_webhook(tx, webhook_id))
    if hook is None:
        raise _missing(webhook_id)
    async with open_poster(WebhookSettings()) as poster:
        sent = await send_test(poster, hook)
    if sent.error is None:
        return lead_to("/webhooks?done=taken")
    refused = f"The test message to {hook.url} was not taken in: {sent.error}"
    return await _draw(request, house, refused=refused)


def _lead_on(done: str, webhook_id: UUID, found: bool) -> Response:
    if not found:
        raise _missing(webhook_id)
    return lead_to(f"/webhooks?done={done}")


def _missing(webhook_id: UUID) -> Problem:
    return Problem(404, f"there is no webhook {webhook_id}", kind="unknown_webhook")

"""One message to one receiver, and what is noted of it."""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import httpcore
import structlog
from sqlalchemy import Connection, Row

from schemas import Unprocessable
from services.desk.webhooks.messages import name_message, write_test
from services.desk.webhooks.schedule import find_end, find_pause, find_rest
from services.desk.webhooks.settings import WebhookSettings
from services.desk.webhooks.signing import list_secrets, sign
from services.fetching.posting import Poster
from services.store.deliveries import hurry, note_delivered, note_failed
from services.store.webhooks import WebhookState, disable_webhook, hold_webhook, note_failure, note_success

log = structlog.get_logger()
AGENT = "Copydesk/0.1"
FAILURES = (
    Unprocessable,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,
)
LONGEST = 300
"""Characters of a failure's words."""


class Outcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    FAILED = "failed"
    """It is tried again."""
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Sent:
    """How the sending of a message ended."""

    status: int | None
    """None where there was no answer."""
    error: str | None
    """None where it was taken in."""
    seconds: float
    retry_after: float = 0.0


def open_poster(settings: WebhookSettings) -> Poster:
    """What posts by these settings, within `async with`."""
    return Poster(settings.guard, settings.connect_limit, settings.total_limit, ca_file=settings.ca_file)


async def send(poster: Poster, hook: Row[Any], message_id: str, payload: str) -> Sent:
    """Send a message; whatever goes wrong, with the receiver or with us, is no exception."""
    body = payload.encode()
    headers = {"Content-Type": "application/json", "User-Agent": AGENT}
    began = time.monotonic()
    try:
        now = datetime.now(UTC)
        headers |= sign(list_secrets(hook, now), message_id, now, body)
        posted = await poster.post(hook.url, body, headers)
    except FAILURES as error:
        said = str(error) or type(error).__name__
        return Sent(None, said[:LONGEST], time.monotonic() - began)
    except Exception as error:  # else it would be tried for ever, and nobody would see why
        log.exception("webhook_fault", webhook=str(hook.webhook_id))
        said = f"a fault of Copydesk: {type(error).__name__}: {error}"
        return Sent(None, said[:LONGEST], time.monotonic() - began)
    error_said = None if 200 <= posted.status < 300 else f"the receiver answers with status {posted.status}"
    return Sent(posted.status, error_said, time.monotonic() - began, posted.retry_after)


async def send_test(poster: Poster, hook: Row[Any]) -> Sent:
    """Send a message that is only a test, now and once."""
    return await send(poster, hook, name_message(uuid4()), write_test(hook.webhook_id, datetime.now(UTC)))


def judge(sent: Sent, attempts: int, settings: WebhookSettings) -> Outcome:
    """How the so-manieth attempt ended."""
    if sent.error is None:
        return Outcome.DELIVERED
    return Outcome.FAILED if attempts <= len(settings.pauses) else Outcome.GIVEN_UP


def note(tx: Connection, delivery: Row[Any], sent: Sent, settings: WebhookSettings) -> str | None:
    """Write down how it went; returns why the receiver is told nothing more, where it is not."""
    now = datetime.now(UTC)
    hold_webhook(tx, delivery.webhook_id)
    if sent.error is None:
        note_delivered(tx, delivery.delivery_id, sent.status or 0, now)
        if note_success(tx, delivery.webhook_id):
            hurry(tx, delivery.webhook_id, now)
        return None
    chance = random.random()  # noqa: S311 (no secret)
    pause = find_pause(settings.pauses, delivery.attempts, chance, sent.retry_after)
    again = None if pause is None else now + pause
    note_failed(tx, delivery.delivery_id, sent.status, sent.error, again)
    return _note_failure(tx, delivery.webhook_id, delivery.attempts, sent, settings, now)


def _note_failure(
    tx: Connection, webhook_id: UUID, attempts: int, sent: Sent, settings: WebhookSettings, now: datetime
) -> str | None:
    rest = find_rest(settings.pauses, attempts, sent.retry_after)
    hook = note_failure(tx, webhook_id, now, now + rest)
    if hook is None or hook.state == WebhookState.DISABLED:
        return None
    why = find_end(sent.status, hook.failing_since, now, timedelta(seconds=settings.patience))
    if why:
        disable_webhook(tx, webhook_id, why, now)
    return why

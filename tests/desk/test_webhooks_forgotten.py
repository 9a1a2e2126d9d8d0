"""What waits for a disabled receiver is kept for a while, then dropped and counted."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, update

from services.desk.webhooks import forgetting
from services.desk.webhooks.replaying import replay_webhook
from services.desk.webhooks.rotation import rotate
from services.desk.webhooks.settings import WebhookSettings
from services.store.tables import deliveries, webhooks
from services.store.webhooks import BY_HAND, disable_webhook, enable_webhook
from tests.conftest import wait_until
from tests.desk.delivering import delivering, read, read_deliveries, until_done
from tests.desk.detected import detect, tell

NOW = datetime.now(UTC)
KEPT = timedelta(seconds=WebhookSettings().keep_disabled)


@pytest.fixture
async def write(engine: Engine):
    async def write(act):
        with engine.begin() as tx:
            return act(tx)

    return write


async def put_down(redis, engine, receiver, number: int = 3) -> None:
    """Have some wait: the receiver refuses."""
    receiver.always = 500
    async with delivering(redis, engine, schedule="600"):
        await tell(redis, *(detect(one, f"Claim {one}.") for one in range(1, number + 1)))
        await wait_until(lambda: len(read_deliveries(engine)) == number, 10, "all are put down")
    receiver.always = None


def disable(engine: Engine, hook, ago: timedelta) -> None:
    """As if it had been disabled so long ago, with what waited then."""
    with engine.begin() as tx:
        assert disable_webhook(tx, hook.webhook_id, BY_HAND, NOW - ago)
        tx.execute(update(deliveries).values(next_at=NOW - ago, created_at=NOW - ago))


async def test_what_waits_for_a_disabled_receiver_is_there_for_weeks(redis, engine, receiver, add, write):
    hook = await add(receiver)
    await put_down(redis, engine, receiver)
    disable(engine, hook, KEPT - timedelta(hours=1))
    await forgetting.forget(write, WebhookSettings())
    assert (read(engine, hook).waiting, read(engine, hook).dropped) == (3, 0)
    with engine.begin() as tx:
        enable_webhook(tx, hook.webhook_id)
    async with delivering(redis, engine):
        await until_done(engine, 3)


async def test_after_that_it_is_dropped_and_counted(redis, engine, receiver, add, write, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    hook = await add(receiver)
    await put_down(redis, engine, receiver)
    disable(engine, hook, KEPT + timedelta(hours=1))
    counted = REGISTRY.get_sample_value("copydesk_webhook_dropped_deliveries_total")
    await forgetting.forget(write, WebhookSettings())
    assert (read(engine, hook).waiting, read(engine, hook).dropped) == (0, 3)
    assert REGISTRY.get_sample_value("copydesk_webhook_dropped_deliveries_total") == counted + 3
    assert read(engine, hook).state == "disabled"


async def test_what_an_active_receiver_waits_for_is_never_dropped(redis, engine, receiver, add, write):
    hook = await add(receiver)
    await put_down(redis, engine, receiver)
    with engine.begin() as tx:
        tx.execute(update(deliveries).values(next_at=NOW - 10 * KEPT))
        tx.execute(update(webhooks).values(disabled_at=None))
    await forgetting.forget(write, WebhookSettings())
    assert read(engine, hook).waiting == 3


async def test_a_secret_that_signs_no_more_is_kept_no_more(engine, receiver, add, write):
    hook = await add(receiver)
    with engine.begin() as tx:
        _, last = (rotate(tx, hook.webhook_id, seconds) for seconds in (60.0, 0.01))
    await asyncio.sleep(0.05)
    assert len(read(engine, hook).old_secrets) == 2
    await forgetting.forget(write, WebhookSettings())
    assert [one["secret"] for one in read(engine, hook).old_secrets] == [hook.secret]
    assert read(engine, hook).secret == last.secret


async def test_what_is_replayed_before_it_is_enabled_waits_anew(redis, engine, receiver, add, write):
    hook = await add(receiver)
    await put_down(redis, engine, receiver)
    disable(engine, hook, KEPT + timedelta(hours=1))
    with engine.begin() as tx:
        tx.execute(update(deliveries).values(next_at=None, created_at=NOW))
        assert replay_webhook(tx, hook.webhook_id) == 3
    await forgetting.forget(write, WebhookSettings())
    assert read(engine, hook).waiting == 3

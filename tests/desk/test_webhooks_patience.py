"""Receivers that fail: disabled in the end, told again; what is old is forgotten."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, text, update

from services.desk.webhooks.delivery import Sent, note
from services.desk.webhooks.replaying import replay_webhook
from services.desk.webhooks.settings import WebhookSettings
from services.store.deliveries import forget_deliveries
from services.store.tables import deliveries, webhooks
from services.store.webhooks import disable_webhook, enable_webhook, remove_webhook
from tests.conftest import wait_until
from tests.desk.delivering import QUICK, delivering, read, read_deliveries, until_done, until_told
from tests.desk.detected import detect, store, tell
from tests.desk.receiver import HANG


async def test_a_receiver_that_fails_too_long_is_disabled_and_can_be_enabled(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.always = 503
    async with delivering(redis, engine, patience=0.5, schedule=" ".join(["0.1"] * 100)):
        await tell(redis, detect(1, "One."))
        await wait_until(lambda: read(engine, hook).state == "disabled", 10, "it is disabled")
        row = read(engine, hook)
        assert row.disabled_at
        assert "failed for" in row.disabled_why
        number = len(receiver.told)
        await tell(redis, detect(2, "Two."))
        await asyncio.sleep(0.3)
        assert len(receiver.told) == number
        receiver.always = None
        with engine.begin() as tx:
            assert enable_webhook(tx, hook.webhook_id)
        await until_done(engine, 1)
        store(engine, detect(1, "One."), detect(2, "Two."))
        with engine.begin() as tx:
            begun = datetime.now(UTC) - timedelta(minutes=1)
            assert replay_webhook(tx, hook.webhook_id, since=begun) == 1
        await until_done(engine, 2)
    assert json.loads(receiver.told[-1].body)["data"]["text"] == "Two."


async def test_a_receiver_that_is_gone_is_disabled_at_once(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.always = 410
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await wait_until(lambda: read(engine, hook).state == "disabled", 10, "it is disabled")
    assert "wants nothing more" in read(engine, hook).disabled_why


async def test_what_was_given_up_is_replayed_under_its_id(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = [500, 500]
    async with delivering(redis, engine, schedule="0.1"):
        await tell(redis, detect(1, "One."))
        await wait_until(
            lambda: read_deliveries(engine) and read_deliveries(engine)[0].next_at is None, 10, "given up"
        )
        assert read(engine, hook).given_up == 1
        with engine.begin() as tx:
            assert replay_webhook(tx, hook.webhook_id) == 1
        await until_done(engine, 1)
        with engine.begin() as tx:
            assert replay_webhook(tx, hook.webhook_id) == 0
            assert replay_webhook(tx, hook.webhook_id, delivered=True) == 1
        await until_told(receiver, 4)
        await until_done(engine, 1)
    assert len({told.id for told in receiver.told}) == 1


async def test_a_receiver_that_asks_for_a_pause_gets_it(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = ["HTTP/1.1 429 X\r\nRetry-After: 2\r\n"]
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_told(receiver, 1)
        await wait_until(lambda: read(engine, hook).resting_until, 5, "it rests")
        began = time.monotonic()
        await tell(redis, detect(2, "Two."))
        await until_done(engine, 2)
        assert time.monotonic() - began > 1.5


async def test_what_is_old_is_forgotten(redis, engine, receiver, add):
    await add(receiver)
    receiver.answers = [500]
    async with delivering(redis, engine, schedule="30"):
        await tell(redis, detect(1, "One."))
        await until_told(receiver, 1)
        await asyncio.sleep(0.2)
    now = datetime.now(UTC)
    with engine.begin() as tx:
        tx.execute(update(deliveries).values(created_at=now - timedelta(days=60)))
        assert forget_deliveries(tx, now, now, 10) == 0  # it still waits
        tx.execute(update(deliveries).values(next_at=None))
        assert forget_deliveries(tx, now, now - timedelta(days=90), 10) == 0
        assert forget_deliveries(tx, now, now - timedelta(days=30), 10) == 1


async def test_one_that_is_removed_while_it_is_told_is_no_trouble(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = [HANG]
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_told(receiver, 1)
        with engine.begin() as tx:
            assert remove_webhook(tx, hook.webhook_id)
        await asyncio.sleep(1.5)
        other = await add(receiver)
        await tell(redis, detect(2, "Two."))
        await until_done(engine, 1)
    assert receiver.told[-1].verify(other.secret)


async def test_one_that_is_disabled_while_much_waits_is_told_no_more(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.pause = 0.1
    async with delivering(redis, engine, at_once=1):
        await tell(redis, *(detect(number, f"Claim {number}.") for number in range(1, 31)))
        await until_told(receiver, 2)
        with engine.begin() as tx:
            assert disable_webhook(tx, hook.webhook_id, "enough", datetime.now(UTC))
        told = len(receiver.told)
        await asyncio.sleep(1.0)
    assert len(receiver.told) <= told + 2
    assert read(engine, hook).waiting >= 20


async def test_noting_and_removing_never_wait_for_each_other_in_a_ring(redis, engine, receiver, add):
    """Removing has the receiver first, and its deliveries then."""
    hook = await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
    (delivery,) = read_deliveries(engine)
    with engine.begin() as tx:
        tx.execute(update(deliveries).values(done_at=None))

    def note_it():
        with engine.begin() as tx:
            note(tx, delivery, Sent(500, "no", 0.1), WebhookSettings(**QUICK))

    with engine.begin() as tx:
        tx.execute(select(webhooks).where(webhooks.c.webhook_id == hook.webhook_id).with_for_update())
        noting = asyncio.create_task(asyncio.to_thread(note_it))
        await wait_until(lambda: count_waiting(engine) == 1, 10, "noting waits for the receiver")
        # Not with others, who note or send now.
        tx.execute(select(deliveries).with_for_update(nowait=True))
        assert remove_webhook(tx, hook.webhook_id)
    await noting


def count_waiting(engine: Engine) -> int:
    with engine.connect() as tx:
        return tx.execute(text("select count(*) from pg_locks where not granted")).scalar_one()

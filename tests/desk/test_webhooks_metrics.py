"""What the process that delivers tells Prometheus."""

from datetime import UTC, datetime, timedelta
from math import isnan

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text, update

from services.desk.webhooks.metrics import forget_measures, measure
from services.store.tables import deliveries, webhooks
from services.store.webhook_measures import measure_webhooks
from services.store.webhooks import BY_HAND, disable_webhook
from tests.conftest import wait_until
from tests.desk.delivering import delivering, read, read_deliveries, until_done
from tests.desk.detected import detect, tell
from tests.desk.receiver import receiving


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"copydesk_webhook{name}", labels) or 0.0


async def test_attempts_are_counted_by_their_outcome(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = [500, 204, 500, 500]
    outcomes = ("delivered", "failed", "given_up")
    before = {one: sample("_attempts_total", outcome=one) for one in outcomes}
    answered = sample("_attempt_seconds_count")
    async with delivering(redis, engine, schedule="0.1"):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
        await tell(redis, detect(2, "Two."))
        await wait_until(lambda: read(engine, hook).given_up == 1, 10, "the second is given up")
    counted = {one: sample("_attempts_total", outcome=one) - before[one] for one in outcomes}
    assert counted == {"delivered": 1, "failed": 2, "given_up": 1}
    assert sample("_attempt_seconds_count") - answered == 4


async def test_what_waits_is_measured(redis, engine, receiver, add):
    async with receiving() as other:
        await add(receiver)
        disabled = await add(other)
        receiver.always = other.always = 500
        async with delivering(redis, engine, schedule="600"):
            await tell(redis, detect(1, "One.", "Two."))
            await wait_until(lambda: len(read_deliveries(engine)) == 4, 10, "all are put down")
            await wait_until(lambda: all(row.error for row in read_deliveries(engine)), 10, "all failed")
    now = datetime.now(UTC)
    with engine.begin() as tx:
        disable_webhook(tx, disabled.webhook_id, BY_HAND, now)
        tx.execute(update(webhooks).values(resting_until=None))
        tx.execute(update(deliveries).values(created_at=now - timedelta(hours=2)))
        resting = measure_webhooks(tx, now)
        tx.execute(update(deliveries).values(next_at=now - timedelta(minutes=9)))
        due = measure_webhooks(tx, now)
        tx.execute(update(webhooks).values(resting_until=now + timedelta(minutes=1)))
        left_alone = measure_webhooks(tx, now)
    assert resting.receivers == {"active": 1, "disabled": 1}
    assert (resting.waiting, resting.oldest_seconds, resting.overdue_seconds) == (2, 7200, 0)
    assert due.overdue_seconds == 540
    assert left_alone.overdue_seconds == 0


async def test_the_measures_are_shown_and_unknown_while_the_store_fails(redis, engine, receiver, add):
    await add(receiver)

    async def ask(act):
        with engine.begin() as tx:
            return act(tx)

    async def fail(act):
        with engine.begin() as tx:
            return tx.execute(text("select 1/0"))

    await measure(ask)
    assert sample("s", state="active") == 1
    assert sample("_overdue_seconds") == sample("_waiting_deliveries") == 0
    with pytest.raises(Exception, match="division"):
        await measure(fail)
    assert isnan(sample("s", state="active"))
    assert isnan(sample("_oldest_waiting_seconds"))
    forget_measures()
    assert isnan(sample("_overdue_seconds"))

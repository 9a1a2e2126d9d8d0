"""What nobody expected ends neither the process nor, for ever, the peace of one receiver."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy import Engine, text, update

from services.store.tables import deliveries, webhooks
from tests.conftest import wait_until
from tests.desk.delivering import delivering, read, read_deliveries, until_done, until_told
from tests.desk.detected import detect, tell
from tests.desk.receiver import receiving


@pytest.fixture(autouse=True)
def _plain_logs(_own_logs: None) -> None:
    """As the process writes them: drawing a traceback in colours takes seconds."""
    rendered = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(processors=rendered)


@contextmanager
def refusing(engine: Engine, when: str, condition: str, state: str) -> Iterator[None]:
    """Have the store itself refuse some changes of deliveries with an error of this state."""
    with engine.begin() as tx:
        tx.execute(text("drop function if exists refuse() cascade"))
        tx.execute(
            text(
                "create function refuse() returns trigger language plpgsql as "
                f"$$ begin raise exception 'a fault of the store' using errcode = '{state}'; end $$"
            )
        )
        tx.execute(
            text(
                f"create trigger refuse before {when} on webhook_deliveries "
                f"for each row when ({condition}) execute function refuse()"
            )
        )
    try:
        yield
    finally:
        with engine.begin() as tx:
            tx.execute(text("drop function if exists refuse() cascade"))


@pytest.mark.parametrize("state", ["XX000", "P0001", "22003", "53100", "57P03"])
async def test_whatever_the_store_says_is_outlived_and_told(redis, engine, receiver, add, state):
    await add(receiver)
    async with delivering(redis, engine) as health:
        with refusing(engine, "insert", "true", state):
            await tell(redis, detect(1, "One."))
            await wait_until(lambda: "store" in health.ready, 10, "it says that the store lacks")
        await until_done(engine, 1)
        await wait_until(lambda: not health.ready, 15, "it says that nothing lacks")
    assert len(receiver.told) == 1


async def test_a_store_without_the_tables_is_waited_for(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine) as health:
        with engine.begin() as tx:
            tx.execute(text("alter table webhook_deliveries rename to elsewhere"))
        try:
            await wait_until(lambda: "store" in health.ready, 10, "it says that the store lacks")
        finally:
            with engine.begin() as tx:
                tx.execute(text("alter table elsewhere rename to webhook_deliveries"))
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)


async def test_a_fault_of_ours_is_a_failed_attempt_and_ends(redis, engine, receiver, add):
    """A secret that nothing can be signed with: however it came there, no receiver is to blame."""
    async with receiving() as other:
        broken, sound = await add(receiver), await add(other)
        with engine.begin() as tx:
            tx.execute(
                update(webhooks).where(webhooks.c.webhook_id == broken.webhook_id).values(secret="whsec_x")
            )
        async with delivering(redis, engine, schedule="0.1 0.1"):
            await tell(redis, detect(1, "One."))
            await wait_until(lambda: read(engine, broken).given_up == 1, 10, "it is given up")
            await until_done(engine, 1)
    assert (receiver.told, len(other.told)) == ([], 1)
    (row,) = [one for one in read_deliveries(engine) if one.webhook_id == broken.webhook_id]
    assert row.attempts == 3
    assert row.error.startswith("a fault of Copydesk: ValueError")
    assert read(engine, broken).failures == 3
    assert read(engine, sound).failures == 0


async def test_what_cannot_be_noted_is_a_failed_attempt_and_ends(redis, engine, receiver, add):
    hook = await add(receiver)
    with refusing(engine, "update", "new.done_at is not null", "XX000"):
        async with delivering(redis, engine, schedule="0.1 0.1"):
            await tell(redis, detect(1, "One."))
            await wait_until(lambda: read(engine, hook).given_up == 1, 10, "it is given up")
    (row,) = read_deliveries(engine)
    assert row.error.startswith("what became of it could not be noted")
    assert len(receiver.told) == row.attempts == 3


async def test_what_was_taken_again_and_again_and_never_noted_is_given_up_unsent(
    redis, engine, receiver, add
):
    """As if whoever sends it dies of it each time."""
    hook = await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
    with engine.begin() as tx:
        tx.execute(update(deliveries).values(attempts=4, done_at=None, next_at=datetime.now(UTC)))
    async with delivering(redis, engine, schedule="0.1 0.1 0.1"):
        await wait_until(lambda: read(engine, hook).given_up == 1, 10, "it is given up")
    (row,) = read_deliveries(engine)
    assert "never noted" in row.error
    assert len(receiver.told) == 1


async def test_who_dies_of_a_message_is_given_it_later_each_time(redis, engine, receiver, add):
    """What was taken and never noted waits as long as what failed."""
    await add(receiver)
    receiver.pause = 1.0
    async with delivering(redis, engine, schedule="5 300 1800", total_limit=2.0):
        await tell(redis, detect(1, "One."))
        await until_told(receiver, 1)
        (first,) = read_deliveries(engine)
        await until_done(engine, 1)
        again = {"attempts": 1, "done_at": None, "next_at": datetime.now(UTC)}
        with engine.begin() as tx:
            tx.execute(update(deliveries).values(**again))
        await until_told(receiver, 2)
        (second,) = read_deliveries(engine)
        await until_done(engine, 1)
    now = datetime.now(UTC)
    assert first.taken_until - now < timedelta(seconds=10)
    assert second.taken_until - now > timedelta(seconds=280)

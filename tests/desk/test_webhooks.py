"""Receivers are told of new claims: signed, at least once, each as it wants."""

import asyncio
import time
from datetime import datetime

import pytest

from tests.conftest import wait_until
from tests.desk.delivering import delivering, read, read_deliveries, until_done, until_told
from tests.desk.detected import detect, tell
from tests.desk.receiver import CLOSE, HANG, receiving


async def test_a_receiver_is_told_of_what_it_wants_and_can_verify_it(redis, engine, receiver, add):
    await tell(redis, detect(1, "Before it came.", score=0.9))
    hook = await add(receiver, min_score="0.7")
    async with delivering(redis, engine):
        await tell(redis, detect(2, "Fees rise.", score=0.9), detect(3, "Not worth it.", score=0.2))
        await until_told(receiver, 1)
        await until_done(engine, 1)
        await asyncio.sleep(0.2)
    (told,) = receiver.told
    message = told.verify(hook.secret)
    assert (told.method, told.path) == ("POST", "/hook?key=1")
    assert told.headers["content-type"] == "application/json"
    assert message["type"] == "claim.detected"
    assert message["data"]["text"] == "Fees rise."
    assert datetime.fromisoformat(message["timestamp"]).tzinfo
    with pytest.raises(Exception, match="signature"):
        told.verify("whsec_" + "A" * 40)


async def test_what_fails_is_tried_again_under_the_same_id(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = [500, CLOSE, HANG, 200]
    async with delivering(redis, engine):
        await tell(redis, detect(1, "Fees rise."))
        await until_done(engine, 1)
    assert len({told.id for told in receiver.told}) == 1
    assert len(receiver.told) == 4
    assert len({told.body for told in receiver.told}) == 1
    assert [told.verify(hook.secret)["data"]["text"] for told in receiver.told] == ["Fees rise."] * 4
    (row,) = read_deliveries(engine)
    assert (row.attempts, row.status, row.error) == (4, 200, None)
    assert read(engine, hook).failures == 0


async def test_a_receiver_that_disappears_is_told_when_it_is_back(redis, engine, receiver, add):
    hook = await add(receiver)
    await receiver.close()
    async with delivering(redis, engine, schedule=" ".join(["0.2"] * 50)):
        await tell(redis, detect(1, "Fees rise."))
        await wait_until(lambda: (read(engine, hook).failures or 0) > 1, 10, "it has failed")
        assert read(engine, hook).failing_since
        await receiver.open()
        await until_done(engine, 1)
    assert len(receiver.told) == 1
    assert read(engine, hook).failing_since is None


async def test_a_redirect_is_not_followed(redis, engine, receiver, add):
    async with receiving() as other:
        await add(receiver)
        receiver.always = f"HTTP/1.1 307 X\r\nLocation: {other.url}\r\n"
        async with delivering(redis, engine, schedule="0.1"):
            await tell(redis, detect(1, "Fees rise."))
            await until_told(receiver, 2)
            await wait_until(lambda: read_deliveries(engine)[0].next_at is None, 5, "it is given up")
        assert other.told == []
    assert "307" in read_deliveries(engine)[0].error


async def test_one_that_is_slow_or_dead_holds_up_no_other(redis, engine, receiver, add):
    async with receiving() as slow:
        await add(slow)
        await add(receiver)
        slow.always = HANG
        async with delivering(redis, engine, total_limit=5.0):
            await tell(redis, *(detect(number, f"Claim {number}.") for number in range(20)))
            began = time.monotonic()
            await until_told(receiver, 20)
            assert time.monotonic() - began < 4.0
            await slow.close()  # so that what is being sent ends
        await slow.open()


async def test_two_that_deliver_tell_each_once(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine), delivering(redis, engine):
        for number in range(30):
            await tell(redis, detect(number, f"Claim {number}, one.", f"Claim {number}, two."))
        await until_done(engine, 60)
        await asyncio.sleep(0.3)
    assert len(receiver.told) == 60
    assert len({told.id for told in receiver.told}) == 60


async def test_the_same_message_twice_in_the_stream_is_told_once(redis, engine, receiver, add):
    """A stage's work may be done twice."""
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "Fees rise."), detect(1, "Fees rise."), detect(2, "Other."))
        await until_done(engine, 2)
        await asyncio.sleep(0.2)
    assert len(receiver.told) == 2

"""Whatever dies or is forgotten meanwhile, receivers are told of everything."""

import asyncio
import json
import os
import signal
import sys

from services.desk.live.detected import STREAM
from services.desk.webhooks.intake import READER
from services.kit.wire import FIELD, encode
from services.store.deliveries import find_position
from tests.conftest import wait_until
from tests.desk.delivering import delivering, read_deliveries, until_done, until_told
from tests.desk.detected import detect, store, tell
from tests.desk.receiver import HANG
from tests.desk.test_claims_missed import cut


async def start_process(servers, **settings: str) -> asyncio.subprocess.Process:
    names = {"redis_url": servers.redis_url, "database_url": servers.database_url}
    variables = {f"COPYDESK_{name}".upper(): value for name, value in {**names, **settings}.items()}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.cli.webhooks",
        "run",
        env={**os.environ, **variables},
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def test_a_death_between_sending_and_noting_loses_nothing(servers, redis, engine, receiver, add):
    """At least once: the receiver knows the second time by its webhook-id."""
    await add(receiver)
    receiver.answers = [HANG]
    quick = {"webhooks_allow": "127.0.0.1/32", "webhooks_look_every": "0.05", "webhooks_total_limit": "3"}
    process = await start_process(servers, **quick)
    try:
        await tell(redis, detect(1, "Fees rise."))
        await until_told(receiver, 1, 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        (row,) = read_deliveries(engine)
        assert (row.attempts, row.done_at) == (1, None)
        async with delivering(redis, engine, total_limit=3.0):
            await until_done(engine, 1, 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert len(receiver.told) == 2
    assert receiver.told[0].id == receiver.told[1].id
    assert receiver.told[0].body == receiver.told[1].body


async def test_what_came_while_nobody_delivered_is_told(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
    await tell(redis, detect(2, "Two."))
    async with delivering(redis, engine):
        await until_done(engine, 2)
    assert [json.loads(told.body)["data"]["text"] for told in receiver.told] == ["One.", "Two."]


async def test_what_the_stream_has_no_more_is_told_from_the_store(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(9, "Nine."))
        await until_done(engine, 1)
    messages = [detect(1, "One."), detect(2, "Two.")]
    store(engine, *messages)
    await tell(redis, *messages)
    await cut(redis)
    await tell(redis, messages[1], detect(3, "Three."))
    async with delivering(redis, engine):
        await until_done(engine, 4)
        await asyncio.sleep(0.2)
    texts = [json.loads(told.body)["data"]["text"] for told in receiver.told]
    assert sorted(texts) == ["Nine.", "One.", "Three.", "Two."]


async def test_where_nobody_is_told_the_position_goes_on(redis, engine, house):
    await tell(redis, detect(1, "One."))
    async with delivering(redis, engine):
        (entry,) = await tell(redis, detect(2, "Two."))

        def read_position():
            with engine.connect() as tx:
                return find_position(tx, READER)

        await wait_until(lambda: read_position() == entry, 5, "it is at the end")
    assert read_deliveries(engine) == []


async def test_an_emptied_redis_is_outlived(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
        await redis.flushall()
        await asyncio.sleep(0.2)
        await tell(redis, detect(2, "Two."))
        await until_done(engine, 2)
    assert len(receiver.told) == 2


async def test_a_message_that_cannot_be_read_is_passed_over(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await redis.xadd(STREAM, {FIELD: b"no json"})
        await redis.xadd(STREAM, {FIELD: encode(detect(1, "One."))})
        await until_done(engine, 1)

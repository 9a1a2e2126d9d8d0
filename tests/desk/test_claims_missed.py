"""What the stream of claims holds no more when somebody comes again."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from services.control.trimming import trim_streams
from services.desk.live.detected import STREAM, find_edges
from tests.conftest import wait_until
from tests.desk.detected import detect, store, tell
from tests.desk.events import following

pytestmark = pytest.mark.redis

WEEK = 7 * 86_400.0


async def cut(redis) -> None:
    """A foreign group that has read all has the stream cut."""
    await redis.xgroup_create(STREAM, "foreign", "0", mkstream=True)
    found = await redis.xreadgroup("foreign", "c", {STREAM: ">"}, count=100)
    for _, entries in found:
        await redis.xack(STREAM, "foreign", *[entry for entry, _ in entries])
    await trim_streams(redis, WEEK)
    assert await redis.xlen(STREAM) == 0


@pytest.mark.parametrize("more", [False, True], ids=["empty", "going on"])
async def test_what_was_cut_comes_from_the_store_and_is_said(desk, redis, engine, more):
    messages = [detect(1, "One.", "Two."), detect(2, "Three.")]
    async with desk.client() as client, following(client) as events:
        await events.mark()
        last = events.last_id
    store(engine, *messages)
    await tell(redis, *messages)
    await cut(redis)
    if more:
        await tell(redis, messages[1])  # it is in the store as well, and told once
    async with desk.client() as client, following(client, last_id=last) as events:
        said = await events.next()
        assert said.event == "missed"
        assert said.json["since"] < datetime.now(UTC).isoformat()
        told = [await events.next() for _ in range(3)]
        await tell(redis, detect(4, "Four."))
        assert (await events.next()).json["text"] == "Four."
    assert sorted(one.json["text"] for one in told) == ["One.", "Three.", "Two."]
    assert told[0].json["article"]["source"] == "Harbour Post"
    assert told[0].id.startswith("store-")
    async with desk.client() as client, following(client, last_id=told[0].id) as events:
        assert (await events.next()).event == "missed"
        again = [(await events.next()).json["text"] for _ in range(2)]
    assert again == [one.json["text"] for one in told[1:]]


async def test_what_came_after_a_look_at_an_empty_stream_is_all_there_until_it_is_cut(redis):
    await tell(redis, detect(1, "One."))
    await cut(redis)
    seen = await find_edges(redis)
    assert not seen.lack_since(seen)
    await tell(redis, detect(2, "Two."))
    assert not (await find_edges(redis)).lack_since(seen)
    await tell(redis, detect(3, "Three."))
    await redis.xtrim(STREAM, maxlen=1, approximate=False)
    assert (await find_edges(redis)).lack_since(seen)
    await redis.flushall()
    assert (await find_edges(redis)).lack_since(seen)


async def test_an_emptied_redis_is_no_end(desk, redis, engine):
    store(engine, detect(1, "One."))
    await tell(redis, detect(1, "One."))
    await redis.flushall()
    place = f"{int((time.time() - 3600) * 1000)}-0"
    async with desk.client() as client, following(client, last_id=place) as events:
        assert (await events.next()).event == "missed"
        assert (await events.next()).json["text"] == "One."
        await tell(redis, detect(2, "Two."))
        assert (await events.next()).json["text"] == "Two."


async def test_a_place_that_redis_has_forgotten_is_gone_on_from(desk, redis):
    """After a failover to a replica that lacked the last entries."""
    await tell(redis, detect(1, "One."))
    place = f"{int((time.time() + 3600) * 1000)}-0"
    async with desk.client() as client, following(client, last_id=place) as events:
        await events.mark()
        await wait_until(lambda: desk.live.claims.listeners == 1, 5, "it follows")
        await asyncio.sleep(0.2)
        await tell(redis, detect(2, "Two."))
        assert (await events.next()).json["text"] == "Two."

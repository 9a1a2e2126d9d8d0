"""The claims as they are found, as server-sent events."""

import asyncio
import time
from datetime import UTC, datetime

import httpx
import pytest

from schemas import derive_id
from services.control.trimming import trim_streams
from services.desk.live.detected import STREAM
from services.kit.wire import FIELD, encode
from services.store.articles import save_arrival
from services.store.claims import save_claims
from services.store.texts import save_texts
from tests.conftest import wait_until
from tests.desk.events import following
from tests.integration.records import make_arrival, make_claim, make_cleaned, make_detected

pytestmark = pytest.mark.redis

WEEK = 7 * 86_400.0


def detect(number: int, *texts: str, **claim: object):
    claims = [make_claim(text, article=number, start=100 * at, **claim) for at, text in enumerate(texts)]
    return make_detected(*claims, article=number)


async def tell(redis, *messages, **options: object) -> list[str]:
    return [(await redis.xadd(STREAM, {FIELD: encode(one)}, **options)).decode() for one in messages]


def store(engine, *messages) -> None:
    with engine.begin() as tx:
        for number, one in enumerate(messages, 1):
            save_arrival(tx, make_arrival(number, title=f"Title {number}", source="Harbour Post"))
            save_texts(tx, [make_cleaned(number, title=f"Title {number}", source="Harbour Post")])
            save_claims(tx, [one])


async def test_each_claim_is_an_event_with_its_article(desk, redis):
    async with desk.client() as client, following(client) as events:
        assert events.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert events.response.headers["cache-control"] == "no-store"
        assert (await events.mark()).retry == "3000"
        (entry,) = await tell(redis, detect(1, "Fees rise.", "Fees fall.", speaker="Ilse Brandt"))
        first, second = await events.next(), await events.next()
    assert [first.event, first.id, second.id] == ["claim", f"{entry}.0", f"{entry}.1"]
    assert first.json["text"] == "Fees rise."
    assert first.json["claimant"]["name"] == "Ilse Brandt"
    assert first.json["article"]["article_id"] == str(derive_id("article", 1))


async def test_what_was_before_is_not_told(desk, redis):
    await tell(redis, detect(1, "Long ago."))
    async with desk.client() as client, following(client) as events:
        await events.mark()
        await tell(redis, detect(2, "Now."))
        assert (await events.next()).json["text"] == "Now."


@pytest.mark.parametrize("seen", range(5))
async def test_who_comes_again_gets_exactly_what_was_missed(desk, redis, seen):
    """Also where it was told half the claims of an article."""
    texts = ["One.", "Two.", "Three.", "Four.", "Five."]
    async with desk.client() as client:
        async with following(client) as events:
            await events.mark()
            await tell(redis, detect(1, *texts[:3]), detect(2, *texts[3:]))
            told = [(await events.next()).json["text"] for _ in range(seen)]
            last = events.last_id or (await events.mark()).id
        async with following(client, last_id=last) as events:
            told += [(await events.next()).json["text"] for _ in range(5 - seen)]
            await tell(redis, detect(3, "Six."))
            assert (await events.next()).json["text"] == "Six."
    assert told == texts


async def test_who_comes_before_anything_was_told_misses_nothing(desk, redis):
    async with desk.client() as client:
        async with following(client) as events:
            await events.mark()
            last = events.last_id
        await tell(redis, detect(1, "Between."))
        async with following(client, last_id=last) as events:
            assert (await events.next()).json["text"] == "Between."


async def test_it_goes_on_at_another_desk(start_desk, redis):
    one, other = await start_desk(), await start_desk()
    async with one.client() as client, following(client) as events:
        await events.mark()
        await tell(redis, detect(1, "One.", "Two."))
        assert (await events.next()).json["text"] == "One."
        last = events.last_id
    async with other.client() as client, following(client, last_id=last) as events:
        assert (await events.next()).json["text"] == "Two."


async def test_claims_are_narrowed_as_in_the_search(desk, redis):
    async with desk.client() as client, following(client, min_score=0.6, speaker="brandt") as events:
        await events.mark()
        await tell(
            redis,
            detect(1, "Low.", score=0.5, speaker="Ilse Brandt"),
            detect(2, "Other.", score=0.9, speaker="Jon Holm"),
            detect(3, "Wanted.", score=0.9, speaker="Ilse Brandt"),
        )
        assert (await events.next()).json["text"] == "Wanted."


async def test_silence_is_broken_by_comments_that_move_the_place_on(start_desk, redis):
    """Else who wants little would have to go all the way again."""
    desk = await start_desk(heartbeat=0.2)
    async with desk.client() as client, following(client, min_score=0.9) as events:
        await events.mark()
        (entry,) = await tell(redis, detect(1, "Not wanted."))
        await asyncio.sleep(0.3)
        marks = [await events.mark() for _ in range(3)]
    assert marks[-1].comment == "still here"
    assert marks[-1].id == entry


@pytest.mark.parametrize("given", ["nonsense", "1-2.3.4", "store-1.2", "-1", "99999999999999999999999-1"])
async def test_a_place_that_is_none_is_refused_with_the_fields_name(desk, given):
    async with desk.client() as client:
        answer = await client.get("/api/v1/claims/stream", headers={"Last-Event-ID": given})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Last-Event-ID"


async def test_a_filter_that_makes_no_sense_is_refused(desk):
    async with desk.client() as client:
        answer = await client.get("/api/v1/claims/stream", params={"min_score": "high"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "min_score")


async def test_who_may_not_read_is_refused(start_desk):
    desk = await start_desk(anonymous=False)
    async with desk.client() as client:
        for path in ("claims", "pipeline"):
            assert (await client.get(f"/api/v1/{path}/stream")).status_code == 401
    async with desk.client("read") as client, following(client) as events:
        assert await events.mark()


# What the stream holds no more


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


async def test_a_message_that_cannot_be_read_is_passed_over(desk, redis):
    async with desk.client() as client, following(client) as events:
        await events.mark()
        await redis.xadd(STREAM, {FIELD: b"no json"})
        await redis.xadd(STREAM, {b"other": b"field"})
        await tell(redis, detect(1, "One."))
        assert (await events.next()).json["text"] == "One."


# Who follows


async def count_connections(redis) -> int:
    return sum(one["cmd"] == "xread" for one in await redis.client_list())


async def test_many_share_one_reader_and_all_is_let_go(desk, redis):
    live = desk.live
    async with desk.client(limits=httpx.Limits(max_connections=50)) as client:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_take_one(client)) for _ in range(20)]
            await wait_until(lambda: live.claims.listeners == 20, 10, "all follow")
            await tell(redis, detect(1, "One."))
        assert {task.result() for task in tasks} == {"One."}
        assert await count_connections(redis) < 5
    await wait_until(lambda: live.claims.listeners == 0 and live.clients == 0, 5, "nobody follows")
    async with asyncio.timeout(5):
        # Waiting ones: one at rest in the pool still names the command that it had last.
        while any("b" in one["flags"] for one in await redis.client_list()):
            await asyncio.sleep(0.02)


async def _take_one(client: httpx.AsyncClient) -> str:
    async with following(client) as events:
        return (await events.next()).json["text"]


async def test_a_client_that_reads_nothing_is_dropped(start_desk, redis):
    desk = await start_desk(stream_buffer=5, stream_write_limit=0.5)
    _, writer = await asyncio.open_connection("127.0.0.1", int(desk.address.rpartition(":")[2]), limit=1)
    writer.write(b"GET /api/v1/claims/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await writer.drain()
    await wait_until(lambda: desk.live.claims.listeners == 1, 5, "it follows")
    async with desk.client() as client, following(client) as events:
        await events.mark()
        big = "Fees rise. " * 20_000
        for number in range(60):
            await tell(redis, detect(number, big))
            assert (await events.next()).event == "claim"  # one that reads is served
            if desk.live.clients == 1:
                break
        await wait_until(lambda: desk.live.clients == 1, 5, "the one that does not read is dropped")
        assert desk.live.claims.listeners == 1
    writer.close()


async def test_no_more_than_so_many_are_served(start_desk):
    desk = await start_desk(stream_clients=1)
    async with desk.client() as client, following(client) as events:
        await events.mark()
        answer = await client.get("/api/v1/claims/stream")
        assert answer.status_code == 503
        assert "COPYDESK_DESK_STREAM_CLIENTS" in answer.json()["detail"]
        assert answer.headers["retry-after"]


async def test_streams_end_at_once_with_the_server(start_desk, servers):
    from tests.desk.conftest import running

    async with httpx.AsyncClient() as client:
        desk = running(servers)
        running_desk = await desk.__aenter__()
        client.base_url = running_desk.address
        async with following(client) as claims, following(client, "/api/v1/pipeline/stream") as lag:
            await claims.mark()
            await lag.next()
            began = time.monotonic()
            ending = asyncio.create_task(desk.__aexit__(None, None, None))
            with pytest.raises(EOFError):
                await claims.next()
            with pytest.raises(EOFError):
                await lag.next() and await lag.next() and await lag.next()
        await ending
    assert time.monotonic() - began < 2.0


async def test_an_outage_of_redis_is_outlived(desk, redis):
    async with desk.client() as client, following(client) as events:
        await events.mark()
        await wait_until(lambda: desk.live.claims.listeners == 1, 5, "it follows")
        for one in await redis.client_list():
            if one["cmd"] == "xread":
                await redis.client_kill_filter(_id=one["id"])
        await tell(redis, detect(1, "One."))
        assert (await events.next()).json["text"] == "One."


# The lag


async def test_the_lag_is_measured_once_for_all(desk, redis):
    async with (
        desk.client() as client,
        following(client, "/api/v1/pipeline/stream") as one,
        following(client, "/api/v1/pipeline/stream") as other,
    ):
        first, second = await one.next(), await one.next()
        assert (await other.next()).data in (first.data, second.data)
    assert first.event == "lag"
    assert [stage["stage"] for stage in first.json["stages"]] == ["ingest", "clean", "entities", "claims"]
    assert second.json["at"] - first.json["at"] > 1.5

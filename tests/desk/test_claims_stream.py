"""The claims as they are found, as server-sent events."""

import asyncio

import pytest

from schemas import derive_id
from services.desk.live.detected import STREAM
from services.kit.wire import FIELD
from tests.desk.detected import detect, tell
from tests.desk.events import following

pytestmark = pytest.mark.redis


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


async def test_a_message_that_cannot_be_read_is_passed_over(desk, redis):
    async with desk.client() as client, following(client) as events:
        await events.mark()
        await redis.xadd(STREAM, {FIELD: b"no json"})
        await redis.xadd(STREAM, {b"other": b"field"})
        await tell(redis, detect(1, "One."))
        assert (await events.next()).json["text"] == "One."

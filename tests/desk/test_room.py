"""Articles are handed in where there is no room for them."""

from tests.desk.submissions import MANY, ONE, STORY, read_stream


async def test_where_there_is_no_room_nothing_is_accepted(small, redis):
    async with small.client("submit") as client:
        for n in range(2):
            assert (await client.post(ONE, json={"text": f"Story {n}."})).status_code == 202
        for answer in (
            await client.post(ONE, json={"text": "A third."}),
            await client.post(MANY, json=[{"text": "A third."}]),
        ):
            assert answer.status_code == 503
            assert answer.json()["type"] == "urn:copydesk:problem:full"
            assert int(answer.headers["retry-after"]) >= 1
    assert len(await read_stream(redis)) == 2


async def test_what_finds_no_room_of_a_batch_is_named(small, redis):
    async with small.client("submit") as client:
        answer = await client.post(MANY, json=[{"text": f"Story {n}."} for n in range(3)])
    assert answer.status_code == 202
    assert [one["status"] for one in answer.json()["items"]] == ["accepted", "accepted", "full"]
    assert int(answer.headers["retry-after"]) >= 1
    assert len(await read_stream(redis)) == 2


async def test_a_redis_without_memory_is_a_full_house(desk, redis):
    used = (await redis.info("memory"))["used_memory"]
    await redis.config_set("maxmemory", used)
    try:
        async with desk.client("submit") as client:
            answer = await client.post(ONE, json=STORY, headers={"Idempotency-Key": "a"})
            assert answer.status_code == 503, answer.text
            assert "retry-after" in answer.headers
            assert (await client.get("/api/v1/claims")).status_code == 200
    finally:
        await redis.config_set("maxmemory", 0)

"""A request with an Idempotency-Key is carried out once."""

import asyncio
from dataclasses import replace

import pytest
from starlette.requests import Request
from starlette.responses import Response

from schemas import ArticleSubmitted
from services.desk.access import Caller
from services.desk.idempotency import answer_once
from services.ingest import find_ref
from services.store.articles import save_arrival
from services.store.ledger import record_entries
from tests.desk.submissions import MANY, ONE, STORY, STREAM, read_stream
from tests.integration.records import make_arrival, make_entry


async def test_the_same_request_with_a_key_is_answered_alike_and_carried_out_once(desk, redis):
    async with desk.client("submit") as client:
        answers = [
            await client.post(path, json=body, headers={"Idempotency-Key": "pier-1"})
            for path, body in ((ONE, STORY), (ONE, STORY), (MANY, [{"text": "x"}]), (MANY, [{"text": "x"}]))
        ]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert answers[2].content == answers[3].content
    assert len(await read_stream(redis)) == 2
    for key in await redis.keys("copydesk.desk.*"):
        assert 0 < await redis.ttl(key) <= 24 * 3600


async def test_a_key_is_for_one_body_and_one_caller(desk, redis):
    headers = {"Idempotency-Key": "pier-1"}
    async with desk.client("submit") as client:
        await client.post(ONE, json=STORY, headers=headers)
        other = await client.post(ONE, json={"text": "Other."}, headers=headers)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    assert len(await read_stream(redis)) == 1


async def test_two_at_the_same_moment_publish_once(desk, redis):
    async with desk.client("submit") as client:
        sent = [client.post(ONE, json=STORY, headers={"Idempotency-Key": "pier-1"}) for _ in range(8)]
        answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert len(await read_stream(redis)) == 1


async def test_what_failed_can_be_tried_again_with_its_key(small, redis):
    headers = {"Idempotency-Key": "pier-1"}
    async with small.client("submit") as client:
        await client.post(MANY, json=[{"text": "One."}, {"text": "Two."}])
        assert (await client.post(ONE, json=STORY, headers=headers)).status_code == 503
        await redis.xtrim(STREAM, maxlen=0)
        await redis.xgroup_setid(STREAM, "ingest", "$")
        assert (await client.post(ONE, json=STORY, headers=headers)).status_code == 202


async def test_what_found_no_room_finds_it_later_with_the_same_key(small, redis, engine):
    headers, stories = {"Idempotency-Key": "pier-1"}, [{"text": f"Story {n}."} for n in range(3)]
    async with small.client("submit") as client:
        assert (await client.post(MANY, json=stories, headers=headers)).json()["full"] == 1
        for fields in await read_stream(redis):
            submission = ArticleSubmitted.model_validate(fields)
            article_id, revision = find_ref(submission)
            arrival = make_arrival(1, revision)
            article = arrival.article.model_copy(update={"article_id": article_id})
            with engine.begin() as tx:
                save_arrival(tx, replace(arrival, article=article))
                record_entries(tx, [make_entry(revision=revision, article_id=article_id)])
        await redis.xtrim(STREAM, maxlen=0)
        await redis.xgroup_setid(STREAM, "ingest", "$")
        again = (await client.post(MANY, json=stories, headers=headers)).json()
    assert [one["status"] for one in again["items"]] == ["known", "known", "accepted"]


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256])
async def test_a_key_is_of_visible_letters(desk, redis, key):
    async with desk.client("submit") as client:
        answer = await client.post(ONE, json=STORY, headers={"Idempotency-Key": key.encode()})
    assert answer.status_code == 422
    assert await read_stream(redis) == []


def asked(path: str = ONE) -> Request:
    return Request({"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b""})


async def test_who_gives_up_late_leaves_the_mark_of_who_came_meanwhile(desk, redis):
    """Its own had run out, and the key was free."""
    house, caller = desk.app.state.house, Caller("submit-desk", frozenset())
    second_begun, second_may_end = asyncio.Event(), asyncio.Event()
    carried_out = []

    async def once(act) -> Response:
        return await answer_once(asked(), house, caller, "pier-1", b"the same", act)

    async def hang() -> Response:
        carried_out.append("second")
        second_begun.set()
        await second_may_end.wait()
        return Response("the second's")

    async def fail_late() -> Response:
        await redis.delete(*await redis.keys("copydesk.desk.idempotency.*"))
        others.append(asyncio.create_task(once(hang)))
        await second_begun.wait()
        raise RuntimeError("too late")

    async def never() -> Response:
        carried_out.append("third")
        return Response("the third's")

    others: list[asyncio.Task[Response]] = []
    with pytest.raises(RuntimeError, match="too late"):
        await once(fail_late)
    others.append(asyncio.create_task(once(never)))
    await asyncio.sleep(0.2)
    second_may_end.set()
    assert [bytes((await one).body) for one in others] == [b"the second's"] * 2
    assert carried_out == ["second"]


async def test_who_ends_late_does_not_answer_for_who_came_meanwhile(desk, redis):
    house, caller = desk.app.state.house, Caller("submit-desk", frozenset())

    async def end_late() -> Response:
        (name,) = await redis.keys("copydesk.desk.idempotency.*")
        await redis.set(name, '{"body": "of another"}')
        return Response("the first's")

    answer = await answer_once(asked(), house, caller, "pier-1", b"the same", end_late)
    assert bytes(answer.body) == b"the first's"
    (name,) = await redis.keys("copydesk.desk.idempotency.*")
    assert await redis.get(name) == b'{"body": "of another"}'

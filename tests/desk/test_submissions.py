"""Articles are handed in over HTTP: one, many, a file; known, refused, without room; once for a key."""

import asyncio
import base64
import gzip
import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from schemas import ArticleSubmitted, StageName, derive_id
from services.ingest import find_ref
from services.kit.wire import FIELD
from services.store.articles import save_arrival
from services.store.dead_letters import add_dead_letters
from services.store.ledger import record_entries
from tests.integration.records import make_arrival, make_entry, make_letter

STREAM = "article.submitted"
STORY = {"text": "The mayor of Port Halvern said the pier would reopen in May.", "source": "The Herald"}
ONE, MANY, FILE = "/api/v1/articles", "/api/v1/articles/batch", "/api/v1/articles/file"


async def read_stream(redis: Redis) -> list[dict]:
    return [json.loads(fields[FIELD]) for _, fields in await redis.xrange(STREAM)]


async def test_an_article_is_accepted_and_can_be_followed_at_once(desk, redis):
    async with desk.client("submit") as client:
        answer = await client.post(ONE, json=STORY)
        assert answer.status_code == 202
        handed = answer.json()
        assert handed["status"] == "accepted"
        assert answer.headers["location"] == f"/api/v1/articles/{handed['article_id']}" == handed["location"]
        followed = (await client.get(answer.headers["location"])).json()
    assert (followed["state"], followed["revision"]) == ("waiting", handed["revision"])
    (message,) = await read_stream(redis)
    assert message["text"] == STORY["text"]
    assert message["message_id"] == handed["submission_id"]
    assert find_ref(ArticleSubmitted(**STORY)) == (UUID(handed["article_id"]), handed["revision"])


async def test_what_was_ingested_before_is_known(desk, redis, engine):
    article_id, revision = find_ref(ArticleSubmitted(**STORY))
    arrival = make_arrival(1, revision)
    article = arrival.article.model_copy(update={"article_id": article_id})
    with engine.begin() as tx:
        save_arrival(tx, replace(arrival, article=article))
        record_entries(tx, [make_entry(revision=revision, article_id=article_id)])
    async with desk.client("submit") as client:
        answer = await client.post(ONE, json=STORY)
    assert (answer.status_code, answer.json()["status"], answer.json()["submission_id"]) == (
        202,
        "known",
        None,
    )
    assert await read_stream(redis) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "Pier to reopen"}, "body"),
        ({**STORY, "html": "<p>The mayor said</p>"}, "body"),
        ({"text": 5}, "text"),
        ({"raw": "abc"}, "raw"),
        ({"raw": base64.b64encode(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3").decode()}, "raw"),
        ({**STORY, "published_at": "2026-03-02T08:30:00"}, "published_at"),
        ({**STORY, "language": "English"}, "language"),
        ({**STORY, "authors": "Maren Oduyalt"}, "authors"),
        ({**STORY, "message_id": "pier-1"}, "message_id"),
        ({**STORY, "url": "https://herald.example:port/"}, "url"),
    ],
)
async def test_a_wrong_article_is_refused_and_the_field_is_named(desk, redis, body, field):
    async with desk.client("submit") as client:
        answer = await client.post(ONE, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert await read_stream(redis) == []


async def test_what_is_no_json_is_refused(desk, redis):
    headers = {"Content-Type": "application/json"}
    async with desk.client("submit") as client:
        for body in (b"{", b"[]", b'"text"', b"null", b""):
            assert (await client.post(ONE, content=body, headers=headers)).status_code == 422
        assert (
            await client.post(ONE, content=b'{"text": "x"}', headers={"Content-Type": "text/plain"})
        ).status_code == 422
    assert await read_stream(redis) == []


async def test_half_a_surrogate_pair_is_no_fault_of_the_desk(desk, redis):
    body = b'{"text": "The pier \\ud800 reopens.", "authors": ["\\udfff"], "url": "https://herald.example/\\ud800"}'
    headers = {"Content-Type": "application/json"}
    async with desk.client("submit") as client:
        answers = [await client.post(ONE, content=body, headers=headers)]
        answers.append(await client.post(MANY, content=b"[" + body + b"]", headers=headers))
    assert [answer.status_code for answer in answers] == [202, 202]
    assert (await read_stream(redis))[0]["text"] == "The pier \ufffd reopens."


async def test_a_publisher_cannot_set_what_is_the_houses(desk, redis):
    trace = f"00-{'7' * 32}-{'1' * 16}-01"
    async with desk.client("submit") as client:
        await client.post(ONE, json={**STORY, "traceparent": f"00-{'6' * 32}-{'1' * 16}-01"})
        await client.post(MANY, json=[{"text": "Other.", "traceparent": f"00-{'6' * 32}-{'1' * 16}-01"}])
        await client.post(ONE, json={"text": "A third."}, headers={"traceparent": trace})
    traces = [message["traceparent"].split("-")[1] for message in await read_stream(redis)]
    assert "6" * 32 not in traces
    assert traces[2] == "7" * 32


async def test_content_that_is_too_large_is_refused(desk, redis):
    async with desk.client("submit") as client:
        answer = await client.post(ONE, json={"text": "pier " * 1_100_000})
    assert answer.status_code == 413
    assert "5.5 MB" in answer.json()["detail"]
    assert await read_stream(redis) == []


# Many


async def test_a_wrong_neighbour_hurts_none_of_a_batch(desk, redis):
    body = [STORY, {"text": 5}, {**STORY, "text": "Another."}, {"title": "no content"}, "no object", STORY]
    async with desk.client("submit") as client:
        answer = await client.post(MANY, json=body)
    assert answer.status_code == 202
    batch = answer.json()
    assert [one["status"] for one in batch["items"]] == [
        "accepted",
        "refused",
        "accepted",
        "refused",
        "refused",
        "known",
    ]
    assert (batch["accepted"], batch["known"], batch["refused"], batch["full"]) == (2, 1, 3, 0)
    assert (batch["items"][1]["origin"], batch["items"][1]["field"]) == ("[2]", "text")
    assert batch["items"][0]["article_id"] == batch["items"][5]["article_id"]
    assert len(await read_stream(redis)) == 2


async def test_a_batch_comes_as_lines_as_well(desk, redis):
    lines = b'{"text": "One."}\n\nnot JSON\n{"text": "Two."}\n'
    async with desk.client("submit") as client:
        answer = await client.post(MANY, content=lines, headers={"Content-Type": "application/jsonl"})
    items = answer.json()["items"]
    assert [(one["origin"], one["status"]) for one in items] == [
        (":1", "accepted"),
        (":3", "refused"),
        (":4", "accepted"),
    ]
    assert "not JSON" in items[1]["reason"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[1, 2]", b'[{"text": 1}]', b"\xff\xfe", b"null"])
async def test_a_batch_without_a_good_article_is_refused(desk, redis, body):
    async with desk.client("submit") as client:
        answer = await client.post(MANY, content=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_too_many_articles_are_refused_together(desk, redis, monkeypatch):
    monkeypatch.setattr("services.desk.api.submissions.MOST", 3)
    async with desk.client("submit") as client:
        answer = await client.post(MANY, json=[{"text": f"Story {n}."} for n in range(4)])
    assert answer.status_code == 413
    assert await read_stream(redis) == []


# A file


@pytest.mark.parametrize(
    ("name", "content", "number"),
    [
        ("story.txt", STORY["text"].encode(), 1),
        ("page.html", b"<html><body><p>The pier reopens.</p></body></html>", 1),
        ("records.json", json.dumps([STORY, {"text": "Two."}]).encode(), 2),
        ("records.jsonl", b'{"text": "One."}\n{"text": "Two."}\n{"text": "Three."}\n', 3),
        ("records.jsonl.gz", gzip.compress(b'{"text": "One."}\n{"text": "Two."}\n', mtime=0), 2),
        ("../../etc/passwd", STORY["text"].encode(), 1),
        ("a\r\nX-Injected: 1.txt", STORY["text"].encode(), 1),
        (".", STORY["text"].encode(), 1),
    ],
)
async def test_a_file_holds_articles(desk, redis, name, content, number):
    async with desk.client("submit") as client:
        answer = await client.post(FILE, files={"file": (name, content)}, data={"source": "The Herald"})
    assert answer.status_code == 202, answer.text
    assert "x-injected" not in answer.headers
    assert answer.json()["accepted"] == number
    assert all("/" not in one["origin"] for one in answer.json()["items"] if one["origin"])
    messages = await read_stream(redis)
    assert len(messages) == number
    assert {message["source"] for message in messages} == {"The Herald"}


async def test_a_file_that_cannot_be_read_is_refused(desk, redis):
    async with desk.client("submit") as client:
        answer = await client.post(FILE, files={"file": ("records.jsonl.gz", b"not packed")})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "records.jsonl.gz"
    assert "copydesk-" not in answer.text


async def test_a_file_that_unpacks_to_too_much_is_refused(start_desk, redis):
    desk = await start_desk(max_body_bytes=200_000)
    lines = b"".join(b'{"text": "%s"}\n' % (str(n) * 10_000).encode() for n in range(100))
    async with desk.client("submit") as client:
        answer = await client.post(FILE, files={"file": ("records.jsonl.gz", gzip.compress(lines))})
    assert answer.status_code == 413
    assert await read_stream(redis) == []


async def test_a_file_whose_fields_beside_the_text_unpack_to_too_much_is_refused(start_desk, redis):
    desk = await start_desk(max_body_bytes=200_000)
    lines = b"".join(b'{"text": "Story %d.", "title": "%s"}\n' % (n, b"x" * 50_000) for n in range(100))
    async with desk.client("submit") as client:
        answer = await client.post(FILE, files={"file": ("records.jsonl.gz", gzip.compress(lines))})
    assert answer.status_code == 413
    assert await read_stream(redis) == []


# Without room


@pytest.fixture
async def small(start_desk, monkeypatch):
    """A desk whose house is full with two articles on their way."""
    monkeypatch.setenv("COPYDESK_FULL_UNFINISHED", "2")
    return await start_desk()


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


# Once for a key


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


# Followed before the store knows it


async def test_an_article_that_died_at_the_entrance_is_told_of(desk, redis, engine):
    async with desk.client("submit") as client:
        answer = await client.post(ONE, json=STORY)
        ((entry_id, _),) = await redis.xrange(STREAM)
        letter = make_letter(1, StageName.INGEST, article_id=None, revision=None, entry_id=entry_id.decode())
        with engine.begin() as tx:
            add_dead_letters(tx, [letter])
        found = (await client.get(answer.headers["location"])).json()
    assert (found["state"], found["reason"]) == ("dead", "the content is a PDF file")


async def test_what_was_never_handed_in_is_not_there(desk):
    async with desk.client() as client:
        assert (await client.get(f"/api/v1/articles/{uuid4()}")).status_code == 404
        assert (await client.get(f"/api/v1/articles/{derive_id('article', 'x')}/text")).status_code == 404

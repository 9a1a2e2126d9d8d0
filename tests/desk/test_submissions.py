"""Articles are handed in over HTTP: one, many, a file; known, refused, and followed from then on."""

import base64
import gzip
import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from schemas import ArticleSubmitted, StageName, derive_id
from services.ingest import find_ref
from services.store.articles import save_arrival
from services.store.dead_letters import add_dead_letters
from services.store.ledger import record_entries
from tests.desk.submissions import FILE, MANY, ONE, STORY, STREAM, read_stream
from tests.integration.records import make_arrival, make_entry, make_letter


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

"""Dead letters are looked into, mended, replayed and dropped; the pipeline is measured and resumed."""

import base64
import json
from dataclasses import asdict

import pytest
from redis.asyncio import Redis
from sqlalchemy import Engine

from schemas import StageName, find_stage
from services.control.lag import measure_lag
from services.kit.gate import held_key
from services.kit.wire import FIELD, NO_FIELD
from services.store.dead_letters import DeadFilter, add_dead_letters, list_dead_letters
from tests.integration.records import make_letter

LETTERS = "/api/v1/dead-letters"


@pytest.fixture
def letters(engine: Engine, house: None) -> list[int]:
    """Five dead letters; the last was an entry without our field."""
    made = [make_letter(n, payload=f"payload {n}".encode()) for n in range(1, 4)]
    made.append(make_letter(4, StageName.INGEST, reason="the content is binary", payload=b"\xff\x00"))
    made.append(make_letter(5, StageName.INGEST, reason=f"{NO_FIELD} '__data__'; it has: x"))
    with engine.begin() as tx:
        add_dead_letters(tx, made)
        return [row.dead_id for row in list_dead_letters(tx, DeadFilter())]


async def read_payloads(redis: Redis, stream: str = "article.ingested") -> list[bytes]:
    return [fields[FIELD] for _, fields in await redis.xrange(stream)]


async def list_ids(client, query: str = "") -> list[int]:
    ids, path = [], f"{LETTERS}?{query}"
    while path:
        answer = await client.get(path)
        ids += [one["dead_id"] for one in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url")
    return ids


async def test_dead_letters_are_listed_oldest_first_page_by_page(desk, letters):
    async with desk.client() as client:
        assert await list_ids(client, "limit=2") == letters
        assert await list_ids(client, "stage=ingest") == letters[3:]
        assert await list_ids(client, "reason=pdf&limit=1") == letters[:3]
        assert await list_ids(client, "source=Tarn%20Gazette") == []
        assert len((await client.get("/dead-letters.jsonl")).text.splitlines()) == 5


async def test_a_dead_letter_is_shown_with_its_bytes(desk, letters):
    async with desk.client() as client:
        text = (await client.get(f"{LETTERS}/{letters[0]}")).json()
        binary = (await client.get(f"{LETTERS}/{letters[3]}")).json()
        broken = (await client.get(f"{LETTERS}/{letters[4]}")).json()
        assert (await client.get(f"{LETTERS}/{letters[-1] + 1}")).status_code == 404
    assert (text["payload"], text["payload_base64"], text["bytes"]) == ("payload 1", None, 9)
    assert (binary["payload"], base64.b64decode(binary["payload_base64"])) == (None, b"\xff\x00")
    assert text["obstacle"] is None
    assert "no field" in broken["obstacle"]


async def test_a_dead_letter_goes_back_as_it_came(desk, redis, letters):
    async with desk.client("operate") as client:
        answer = await client.post(f"{LETTERS}/{letters[0]}/replay")
        assert answer.status_code == 200, answer.text
        ((entry_id, _),) = await redis.xrange("article.ingested")
        assert answer.json() == {"dead_id": letters[0], "stage": "clean", "entry_id": entry_id.decode()}
        assert await read_payloads(redis) == [b"payload 1"]
        again = await client.post(f"{LETTERS}/{letters[0]}/replay")
        assert (again.status_code, again.json()["type"]) == (409, "urn:copydesk:problem:replayed")
        assert await list_ids(client, "replayed=true") == letters[:1]
        assert await list_ids(client) == letters[1:]


async def test_a_mended_message_goes_in_place_of_the_letters_own(desk, redis, letters):
    mended = json.dumps({"text": "The pier reopens in May."})
    async with desk.client("operate") as client:
        for body in ({"payload": "not JSON"}, {"payload": "{}"}, {"payload_base64": "%"}):
            answer = await client.post(f"{LETTERS}/{letters[4]}/replay", json=body)
            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["field"].startswith("payload")
        unmended = await client.post(f"{LETTERS}/{letters[4]}/replay")
        assert (unmended.status_code, unmended.json()["type"]) == (409, "urn:copydesk:problem:wants_mending")
        assert await read_payloads(redis, "article.submitted") == []
        answer = await client.post(f"{LETTERS}/{letters[4]}/replay", json={"payload": mended})
        assert answer.status_code == 200
        encoded = base64.b64encode(mended.encode()).decode()
        answer = await client.post(f"{LETTERS}/{letters[3]}/replay", json={"payload_base64": encoded})
        assert answer.status_code == 200
    assert await read_payloads(redis, "article.submitted") == [mended.encode()] * 2


async def test_many_go_back_by_a_filter_and_what_cannot_is_left(desk, redis, letters):
    async with desk.client("operate") as client:
        assert (await client.post(f"{LETTERS}/replay", json={})).status_code == 422
        by_reason = (await client.post(f"{LETTERS}/replay", json={"reason": "PDF"})).json()
        assert [one["dead_id"] for one in by_reason["replayed"]] == letters[:3]
        rest = (await client.post(f"{LETTERS}/replay", json={"every": True})).json()
        assert [one["dead_id"] for one in rest["replayed"]] == letters[3:4]
        assert [one["dead_id"] for one in rest["left"]] == letters[4:]
        assert rest["more"] is False
    assert await read_payloads(redis) == [b"payload 1", b"payload 2", b"payload 3"]


async def test_a_dropped_letter_is_gone(desk, letters):
    async with desk.client("operate") as client:
        answer = await client.delete(f"{LETTERS}/{letters[0]}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await client.delete(f"{LETTERS}/{letters[0]}")).status_code == 404
        assert await list_ids(client) == letters[1:]


@pytest.mark.parametrize("dead_id", ["0", "-1", "x", str(2**63), "1.5"])
async def test_a_number_that_is_none_is_refused(desk, dead_id):
    async with desk.client("operate") as client:
        for answer in (
            await client.get(f"{LETTERS}/{dead_id}"),
            await client.delete(f"{LETTERS}/{dead_id}"),
            await client.post(f"{LETTERS}/replay", json={"dead_ids": [dead_id]}),
        ):
            assert answer.status_code == 422


# The pipeline


async def test_the_pipeline_shows_the_numbers_of_the_lag_command(desk, redis, engine, letters):
    await redis.xadd("article.submitted", {FIELD: b"{}"})
    async with desk.client() as client:
        shown = (await client.get("/api/v1/pipeline")).json()["stages"]
    counted = json.loads(json.dumps([asdict(one) for one in await measure_lag(redis, engine)]))
    moving = {"oldest_seconds", "oldest_dead_seconds", "rate_in", "rate_out", "drain_seconds", "since"}
    for one, other in zip(shown, counted, strict=True):
        assert set(one) == set(other)
        assert {k: v for k, v in one.items() if k not in moving} == {
            k: v for k, v in other.items() if k not in moving
        }
    assert (shown[0]["lag"], shown[0]["dead_letters"], shown[0]["status"]) == (1, 2, "stopped")


async def test_a_held_stage_goes_on(desk, redis, house):
    row = find_stage(StageName.CLEAN)
    await redis.set(held_key(row), json.dumps({"reason": "60 in a row ended dead", "since": 5.0}))
    async with desk.client("operate") as client:
        stages = (await client.get("/api/v1/pipeline")).json()["stages"]
        assert stages[1]["held"] == {"reason": "60 in a row ended dead", "since": 5.0}
        answer = await client.post("/api/v1/pipeline/clean/resume")
        assert answer.json() == {"stage": "clean", "released": True}
        assert (await client.post("/api/v1/pipeline/clean/resume")).json()["released"] is False
        assert (await client.post("/api/v1/pipeline/nowhere/resume")).status_code == 422
    assert await redis.get(held_key(row)) is None


async def test_health_is_one_word(desk, redis, letters):
    async with desk.client() as client:
        health = (await client.get("/api/v1/health")).json()
    assert (health["status"], health["away"], health["dead_letters"]) == ("degraded", {}, 5)
    assert set(health["stages"].values()) == {"stopped"}

"""Webhooks over HTTP: for operators alone, and the secret once."""

import pytest
from sqlalchemy import select

from services.store.tables import webhooks
from tests.desk.delivering import delivering, until_done
from tests.desk.detected import detect, tell


async def test_the_secret_is_shown_once(desk, engine, receiver, monkeypatch):
    monkeypatch.setenv("COPYDESK_WEBHOOKS_ALLOW", "127.0.0.1/32")
    async with desk.client("operate") as client:
        made = await client.post(
            "/api/v1/webhooks", json={"url": receiver.url, "filter": {"min_score": 0.5, "q": "fees"}}
        )
        assert made.status_code == 201
        secret, path = made.json()["secret"], made.headers["location"]
        assert made.json()["filter"] == {"min_score": 0.5, "q": "fees"}
        shown = await client.get(path)
        assert (shown.status_code, shown.json()["state"]) == (200, "active")
        listed = await client.get("/api/v1/webhooks")
        assert [one["url"] for one in listed.json()["items"]] == [receiver.url]
        assert secret not in shown.text + listed.text
        assert "secret" not in shown.json()

        tested = await client.post(f"{path}/test")
        assert (tested.status_code, tested.json()["taken"], tested.json()["status"]) == (200, True, 204)
        assert receiver.told[0].verify(secret)["type"] == "webhook.test"

        assert (await client.post(f"{path}/replay")).json() == {"deliveries": 0}
        assert (await client.post(f"{path}/enable")).status_code == 200
        assert (await client.delete(path)).status_code == 204
        for method, gone in (("GET", path), ("DELETE", path), ("POST", f"{path}/test")):
            assert (await client.request(method, gone)).status_code == 404
        assert (await client.get(f"{path}/deliveries")).status_code == 404


async def test_deliveries_are_listed_by_the_page(desk, redis, engine, receiver, add):
    hook = await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One.", "Two.", "Three."))
        await until_done(engine, 3)
    path = f"/api/v1/webhooks/{hook.webhook_id}/deliveries"
    async with desk.client("operate") as client:
        first = await client.get(path, params={"limit": 2})
        second = await client.get(path, params={"limit": 2, "cursor": first.json()["next"]})
    found = [one["delivery_id"] for page in (first, second) for one in page.json()["items"]]
    assert len(set(found)) == 3
    assert second.json()["next"] is None
    assert {one["status"] for one in first.json()["items"]} == {204}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "http://example.com/\r\nX: 1"}, "url"),
        ({"url": "http://93.184.216.34/", "secret": "whsec_short"}, "secret"),
        ({"url": "http://93.184.216.34/", "secret": "whsec_AAAA\r\nX: 1"}, "secret"),
        ({"url": "http://93.184.216.34/", "filter": {"min_score": 2}}, "filter.min_score"),
        ({"url": "http://93.184.216.34/", "filter": {"mim_score": 0.5}}, "filter.mim_score"),
        ({"url": "http://93.184.216.34/", "filter": "all"}, "filter"),
        ({"filter": {}}, "url"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_field(desk, engine, body, field):
    async with desk.client("operate") as client:
        answer = await client.post("/api/v1/webhooks", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert "whsec_" not in answer.text or field == "secret"
    with engine.connect() as tx:
        assert tx.execute(select(webhooks)).all() == []


async def test_only_operators_may(desk, redis, engine, receiver, add):
    path = f"/api/v1/webhooks/{(await add(receiver)).webhook_id}"
    asked = [("GET", "/api/v1/webhooks"), ("POST", "/api/v1/webhooks"), ("GET", path), ("DELETE", path)]
    asked += [("POST", f"{path}/{what}") for what in ("test", "enable", "disable", "rotate", "replay")]
    asked += [("GET", f"{path}/deliveries")]
    for scope, status in ((None, 401), ("read", 403), ("submit", 403)):
        async with desk.client(scope) as client:
            assert {(await client.request(*one)).status_code for one in asked} == {status}
    assert receiver.told == []

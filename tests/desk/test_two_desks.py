"""Two desks behind a proxy work alike: whatever one was told, the other knows."""

import itertools
import json
import time
from collections.abc import Iterator

import httpx
import pytest
from lxml import html

from schemas import StageName, find_stage
from services.kit.gate import held_key
from services.store import claim_facets
from services.store.dead_letters import DeadFilter, add_dead_letters, list_dead_letters
from tests.desk.conftest import WORDS, RunningDesk
from tests.desk.rows import save_story
from tests.integration.records import make_letter

NAME = "desk.example"


class Turns(httpx.AsyncBaseTransport):
    """A proxy that asks one desk after the other, and says for whom: as nginx in deploy/nginx does."""

    def __init__(self, desks: list[RunningDesk]) -> None:
        self._desks: Iterator[RunningDesk] = itertools.cycle(desks)
        self._way = httpx.AsyncHTTPTransport()
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the desk whose turn it is."""
        desk = next(self._desks)
        self.asked.append(desk.address)
        url = httpx.URL(desk.address).join(request.url.raw_path.decode())
        headers = [*request.headers.raw, (b"X-Forwarded-For", b"198.51.100.7")]
        passed_on = httpx.Request(request.method, url, headers=headers, stream=request.stream)
        return await self._way.handle_async_request(passed_on)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._way.aclose()


@pytest.fixture
async def two(start_desk) -> list[RunningDesk]:
    settings = {"hosts": f"{NAME} 127.0.0.1", "rate": "60/minute", "proxies": "127.0.0.1"}
    return [await start_desk(**settings) for _ in range(2)]


@pytest.fixture
async def client(two):
    transport = Turns(two)
    own = f"http://{NAME}:8400"
    headers = {"Accept": "text/html", "Origin": own}
    async with httpx.AsyncClient(transport=transport, base_url=own, headers=headers) as client:
        yield client
    assert len(set(transport.asked)) == 2


async def test_who_signs_in_at_one_is_known_to_the_other_and_can_act(client, redis, engine):
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(1)])
    await redis.set(held_key(find_stage("claims")), json.dumps({"reason": "by hand", "since": time.time()}))
    signed = await client.post("/sign-in", data={"token": WORDS["operate"], "next": "/pipeline"})
    assert (signed.status_code, signed.headers["location"]) == (303, "/pipeline")
    for _ in range(2):
        page = html.fromstring((await client.get("/pipeline")).text)
        assert {one.get("action") for one in page.xpath("//li//form")} == {
            "/pipeline/claims/resume",
            "/pipeline/clean/replay",
        }
    assert (await client.post("/pipeline/claims/resume")).status_code == 303
    assert (await client.post("/pipeline/clean/replay")).status_code == 303
    with engine.connect() as tx:
        assert list_dead_letters(tx, DeadFilter(stage=StageName.CLEAN)) == []


async def test_a_list_that_one_began_is_read_on_at_the_other(client, engine):
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(number) for number in range(1, 121)])
    seen, path = [], "/dead-letters"
    while path:
        page = html.fromstring((await client.get(path)).text)
        seen += page.xpath("//th[@scope='row']/a/text()")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    assert len(seen) == len(set(seen)) == 120


async def test_requests_are_counted_over_both(client):
    statuses = [(await client.get("/api/v1/openapi.json")).status_code for _ in range(62)]
    assert statuses == [200] * 60 + [429] * 2


async def test_a_page_serves_files_that_the_other_has(client):
    page = html.fromstring((await client.get("/try")).text)
    for address in [*page.xpath("//script/@src"), *page.xpath("//link/@href")] * 2:
        answer = await client.get(address)
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)


async def test_facets_of_very_many_are_a_sample_that_both_show_and_of_few_are_what_is_there(
    client, engine, monkeypatch
):
    monkeypatch.setattr(claim_facets, "COUNTED", 3)
    save_story(engine)
    many, few = "/api/v1/claims/facets", "/api/v1/claims/facets?polarity=denied"
    before = {path: [await client.get(path) for _ in range(2)] for path in (many, few)}
    save_story(engine, 2)
    for path, same in ((many, True), (few, False)):
        after = [await client.get(path) for _ in range(2)]
        assert len({one.headers["etag"] for one in after}) == 1
        assert (after[0].headers["etag"] == before[path][0].headers["etag"]) is same
        assert before[path][0].json() == before[path][1].json()

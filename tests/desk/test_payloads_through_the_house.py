"""Articles that hold payloads go through the real workers; what they become is shown as words."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from services.claims.handler import build_handler as build_claims
from services.claims.settings import ClaimsSettings
from services.clean.handler import build_handler as build_clean
from services.clean.settings import CleanSettings
from services.entities.handler import build_handler as build_entities
from services.entities.settings import EntitiesSettings
from services.ingest.handler import build_handler as build_ingest
from services.ingest.settings import IngestSettings
from tests.desk.payloads import PAYLOADS
from tests.desk.reading import find_foreign, parse
from tests.pipeline.stagehand import working

STORY = (
    "Mayor Ilse Brandt said on Monday that the new bridge over the harbour cost 41 million euros, and that "
    "{payload} was never a part of the plan. The Harbour Board denied that “{payload}” had been agreed on. "
    "A spokesman for {payload} Holdings said the company had lost 12 percent of its revenue since the bridge "
    "was closed in March. Residents of the old town have asked for another ferry for two years.\n\n"
    "{payload}\n\nThe council votes on the matter in the first week of December, its clerk said."
)
CHOSEN = PAYLOADS[::13]


async def follow(client, location: str) -> dict:
    """The article at its end."""
    deadline = time.monotonic() + 200
    while (article := (await client.get(location)).json())["state"] == "waiting":
        assert time.monotonic() < deadline, article
        await asyncio.sleep(0.5)
    return article


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_what_is_handed_in_stays_words(desk, servers):
    stages = (
        build_ingest(IngestSettings()),
        build_clean(CleanSettings()),
        build_entities(EntitiesSettings()),
        build_claims(ClaimsSettings()),
    )
    async with desk.client("submit") as client, AsyncExitStack() as stack:
        places = [await hand_in(client, number, payload) for number, payload in enumerate(CHOSEN)]
        for stage in stages:
            await stack.enter_async_context(working(servers, stage))
        ends = [await follow(client, place) for place in places]
        assert sum(one["state"] == "done" for one in ends) > len(ends) / 2
        claims = (await client.get("/claims.json?limit=1000")).json()["items"]
        names = (await client.get("/entities.json")).json()["items"]
        paths = ["/claims?limit=100", "/articles", "/entities", "/digest"]
        paths += [place.removeprefix("/api/v1") for place in places]
        paths += [f"/claims/{one['claim_id']}" for one in claims[::3]]
        paths += [f"/entities/{one['entity_id']}" for one in names[::3]]
        for path in paths:
            answer = await client.get(path, headers={"Accept": "text/html"})
            assert answer.status_code == 200, path
            assert find_foreign(parse(answer.text)) == [], path


async def hand_in(client, number: int, payload: str) -> str:
    article = {
        "text": STORY.format(payload=payload),
        "title": payload,
        "source": payload,
        "url": f"https://harbourpost.example/{number}",
    }
    answer = await client.post("/api/v1/articles", json=article)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]

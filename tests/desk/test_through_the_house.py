"""An article that is handed in over HTTP goes through the real workers, and its claims come out over HTTP."""

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
from tests.integration.test_workers import PAGE, STORY, URL
from tests.pipeline.stagehand import working


async def follow(client, location: str) -> dict:
    """The article at its end."""
    deadline = time.monotonic() + 90
    while (article := (await client.get(location)).json())["state"] == "waiting":
        assert time.monotonic() < deadline, article
        await asyncio.sleep(0.2)
    return article


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_an_article_becomes_claims(desk, servers):
    stages = (
        build_ingest(IngestSettings()),
        build_clean(CleanSettings()),
        build_entities(EntitiesSettings()),
        build_claims(ClaimsSettings()),
    )
    async with desk.client("submit", timeout=30) as client, AsyncExitStack() as stack:
        page = await client.post("/api/v1/articles", json={"html": PAGE, "url": URL})
        short = await client.post("/api/v1/articles", json={"text": "Too short."})
        again = await client.post("/api/v1/articles/file", files={"file": ("story.txt", STORY.encode())})
        for stage in stages:
            await stack.enter_async_context(working(servers, stage))
        article = await follow(client, page.headers["location"])
        skipped = await follow(client, short.headers["location"])
        await follow(client, again.json()["items"][0]["location"])
        text = (await client.get(f"{page.headers['location']}/text")).json()
        claims = (await client.get(f"{page.headers['location']}/claims")).json()["items"]
        found = (await client.get("/claims.json?speaker=brandt&q=close&source=harbour")).json()["items"]
        known = await client.post("/api/v1/articles", json={"html": PAGE, "url": URL})
    assert article["state"] == "done"
    assert [stage["stage"] for stage in article["stages"]] == ["ingest", "clean", "entities", "claims"]
    assert (skipped["state"], skipped["reason"][:12]) == ("skipped", "only 2 words")
    assert known.json()["status"] == "known"
    assert claims
    assert len(claims) == article["claims"]
    for span in list_spans(text):
        assert text["text"][span["start"] : span["end"]] == span["exact"]
    assert found[0]["claimant"]["name"] == "Ilse Brandt"


def list_spans(text: dict) -> list[dict]:
    """The spans of contents, claimants, cues and mentions."""
    spans = [mention["span"] for mention in text["mentions"]]
    for claim in text["claims"]:
        spans += claim["content"]
        spans += claim["cue"]["spans"] if claim["cue"] else []
        spans += [claim["claimant"]["span"]] if claim["claimant"] and claim["claimant"]["span"] else []
    assert len(spans) > 5
    return spans

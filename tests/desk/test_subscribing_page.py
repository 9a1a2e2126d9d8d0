"""docs/subscribing.md: what it has one ask for is there, and what it says of times is so."""

import re
import shlex
from pathlib import Path

import pytest

from schemas import derive_id
from services.desk.settings import DeskSettings
from services.desk.webhooks.settings import WebhookSettings
from services.desk.webhooks.steady import LONGEST_PAUSE
from tests.desk.detected import detect, store

TEXT = (Path(__file__).parents[2] / "docs" / "subscribing.md").read_text(encoding="utf-8")
ADDRESSES = [shlex.split(line)[-1] for line in re.findall(r"^curl .+$", TEXT, re.MULTILINE)]
OPERATOR = "/api/v1/webhooks/ID/deliveries"
TYPES = {
    "/stream": "text/event-stream",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".jsonld": "application/ld+json",
    "/annotations": "application/ld+json",
}


@pytest.mark.parametrize("address", ADDRESSES)
async def test_each_address_is_there(desk, engine, address):
    detected = detect(1, "The dam repairs cost 41 million.", speaker="Ilse Brandt", score=0.9)
    store(engine, detected)
    known = detected.article_id if "/articles/" in address else detected.claims[0].claim_id
    path = address.removeprefix("http://127.0.0.1:8400").replace("ID", str(known))
    kind = next(kind for end, kind in TYPES.items() if path.partition("?")[0].endswith(end))
    async with desk.client() as client, client.stream("GET", path) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


async def test_the_deliveries_are_there(desk):
    assert f"`GET {OPERATOR}`" in TEXT
    async with desk.client("operate") as client:
        answer = await client.get(OPERATOR.replace("ID", str(derive_id("x"))))
    assert answer.json()["detail"].startswith("there is no webhook")


def test_the_times_are_those_of_the_settings():
    own, told = DeskSettings(), WebhookSettings()
    assert f"comment every {own.heartbeat:g} seconds" in TEXT
    assert f"within {told.total_limit:g} seconds" in TEXT
    short = [5, 5 * 60, 30 * 60]
    hours = [3600 * one for one in (2, 5, 10, 14, 20, 24)]
    assert list(told.pauses) == short + hours
    assert "after 5 seconds, 5 minutes, 30 minutes, 2, 5, 10, 14, 20 and 24 hours" in TEXT
    assert told.patience == 3 * 86_400
    assert told.keep == 7 * 86_400
    assert told.keep_disabled == 28 * 86_400
    assert told.overlap == 86_400
    assert f"again within {LONGEST_PAUSE:g} seconds" in TEXT.replace("ten", "10")
    assert told.ports == "80,443"

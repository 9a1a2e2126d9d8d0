"""Articles, their texts and entities over HTTP: what is stored is told, with spans that hold."""

from uuid import UUID

import pytest
from sqlalchemy import Engine

from schemas import Outcome, Removed, StageName, derive_id
from schemas.articles import RemovalReason
from services.store.articles import save_arrival
from services.store.claims import save_claims
from services.store.entities import save_entities
from services.store.ledger import record_entries
from services.store.pages import FetchedPage, save_pages
from services.store.texts import save_texts
from tests.integration.records import (
    NOON,
    TEXT,
    make_arrival,
    make_claim,
    make_cleaned,
    make_detected,
    make_entity,
    make_entry,
    make_extracted,
    make_mention,
)

BOARD, BRANDT = make_entity("The Harbour Board", "Harbour Board"), make_entity("Ilse Brandt")
FIRST = derive_id("article", 1)


def locate(article_id: UUID, more: str = "") -> str:
    return f"/api/v1/articles/{article_id}{more}"


@pytest.fixture
def stored(engine: Engine) -> None:
    """One article with all that the stages make of it, its first revision replaced."""
    quote = "the bridge cost 41 million euros."
    claim = make_claim(quote, 0.9, start=TEXT.index(quote), claimant=BRANDT, about=(BOARD,))
    cleaned = make_cleaned(revision="b", title="Bridge to close", language="en")
    notice = Removed(reason=RemovalReason.NOTICE, exact="All rights reserved.", start=90, end=110)
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1, "a", title="Bridge", url="https://harbourpost.example/1"))
        save_arrival(tx, make_arrival(1, "b", 5, title="Bridge to close", source="Harbour Post"))
        save_texts(tx, [cleaned.model_copy(update={"removed": (notice,)})])
        mentions = [make_mention(one, TEXT.index(one.name)) for one in (BRANDT, BOARD)]
        extracted = make_extracted(BOARD, BRANDT, revision="b").model_copy(update={"mentions": mentions})
        save_entities(tx, [extracted])
        save_claims(tx, [make_detected(claim, revision="b")])
        record_entries(tx, [make_entry(minute=1)])
        record_entries(tx, [make_entry(1, "b", stage, minute=n + 5) for n, stage in enumerate(StageName)])


async def test_an_article_is_told_with_its_way(desk, stored):
    async with desk.client() as client:
        found = (await client.get(locate(FIRST))).json()
    assert (found["state"], found["revision"], found["title"]) == ("done", "b", "Bridge to close")
    assert [(stage["stage"], stage["revision"]) for stage in found["stages"]] == [
        ("ingest", "a"),
        ("ingest", "b"),
        ("clean", "b"),
        ("entities", "b"),
        ("claims", "b"),
    ]
    assert found["stages"][0]["attempts"] == 1
    assert found["metadata"]["language"] == "en"
    assert found["claims"] == 1


@pytest.mark.parametrize(
    ("entries", "state", "reason"),
    [
        ([], "waiting", None),
        ([(StageName.INGEST, Outcome.DONE, None)], "waiting", None),
        (
            [(StageName.CLEAN, Outcome.SKIPPED, "no model for language 'de'")],
            "skipped",
            "no model for language 'de'",
        ),
        ([(StageName.CLAIMS, Outcome.DEAD, "it hung")], "dead", "it hung"),
        ([(StageName.CLEAN, Outcome.SUPERSEDED, None)], "superseded", None),
        ([(StageName.CLAIMS, Outcome.DONE, None)], "done", None),
    ],
)
async def test_an_article_is_in_one_state(desk, engine, entries, state, reason):
    with engine.begin() as tx:
        save_arrival(tx, make_arrival())
        record_entries(tx, [make_entry(stage=stage, outcome=end, reason=why) for stage, end, why in entries])
    async with desk.client() as client:
        one = (await client.get(locate(FIRST))).json()
        (listed,) = (await client.get("/api/v1/articles")).json()["items"]
    assert (one["state"], one["reason"]) == (listed["state"], listed["reason"]) == (state, reason)


async def test_what_ended_before_it_was_stored_is_told(desk, engine):
    with engine.begin() as tx:
        record_entries(tx, [make_entry(outcome=Outcome.SKIPPED, reason="empty: text holds nothing")])
    async with desk.client() as client:
        found = (await client.get(locate(FIRST))).json()
    assert (found["state"], found["reason"]) == ("skipped", "empty: text holds nothing")


async def test_an_address_that_led_elsewhere_leads_there(desk, stored, engine):
    page_id = derive_id("article", "url", "https://short.example/1")
    page = FetchedPage(page_id, "https://short.example/1", FIRST, "b", None, None, NOON)
    with engine.begin() as tx:
        save_pages(tx, [page])
    async with desk.client() as client:
        answer = await client.get(locate(page_id))
    assert (answer.status_code, answer.headers["location"]) == (307, locate(FIRST))


async def test_every_span_of_a_text_holds(desk, stored):
    async with desk.client() as client:
        found = (await client.get(locate(FIRST, "/text"))).json()
    text = found["text"]
    assert found["counts"] is True
    (claim,) = found["claims"]
    for span in (*claim["content"], *(mention["span"] for mention in found["mentions"])):
        assert text[span["start"] : span["end"]] == span["exact"]
    assert claim["content"][0]["exact"] == "the bridge cost 41 million euros."
    assert [mention["name"] for mention in found["mentions"]] == ["Ilse Brandt", "The Harbour Board"]
    assert found["removed"] == [
        {"reason": "notice", "exact": "All rights reserved.", "start": 90, "end": 110}
    ]


async def test_of_a_revision_that_was_replaced_the_text_alone_is_told(desk, stored, engine):
    with engine.begin() as tx:
        save_texts(tx, [make_cleaned(revision="a", text="The bridge stays.")])
    async with desk.client() as client:
        found = (await client.get(locate(FIRST, "/text?revision=a"))).json()
        assert (await client.get(locate(FIRST, "/text?revision=c"))).status_code == 404
        assert (await client.get(locate(FIRST, "/text?revision=../a"))).status_code == 422
    assert (found["text"], found["counts"], found["claims"]) == ("The bridge stays.", False, [])


async def test_revisions_are_told_newest_first(desk, stored):
    async with desk.client() as client:
        items = (await client.get(locate(FIRST, "/revisions"))).json()["items"]
    assert [(one["revision"], one["counts"], one["has_text"]) for one in items] == [
        ("b", True, True),
        ("a", False, False),
    ]


async def test_entities_of_an_article_come_with_their_places(desk, stored):
    async with desk.client() as client:
        items = (await client.get(locate(FIRST, "/entities"))).json()["items"]
    assert [(one["name"], len(one["mentions"])) for one in items] == [
        ("Ilse Brandt", 1),
        ("The Harbour Board", 1),
    ]


async def test_claims_of_an_article_are_its_own(desk, stored, engine):
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(2))
        save_claims(tx, [make_detected(make_claim("Ferries run late.", article=2), article=2)])
    async with desk.client() as client:
        own = (await client.get(locate(FIRST, f"/claims?article_id={derive_id('article', 2)}"))).json()
        assert (await client.get(locate(derive_id("x"), "/claims"))).status_code == 404
    assert [one["text"] for one in own["items"]] == ["the bridge cost 41 million euros."]


async def test_articles_are_listed_and_filtered_page_by_page(desk, engine):
    for number in range(1, 6):
        with engine.begin() as tx:
            save_arrival(tx, make_arrival(number, title=f"Story {number}", source="Harbour Post"))
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(6, title="Ferries", source="Tarn Gazette"))
    async with desk.client() as client:
        titles, path = [], "/api/v1/articles?limit=2&source=harbour&q=story"
        while path:
            answer = await client.get(path)
            titles += [one["title"] for one in answer.json()["items"]]
            path = answer.links.get("next", {}).get("url")
        lines = (await client.get("/articles.csv")).text.splitlines()
    assert titles == [f"Story {number}" for number in range(5, 0, -1)]
    assert len(lines) == 7


# Entities over all articles


async def test_entities_are_listed_by_how_many_articles_name_them(desk, engine):
    others = [make_entity(f"Board {number}") for number in range(5)]
    with engine.begin() as tx:
        for article in (1, 2):
            save_arrival(tx, make_arrival(article))
        save_entities(tx, [make_extracted(BOARD, *others), make_extracted(BOARD, article=2)])
    async with desk.client() as client:
        names = await read_names(client, "/api/v1/entities?limit=2")
        found = await read_names(client, "/api/v1/entities?name=board&limit=2")
        assert (await client.get("/api/v1/entities?kind=person")).json()["items"] == []
        assert await read_names(client, "/api/v1/entities?name=board&kind=person") == []
    assert names[0] == "The Harbour Board"
    assert sorted(names) == sorted(found) == sorted(["The Harbour Board", *(one.name for one in others)])


async def read_names(client, path: str) -> list[str]:
    """Those of all pages from the path on."""
    names = []
    while path:
        answer = await client.get(path)
        names += [one["name"] for one in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url")
    return names


async def test_an_entity_is_found_though_its_name_is_misspelt(desk, stored):
    async with desk.client() as client:
        found = (await client.get("/api/v1/entities?name=Ilse%20Brant")).json()["items"]
        assert [one["name"] for one in found] == ["Ilse Brandt"]
        assert found[0]["score"] > 0.6
        assert (await client.get("/api/v1/entities?name=Ilse&kind=place")).json()["items"] == []


async def test_an_entity_is_told_with_its_claims(desk, stored):
    async with desk.client() as client:
        one = (await client.get(f"/api/v1/entities/{BRANDT.entity_id}")).json()
        assert (one["name"], one["articles"], one["claims"], one["spoken_of"]) == ("Ilse Brandt", 1, 1, 0)
        roles = ("by", 1, 0), ("about", 0, 1), ("any", 1, 1)
        asked = [(entity, role, by[at]) for at, entity in enumerate((BRANDT, BOARD)) for role, *by in roles]
        for entity, role, number in asked:
            answer = await client.get(f"/api/v1/entities/{entity.entity_id}/claims?role={role}")
            assert len(answer.json()["items"]) == number
        assert (await client.get(f"/api/v1/entities/{FIRST}")).status_code == 404
        assert (await client.get(f"/api/v1/entities/{FIRST}/claims")).status_code == 404

"""Claims over HTTP: found, paged, written in every form."""

import csv
import io
import json

import pytest
from sqlalchemy import Engine

from schemas import derive_id
from services.store.articles import save_arrival
from services.store.claims import save_claims
from tests.integration.records import make_arrival, make_claim, make_detected

BRANDT = "Ilse Brandt"


def store_claims(engine: Engine, article: int, *claims, title: str = "Bridge to close", **metadata) -> None:
    with engine.begin() as tx:
        known = {"title": title, "source": "Harbour Post", "url": f"https://harbourpost.example/{article}"}
        save_arrival(tx, make_arrival(article, **{**known, **metadata}))
        save_claims(tx, [make_detected(*claims, article=article)])


def make_claims(article: int, number: int, score: float = 0.5) -> list:
    return [
        make_claim(f"The bridge cost {n} million euros.", score, article, start=100 * n, speaker=BRANDT)
        for n in range(1, number + 1)
    ]


@pytest.fixture
def seven(engine: Engine) -> None:
    """Seven claims of one score, so that only their place tells their order."""
    store_claims(engine, 1, *make_claims(1, 7))


async def read_all(client, path: str) -> list[str]:
    """The texts of all pages, by their Link headers."""
    texts = []
    while path:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        texts += [one["text"] for one in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url")
    return texts


async def test_a_claim_comes_with_its_article(desk, engine):
    store_claims(engine, 1, make_claim("The bridge cost 41 million euros.", 0.9, speaker=BRANDT))
    async with desk.client() as client:
        (claim,) = (await client.get("/api/v1/claims")).json()["items"]
        assert claim["article"] == {
            "article_id": str(derive_id("article", 1)),
            "title": "Bridge to close",
            "source": "Harbour Post",
            "url": "https://harbourpost.example/1",
            "published_at": None,
        }
        assert (await client.get(f"/api/v1/claims/{claim['claim_id']}")).json() == claim
        assert (await client.get(f"/api/v1/claims/{derive_id('claim', 'none')}")).status_code == 404


async def test_pages_hold_each_claim_once(desk, seven):
    async with desk.client() as client:
        texts = await read_all(client, "/api/v1/claims?limit=3")
    assert texts == [f"The bridge cost {n} million euros." for n in range(1, 8)]


async def test_a_page_goes_on_where_the_one_before_ended_whatever_comes_in(desk, engine, seven):
    async with desk.client() as client:
        first = await client.get("/api/v1/claims?limit=3&min_score=0.1")
        store_claims(engine, 2, *make_claims(2, 5, score=0.9))
        rest = await read_all(client, first.links["next"]["url"])
    assert rest == [f"The bridge cost {n} million euros." for n in range(4, 8)]


async def test_every_parameter_narrows(desk, engine):
    store_claims(engine, 1, make_claim("The bridge cost 41 million euros.", 0.9, speaker=BRANDT))
    store_claims(engine, 2, make_claim("Ferries run late.", 0.2, article=2), source="Tarn Gazette")
    asked = (
        "q=cost speaker=brandt source=harbour min_score=0.5 quote_type=indirect&q=euro since=2026-11-23 "
        f"article_id={derive_id('article', 1)}"
    )
    async with desk.client() as client:
        for query in asked.split():
            found = await read_all(client, f"/api/v1/claims?{query}")
            if query != "since=2026-11-23":
                assert found == ["The bridge cost 41 million euros."], query
        assert len(await read_all(client, "/api/v1/claims?since=2026-11-23")) == 2
        assert await read_all(client, "/api/v1/claims?until=2026-11-23") == []
        assert len(await read_all(client, "/api/v1/claims?q=&speaker=&kind=&min_score=&entity_id=")) == 2


async def test_words_are_highlighted_with_their_offsets(desk, engine, seven):
    async with desk.client() as client:
        claim = (await client.get("/api/v1/claims?q=costs&limit=1")).json()["items"][0]
    (mark,) = claim["highlights"]["text"]
    assert claim["text"][mark["start"] : mark["end"]] == mark["exact"] == "cost"


async def test_facets_stand_alone_or_beside_the_claims(desk, seven):
    async with desk.client() as client:
        alone = (await client.get("/api/v1/claims/facets?speaker=brandt")).json()
        beside = (await client.get("/api/v1/claims?speaker=brandt&facets=1&limit=1")).json()["facets"]
    assert alone == beside
    assert alone["total"] == 7
    assert alone["facets"]["speaker"]["values"][0]["label"] == BRANDT


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=guessed", "kind"),
        ("min_score=2", "min_score"),
        ("since=yesterday", "since"),
        ("since=2026-11-23T10:00:00", "since"),
        ("speaker_id=brandt", "speaker_id"),
        ("limit=0", "limit"),
        ("limit=100000", "limit"),
        ("cursor=abc", "cursor"),
        ("cursor=%FF", "cursor"),
        ("speaker=a%00b", "speaker"),
        ("order=random", "order"),
    ],
)
async def test_a_wrong_parameter_is_named(desk, query, field):
    async with desk.client() as client:
        answer = await client.get(f"/api/v1/claims?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


async def test_a_cursor_is_for_its_own_order(desk, seven):
    async with desk.client() as client:
        cursor = (await client.get("/api/v1/claims?limit=3")).json()["next"]
        answer = await client.get(f"/api/v1/claims?order=newest&cursor={cursor}")
    assert answer.status_code == 422


# Forms


async def test_json_lines_hold_all_pages(desk, engine):
    for article in range(1, 4):
        store_claims(engine, article, *make_claims(article, 400))
    async with desk.client() as client:
        answer = await client.get("/api/v1/claims.jsonl")
        assert answer.headers["content-type"] == "application/jsonl"
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert len({line["claim_id"] for line in lines}) == 1200
        few = await client.get("/api/v1/claims.jsonl?limit=700")
        assert few.text.splitlines() == answer.text.splitlines()[:700]


async def test_the_form_is_chosen_by_the_accept_header(desk, seven):
    liked = {
        "application/jsonl": "application/jsonl",
        "application/x-ndjson": "application/jsonl",
        "text/csv;q=0.9, application/json;q=0.1": "text/csv; charset=utf-8",
        "text/html,application/xhtml+xml,*/*;q=0.8": "application/json",
        "text/*": "text/csv; charset=utf-8",
    }
    async with desk.client() as client:
        for accept, media_type in liked.items():
            answer = await client.get("/api/v1/claims", headers={"Accept": accept})
            assert answer.headers["content-type"] == media_type
        for headers, path in (({"Accept": "image/png"}, ""), ({}, ".html")):
            answer = await client.get(f"/api/v1/claims{path}", headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")


async def test_no_cell_of_a_table_is_a_formula(desk, engine):
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"]
    claims = [
        make_claim(text, article=1, start=10 * n, speaker=f"{text} said") for n, text in enumerate(formulas)
    ]
    store_claims(engine, 1, *claims, title='=HYPERLINK("https://attacker.example")')
    async with desk.client() as client:
        answer = await client.get("/claims.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(formulas)
    for row in rows:
        for name in ("text", "claimant", "title"):
            assert row[name].startswith("'"), row


async def test_a_pages_data_twin_is_that_of_the_api(desk, seven):
    async with desk.client() as client:
        page, api = await client.get("/claims.json?limit=2"), await client.get("/api/v1/claims.json?limit=2")
        assert page.json() == api.json()
        further = await client.get(page.links["next"]["url"])
        assert page.links["next"]["url"].startswith("/claims.json?")
        assert further.status_code == 200


async def test_what_has_not_changed_is_not_sent_again(desk, engine, seven):
    async with desk.client() as client:
        first = await client.get("/api/v1/claims")
        tag = first.headers["etag"]
        for given in (tag, f'"other", W/{tag}', "*"):
            again = await client.get("/api/v1/claims", headers={"If-None-Match": given})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        store_claims(engine, 2, *make_claims(2, 1))
        changed = await client.get("/api/v1/claims", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag

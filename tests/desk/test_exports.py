"""The ledger in the forms of others, over HTTP."""

from uuid import UUID

import feedparser
import pytest

from schemas import derive_id
from tests.desk.detected import detect, store
from tests.desk.sights import of


@pytest.fixture
def stored(engine, house):
    store(engine, detect(1, "Fees rise.", "Fees fall.", score=0.9), detect(2, "Rain falls.", score=0.4))


async def test_every_search_is_a_feed(desk, stored):
    async with desk.client() as client:
        for suffix, version in (("atom", "atom10"), ("rss", "rss20")):
            answer = await client.get(f"/claims.{suffix}", params={"q": "fees", "min_score": 0.5})
            assert answer.status_code == 200
            parsed = feedparser.parse(answer.content, response_headers=dict(answer.headers))
            assert not parsed.bozo
            assert parsed.version == version
            assert parsed.feed.title == "Claims: q fees, min score 0.5"
            assert len(parsed.entries) == 2
            own = next(link.href for link in parsed.feed.links if link.rel == "self")
            assert own == str(answer.url)
            assert (await client.get(own)).content == answer.content
        negotiated = await client.get("/api/v1/claims", headers={"Accept": "application/atom+xml"})
        assert negotiated.headers["content-type"].startswith("application/atom+xml")


async def test_a_feed_that_has_not_changed_is_not_sent_again(desk, stored, engine):
    async with desk.client() as client:
        first = await client.get("/claims.atom")
        for headers in (
            {"If-None-Match": first.headers["etag"]},
            {"If-Modified-Since": first.headers["last-modified"]},
        ):
            again = await client.get("/claims.atom", headers=headers)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        old = {"If-Modified-Since": "Mon, 02 Mar 2020 08:30:00 GMT"}
        assert (await client.get("/claims.atom", headers=old)).status_code == 200
        assert (await client.get("/claims.atom", headers={"If-Modified-Since": "x"})).status_code == 200
        changed = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]}
        assert (await client.get("/claims.atom", headers=changed)).status_code == 200


async def test_the_ids_of_a_feed_stay(desk, stored, start_desk):
    other = await start_desk()
    async with desk.client() as one, other.client() as two:
        first = feedparser.parse((await one.get("/claims.atom?q=fees&min_score=0.5")).content)
        second = feedparser.parse((await two.get("/claims.atom?min_score=0.5&q=fees")).content)
    assert first.feed.id == second.feed.id
    assert [entry.id for entry in first.entries] == [entry.id for entry in second.entries]


async def test_claims_as_json_ld(desk, stored):
    async with desk.client() as client:
        answer = await client.get("/claims.jsonld", params={"limit": 2})
        assert answer.headers["content-type"] == "application/ld+json"
        claims = of(answer.json(), "Claim")
        assert len(claims) == 2
        rest = await client.get(answer.links["next"]["url"])
        assert len(of(rest.json(), "Claim")) == 1
        claim_id = UUID(claims[0]["@id"].removeprefix("urn:uuid:"))
        single = await client.get(f"/claims/{claim_id}.jsonld")
        assert of(single.json(), "Claim") == [claims[0]]
        assert claims[0]["appearance"]["publisher"]["name"] == "Harbour Post"
        assert (await client.get(f"/claims/{derive_id('x')}.jsonld")).status_code == 404


async def test_the_annotations_of_an_article(desk, stored):
    path = f"/api/v1/articles/{derive_id('article', 1)}/annotations"
    async with desk.client() as client:
        answer = await client.get(path)
        assert answer.headers["content-type"] == (
            'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
        )
        collection = answer.json()
        assert (collection["type"], collection["total"]) == ("AnnotationCollection", 2)
        assert collection["id"] == f"{desk.address}{path}"
        page = (await client.get(collection["last"])).json()
        assert page["items"] == collection["first"]["items"]
        again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert (await client.get(f"/api/v1/articles/{derive_id('x')}/annotations")).status_code == 404
        assert (await client.get(path, params={"page": 1})).status_code == 422


async def test_who_may_not_read_gets_no_export(start_desk, stored):
    desk = await start_desk(anonymous=False)
    paths = ["/claims.atom", "/claims.rss", "/claims.jsonld", f"/claims/{derive_id('x')}.jsonld"]
    async with desk.client() as client:
        for path in [*paths, f"/api/v1/articles/{derive_id('article', 1)}/annotations"]:
            assert (await client.get(path)).status_code == 401

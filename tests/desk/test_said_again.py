"""What was said again reaches whoever reads: in the inbox, on the claim's page, in the API."""

import pytest

from schemas import derive_id
from services.cli.matching import Matcher
from tests.desk.reading import find_faults, find_foreign, parse
from tests.integration.telling import name_claim, tell
from tests.integration.test_matching import COSTS, COSTS_TOO, CRIME, TAX, sign

REPEATED = "/api/v1/repeated"


@pytest.fixture
def told(engine) -> None:
    """The costs in three outlets, the third a copy of the second; a crime and its copy; the taxes once."""
    tell(engine, 1, COSTS, outlet="Harbour Post", speaker="Edvin Sallowby")
    tell(engine, 2, COSTS_TOO, minute=10, outlet="Highton News", speaker="Hanne Ostrick")
    tell(engine, 3, COSTS_TOO, minute=20, outlet="The Wire Hour", speaker="Hanne Ostrick")
    tell(engine, 4, CRIME, TAX, minute=30)
    tell(engine, 5, CRIME, minute=40)
    sign(engine, 3, copy_of=2)
    sign(engine, 5, copy_of=4)
    matcher = Matcher()
    while matcher.match(engine).changes:
        pass


def name_path(article: int, text: str) -> str:
    return f"/claims/{name_claim(article, text)}"


async def test_the_inbox_says_what_was_said_again_and_leads_there(desk, told):
    async with desk.client() as client:
        page = parse((await client.get("/claims?order=repetition")).text)
    links = {
        one.get("href"): " ".join(one.text_content().split()) for one in page.xpath("//a[@class='again']")
    }
    again = "said again 1 time, in 3 outlets"
    paths = [name_path(1, COSTS), name_path(2, COSTS_TOO), name_path(3, COSTS_TOO)]
    assert links == {f"{path}/again": again for path in paths}
    orders = page.xpath("//p[contains(@class, 'order')]/strong")
    assert [one.text_content() for one in orders] == ["most repeated"]


async def test_the_order_is_among_the_links_of_the_inbox(desk, told):
    async with desk.client() as client:
        page = parse((await client.get("/claims")).text)
    assert "/claims?order=repetition" in [
        one.get("href") for one in page.xpath("//p[contains(@class, 'order')]/a")
    ]


async def test_a_page_of_its_own_shows_when_where_by_whom_and_which_words_differ(desk, told):
    path = f"{name_path(2, COSTS_TOO)}/again"
    async with desk.client() as client:
        answer = await client.get(path)
        twin = (await client.get(f"{path}.json")).json()
        whole = parse((await client.get(name_path(2, COSTS_TOO))).text)
    page = parse(answer.text)
    assert not find_faults(page)
    assert not find_foreign(page)
    said = " ".join(page.find(".//main").text_content().split())
    assert "Said again 1 time" in said
    first_seen = page.xpath("//dl/dd")[0].text_content()
    assert first_seen == "23 Nov 2026, 12:00, in Harbour Post, from Edvin Sallowby"
    assert [len(page.findall(f".//circle[@class='{kind}']")) for kind in ("is", "copy")] == [2, 1]
    ends = [one.text for one in page.iterfind(".//text")]
    assert ends == ["23 Nov 2026, 12:00", "23 Nov 2026, 12:20"], "of one day the hours are told"
    first, second = page.xpath("//ol[@class='wordings']/li/p")
    assert (first.text_content(), second.text_content()) == (COSTS, COSTS_TOO)
    new = [one.text for one in second.iter("ins")]
    assert list(first.iter("ins")) == []
    assert "84m" in " ".join(new)
    assert "Tarn Valley dam" not in " ".join(new)
    assert [len(one) for one in page.xpath("//ol[@class='wordings']/li/ul")] == [1, 2]
    assert f"{path}.json" in [one.get("href") for one in page.iter("a")]
    assert len(twin["variants"]) == 3
    assert path in [one.get("href") for one in whole.iter("a")]


async def test_the_page_of_what_was_said_once_says_so_and_of_no_claim_is_none(desk, told):
    async with desk.client() as client:
        once = await client.get(f"{name_path(4, TAX)}/again", headers={"Accept": "text/html"})
        none = await client.get(f"/claims/{derive_id('x')}/again", headers={"Accept": "text/html"})
    assert (once.status_code, none.status_code) == (200, 404)
    assert "Said once" in parse(once.text).find(".//h1").text_content()


async def test_a_claims_page_names_every_outlet_and_leads_there(desk, told):
    async with desk.client() as client:
        page = parse((await client.get(name_path(1, COSTS))).text)
    (section,) = page.xpath("//section[@aria-labelledby='again']")
    said = " ".join(section.text_content().split())
    assert "Said again 1 time" in said
    assert "by 3 outlets and 2 speakers" in said
    hrefs = [one.get("href") for one in section.xpath(".//td/a")]
    where = ((1, COSTS), (2, COSTS_TOO), (3, COSTS_TOO))
    assert hrefs == [f"/articles/{derive_id('article', a)}#at-{name_claim(a, text)}" for a, text in where]
    assert [row.text_content().count("a copy") for row in section.xpath(".//tbody/tr")] == [0, 0, 1]


async def test_wire_copies_alone_are_said_again_no_time(desk, told):
    async with desk.client() as client:
        page = parse((await client.get(name_path(4, CRIME))).text)
    assert page.get_element_by_id("again").text_content() == "Said again 0 times"


async def test_every_claim_says_how_often_it_was_said_again(desk, told):
    async with desk.client() as client:
        items = (await client.get("/api/v1/claims?order=repetition")).json()["items"]
        one = (await client.get(f"/api/v1{name_path(2, COSTS_TOO)}")).json()
    assert [item["repetitions"] for item in items] == [1, 1, 1, 0, 0, 0]
    assert one["repetitions"] == 1


async def test_pages_of_the_most_repeated_claims_together_are_the_list(desk, told):
    async with desk.client() as client:
        whole = (await client.get("/api/v1/claims?order=repetition")).json()["items"]
        path, found = "/api/v1/claims?order=repetition&limit=2", []
        while path:
            answer = await client.get(path)
            found += answer.json()["items"]
            path = answer.links.get("next", {}).get("url")
    assert found == whole
    assert len(found) == 6


async def test_a_cluster_has_every_variant_with_its_place(desk, told):
    async with desk.client() as client:
        answer = await client.get(f"/api/v1{name_path(2, COSTS_TOO)}/again")
        same = {"If-None-Match": answer.headers["etag"]}
        assert (await client.get(f"/api/v1{name_path(2, COSTS_TOO)}/again", headers=same)).status_code == 304
    said = answer.json()
    assert (said["repetitions"], said["claims"], said["articles"]) == (1, 3, 3)
    assert said["first_seen_at"] == "2026-11-23T12:00:00Z"
    assert said["outlets"] == ["Harbour Post", "Highton News", "The Wire Hour"]
    assert said["speakers"] == ["Edvin Sallowby", "Hanne Ostrick"]
    variants = [(one["outlet"], one["claimant"], one["copy_of"]) for one in said["variants"]]
    assert variants == [
        ("Harbour Post", "Edvin Sallowby", None),
        ("Highton News", "Hanne Ostrick", None),
        ("The Wire Hour", "Hanne Ostrick", str(derive_id("article", 2))),
    ]
    assert said["variants"][0]["article_id"] == str(derive_id("article", 1))
    assert said["variants"][0]["claim_id"] == said["first_claim_id"] == str(name_claim(1, COSTS))
    assert said["variants"][1]["date"] == "2026-11-23T12:10:00Z"


async def test_of_a_claim_that_was_never_said_again_the_cluster_is_empty(desk, told):
    async with desk.client() as client:
        said = (await client.get(f"/api/v1{name_path(4, TAX)}/again")).json()
        unknown = await client.get(f"/api/v1/claims/{derive_id('nothing')}/again")
    assert (said["repetitions"], said["variants"], said["first_seen_at"]) == (0, [], None)
    assert unknown.status_code == 404
    assert unknown.headers["content-type"] == "application/problem+json"


async def test_the_most_repeated_are_a_list_of_pages(desk, engine, told):
    tell(engine, 6, CRIME, minute=50)
    tell(engine, 7, CRIME, minute=60)
    Matcher().match(engine)
    async with desk.client() as client:
        first = await client.get(f"{REPEATED}?limit=1")
        second = await client.get(first.links["next"]["url"])
        lines = (await client.get(f"{REPEATED}.csv")).text.splitlines()
    (crime,), (costs,) = first.json()["items"], second.json()["items"]
    assert (crime["text"], crime["repetitions"], crime["outlets"]) == (CRIME, 2, 4)
    assert (costs["text"], costs["repetitions"], costs["claim_id"]) == (COSTS, 1, str(name_claim(1, COSTS)))
    assert second.json()["next"] is None
    assert len(lines) == 3

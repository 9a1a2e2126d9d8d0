"""*Try it*: everything is shown, nothing is stored, and nobody gets further by it than he should."""

import re
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import func, select

from schemas import STREAMS
from services.desk.pages.trying import cut_pieces
from services.encoder.card import read_figures
from services.store.tables import metadata
from tests.fetching.site import redirect, reply, serving

ROOT = Path(__file__).parents[2]
PERSON = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
LONG = 90.0
TEXT = """Bridge will open in May, mayor says

Mayor Ilse Brandt said on Monday that the bridge at Ilvern had cost 41 million euros. "It was worth every
euro," she told the council. Orrin Calloway, who runs the ferry, said half of the money had been wasted.

The Harbour Board denied that a contract had been given without a tender. Two officials, who asked not to be
named, said the report would be published before the summer.
"""
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "</title></style><script>alert(1)</script>",
    "{{ 7 * 7 }}${7*7}",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)
INWARD = (
    "http://127.0.0.1/",
    "http://127.0.0.1:8400/api/v1/claims",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://0.0.0.0/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://127.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "http://user:secret@127.0.0.1/",
    "http://127.0.0.1\r\nX-Injected: 1/",
    "//127.0.0.1/",
    "ftp://127.0.0.1/",
    "nonsense",
)


def count_rows(engine) -> int:
    with engine.connect() as tx:
        return sum(
            tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        )


async def test_everything_is_shown_and_nothing_is_stored(desk, redis, engine):
    before = count_rows(engine)
    async with desk.client("submit", headers=PERSON, timeout=LONG) as client:
        answer = await client.post("/try", data={"content": TEXT})
        assert answer.status_code == 200
        data = (await client.post("/api/v1/analyze", json={"content": TEXT})).json()
        await _check_hostile(client)
    page = html.fromstring(answer.text)
    claims = page.xpath("//ol[@class='claim-list']/li")
    assert len(claims) == len(data["claims"]) > 2
    assert "Ilse Brandt" in claims[0].text_content()
    assert page.xpath("//*[@class='weights']")
    shown = page.xpath("//div[contains(@class, 'given-text')]")[0]
    for sup in shown.xpath(".//sup"):
        sup.drop_tree()
    assert shown.text_content() == data["text"]
    assert count_rows(engine) == before
    assert [await redis.xlen(stream) for stream in STREAMS] == [0] * len(STREAMS)
    assert answer.headers["cache-control"] == "no-store"


async def _check_hostile(client) -> None:
    """What is pasted becomes no markup; one process does all, as the models take seconds."""
    for payload in PAYLOADS:
        content = f"{payload} bridge\n\nMayor {payload} Brandt said {payload} that it cost 41 million. {TEXT}"
        answer = await client.post("/try", data={"content": content})
        assert answer.status_code == 200
        page = html.fromstring(answer.text)
        assert {one.get("src") for one in page.xpath("//script")} == {
            one for one in page.xpath("//script/@src") if one.startswith("/static/")
        }
        assert not page.xpath(
            "//img | //*[@onerror or @onload] | //main//svg[@onload] | //a[starts-with(@href, 'javascript')]"
        )
        assert page.get_element_by_id("content").text_content().strip() == content.strip()
        assert "49" not in (page.findtext(".//h2[@id='found']") or "")


@pytest.mark.parametrize("url", INWARD)
async def test_an_address_that_leads_inward_is_not_fetched(desk, url):
    async with desk.client("submit", headers=PERSON, timeout=LONG) as client:
        answer = await client.post("/try", data={"url": url})
        assert answer.status_code == 422, answer.text
        assert html.fromstring(answer.text).get_element_by_id("refused").text_content()
        data = await client.post("/api/v1/analyze", json={"url": url})
    assert data.status_code == 422
    assert data.json()["errors"][0]["field"] == "url"


@pytest.fixture
def allowed(monkeypatch):
    """The tests' own sites may be fetched from."""
    monkeypatch.setenv("COPYDESK_FETCH_ALLOW", "127.0.0.1/32")
    monkeypatch.setenv("COPYDESK_FETCH_DELAY", "0")


async def test_a_site_that_leads_inward_is_not_followed(desk, allowed):
    """The first address is allowed by name; where it leads to is not."""
    async with (
        serving(article=redirect("http://169.254.169.254/secret")) as site,
        desk.client("submit", timeout=LONG) as client,
    ):
        answer = await client.post("/api/v1/analyze", json={"url": f"{site.url}/article"})
    assert answer.status_code == 422
    assert "169.254.169.254" in answer.json()["detail"]
    assert [one.path for one in site.asked] == ["/robots.txt", "/article"]


async def test_the_page_at_an_address_is_analyzed(desk, allowed):
    body = f"<html><body><article><h1>Bridge</h1><p>{TEXT}</p></article></body></html>"
    async with serving(article=reply(body)) as site, desk.client("submit", timeout=LONG) as client:
        answer = await client.post("/api/v1/analyze", json={"url": f"{site.url}/article"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["metadata"]["url"] == f"{site.url}/article"
    assert answer.json()["claims"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (reply(b"%PDF-1.4", kind="application/pdf"), "application/pdf"),
        (reply("x" * 3_000), "more than 2,000 bytes"),
        (reply(status="404 Not Found"), "no such page"),
        (b"nonsense\r\n\r\n", "does not answer as a site should"),
    ],
    ids=["pdf", "large", "gone", "no HTTP"],
)
async def test_what_is_no_page_is_told(start_desk, allowed, page, said):
    desk = await start_desk(analyze_bytes=2_000)
    async with serving(article=page) as site, desk.client("submit", timeout=LONG) as client:
        answer = await client.post("/api/v1/analyze", json={"url": f"{site.url}/article"})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_what_robots_may_not_fetch_is_not_fetched(desk, allowed):
    robots = reply("User-agent: *\nDisallow: /", kind="text/plain")
    async with serving(**{"robots.txt": robots}) as site, desk.client("submit", timeout=LONG) as client:
        answer = await client.post("/api/v1/analyze", json={"url": f"{site.url}/article"})
    assert (answer.status_code, site.count("/article")) == (422, 0)


@pytest.mark.parametrize(("scope", "status"), [(None, 401), ("read", 403)])
async def test_who_may_only_read_may_not_try(desk, scope, status):
    async with desk.client(scope, headers=PERSON) as client:
        assert not html.fromstring((await client.get("/try")).text).xpath("//main//form")
        assert (await client.post("/try", data={"content": TEXT})).status_code == status
        assert (await client.post("/api/v1/analyze", json={"content": TEXT})).status_code == status


async def test_another_sites_page_tries_nothing(desk):
    async with desk.client("submit", headers={"Sec-Fetch-Site": "cross-site"}) as client:
        assert (await client.post("/try", data={"content": TEXT})).status_code == 403


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422),
        ({"content": " \n"}, 422),
        ({"content": "x", "url": "https://herald.example/"}, 422),
        ({"content": "x" * 2_001}, 413),
        ({"content": "ä" * 1_001}, 413),
        ({"contents": "x"}, 422),
        ({"content": 1}, 422),
        ({"url": "x" * 5_000}, 422),
    ],
)
async def test_what_cannot_be_analyzed_is_refused_with_its_field(start_desk, given, status):
    desk = await start_desk(analyze_bytes=2_000)
    async with desk.client("submit") as client:
        answer = await client.post("/api/v1/analyze", json=given)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


async def test_a_text_that_is_too_long_stays_in_the_form(start_desk):
    desk = await start_desk(analyze_bytes=1_000)
    async with desk.client("submit", headers=PERSON) as client:
        answer = await client.post("/try", data={"content": TEXT * 5})
    assert answer.status_code == 413
    assert html.fromstring(answer.text).get_element_by_id("content").text_content().count("Ilvern") == 5


# The figures


async def test_the_page_states_the_figures_of_the_card_and_of_the_pages(desk):
    figures = read_figures()
    async with desk.client(headers=PERSON) as client:
        said = html.fromstring((await client.get("/try")).text).text_content()
    attribution = (ROOT / "docs" / "attribution.md").read_text()
    worthiness = (ROOT / "docs" / "check-worthiness.md").read_text()
    shipped = [figures.found, figures.with_source, figures.cue, figures.source, figures.content]
    row = re.search(r"^\| model and rules, int8 as shipped \|(.*)$", attribution, re.MULTILINE)[1]
    assert [float(cell) for cell in row.split("|")[:5]] == shipped
    assert f"CleanCoNLL dev: {show(figures.names)} and" in attribution
    row = re.search(r"^\| as labelled \(threshold .*?\) \|(.*)$", worthiness, re.MULTILINE)[1]
    assert [float(cell) for cell in row.split("|")[2:4]] == [figures.worthiness, figures.worthiness_precision]
    for figure in (figures.found, figures.with_source, figures.content, figures.names, figures.worthiness):
        assert show(figure) in said


def show(figure: float) -> str:
    return f"{figure:.3f}"[1:]


def test_pieces_are_the_text():
    assert cut_pieces("", [], []) == []
    assert [piece.text for piece in cut_pieces("no claims", [], [])] == ["no claims"]

"""Signing in with a token, and pages for people."""

import pytest
from lxml import html

from services.desk.pages.addresses import own_path, web_address
from services.desk.pages.static import list_files
from tests.desk.conftest import WORDS

PERSON = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


async def test_who_signs_in_is_named_until_signing_out(desk):
    async with desk.client(headers=PERSON) as client:
        answer = await client.post("/sign-in", data={"token": WORDS["submit"], "next": "/entities?q=a"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/entities?q=a")
        kept = answer.headers["set-cookie"].lower()
        assert "httponly" in kept
        assert "samesite=strict" in kept
        assert "submit-desk" in (await client.get("/nowhere")).text
        await client.post("/sign-out")
        assert "submit-desk" not in (await client.get("/nowhere")).text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in.html"])
async def test_an_address_alone_signs_nobody_in(desk, method, path):
    """Who fetches a link ahead, as mail programs and browsers do, gets no cookie."""
    async with desk.client(headers=PERSON) as client:
        answer = await client.request(method, path, params={"token": WORDS["operate"]})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    # With "same-origin" the token would be told with the page's style, its form and the page behind it.
    assert answer.headers["referrer-policy"] == "strict-origin"


async def test_an_address_with_the_token_needs_one_press_of_its_button(desk):
    async with desk.client(headers=PERSON) as client:
        answer = await client.get("/sign-in", params={"token": WORDS["operate"], "next": "/entities?q=a"})
        (form,) = html.fromstring(answer.content).xpath("//form[@action='/sign-in'][@method='post']")
        assert len(form.xpath(".//button")) == 1
        assert [field.get("type") for field in form.xpath(".//input")] == ["hidden", "hidden"]
        signed = await client.post("/sign-in", data=dict(form.form_values()))
    assert (signed.status_code, signed.headers["location"]) == (303, "/entities?q=a")
    assert "copydesk_token" in signed.cookies


@pytest.mark.parametrize("words", ["wrong", "", "ö" * 20, "a" * 5_000])
async def test_a_wrong_token_signs_nobody_in(desk, words):
    async with desk.client(headers=PERSON) as client:
        answer = await client.post("/sign-in", data={"token": words})
    assert answer.status_code in (401, 422)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("scheme", "proxies", "secure"),
    [("http", "127.0.0.1", False), ("https", "127.0.0.1", True), ("https", "", False)],
)
async def test_on_https_the_cookie_is_sent_nowhere_else(start_desk, scheme, proxies, secure):
    """That it is https is believed of the proxies that are named."""
    desk = await start_desk(proxies=proxies)
    async with desk.client(headers={**PERSON, "X-Forwarded-Proto": scheme}) as client:
        answer = await client.post("/sign-in", data={"token": WORDS["read"]})
    assert ("; secure" in answer.headers["set-cookie"].lower()) is secure


async def test_another_site_signs_nobody_in_or_out(desk):
    async with desk.client(headers={"Sec-Fetch-Site": "cross-site"}) as client:
        for path in ("/sign-in", "/sign-out"):
            assert (await client.post(path, data={"token": WORDS["read"]})).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "//attacker.example",
        "https://attacker.example",
        "/\\attacker.example",
        "javascript:alert(1)",
        "",
        "a",
        "/a\r\nX: y",
        "/\t/x",
    ],
)
def test_nobody_is_led_to_another_site(path):
    assert own_path(path) == "/"


def test_ones_own_pages_are_led_to():
    assert own_path("/claims?q=a+b&speaker=%C3%89va") == "/claims?q=a+b&speaker=%C3%89va"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "JAVASCRIPT:x",
        "//a.example",
        "http://",
        "/a",
        "http://[",
        None,
        "vbscript:x",
    ],
)
def test_only_addresses_of_the_web_become_links(url):
    assert web_address(url) is None


async def test_an_error_is_a_page_for_a_person(desk):
    async with desk.client(headers=PERSON) as client:
        answer = await client.get("/nowhere")
    assert answer.status_code == 404
    assert html.fromstring(answer.text).findtext(".//h1") == "Not Found"


async def test_static_files_are_kept_for_ever_at_the_address_of_their_content(desk):
    async with desk.client() as client:
        for name, file in list_files().items():
            answer = await client.get(f"/static/{file.digest}/{name}")
            assert answer.content == file.content
            assert "immutable" in answer.headers["cache-control"]
            old = await client.get(f"/static/0000/{name}")
            assert old.headers["cache-control"] == "no-cache"
        for path in ("/static/0/../../settings.py", "/static/0/%2e%2e/settings.py", "/static/0/nothing.css"):
            assert (await client.get(path)).status_code == 404

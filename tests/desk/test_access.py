"""Each endpoint is refused without its scope, and no answer carries what a request smuggled in."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from services.desk.access import Scope
from services.desk.application import build_application
from services.desk.callers import Need
from services.desk.guards import HEADERS
from services.desk.paging import link_next
from services.desk.settings import DeskSettings
from tests.desk.conftest import WORDS

OPEN = {
    "/livez",
    "/readyz",
    "/api/v1/openapi.json",
    "/",
    "/sign-in",
    "/sign-out",
    "/static/{digest}/{name}",
}
"""What everybody may ask: whether the desk lives, how it is asked, and what it takes to sign in."""
EXAMPLES = {
    "article_id": "0190f5a8-0000-7000-8000-000000000001",
    "claim_id": "0190f5a8-0000-7000-8000-000000000002",
    "entity_id": "0190f5a8-0000-7000-8000-000000000003",
    "dead_id": "1",
    "stage": "clean",
}


@dataclass(frozen=True)
class Endpoint:
    """A way to ask the desk, and the scope that it asks for."""

    method: str
    path: str
    scope: Scope | None

    @property
    def address(self) -> str:
        return re.sub(r"{(\w+)(?::\w+)?}", lambda found: EXAMPLES.get(found[1], "1"), self.path)


def list_endpoints() -> list[Endpoint]:
    app = build_application(DeskSettings(), lambda: None)
    return [endpoint for context in iter_route_contexts(app.routes) for endpoint in describe(context)]


def describe(context: RouteContext) -> Iterator[Endpoint]:
    """However deep a route is included, with all that its routers ask for."""
    needs = set(find_needs(context.dependant)) if isinstance(context.original_route, APIRoute) else set()
    assert len(needs) <= 1, f"{context.path} asks for {needs}"
    for method in sorted(context.methods or ()):
        yield Endpoint(method, context.path, next(iter(needs), None))


def find_needs(dependant: Dependant) -> Iterator[Scope]:
    if isinstance(dependant.call, Need):
        yield dependant.call.scope
    for inner in dependant.dependencies:
        yield from find_needs(inner)


ENDPOINTS = list_endpoints()
GUARDED = [one for one in ENDPOINTS if one.scope is not None]


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def test_every_path_of_the_document_is_known_here():
    """Else a route that is included in a new way would be looked at by no test."""
    app = build_application(DeskSettings(), lambda: None)
    known = {(one.method.lower(), re.sub(r":\w+}", "}", one.path)) for one in ENDPOINTS}
    paths = app.openapi()["paths"]
    assert {(method, path) for path, operations in paths.items() for method in operations} <= known
    assert len(GUARDED) >= 20


def test_whatever_is_not_open_asks_for_a_scope():
    lacking = [name(one) for one in ENDPOINTS if one.scope is None and one.path not in OPEN]
    assert lacking == []


def test_what_changes_something_asks_for_more_than_reading():
    weak = [name(one) for one in GUARDED if one.method != "GET" and one.scope is Scope.READ]
    assert weak == []


@pytest.fixture
async def strict(start_desk):
    """A desk where nobody may read without a token."""
    return await start_desk(anonymous=False)


async def test_without_a_token_every_endpoint_is_refused(strict):
    async with strict.client() as client:
        for one in GUARDED:
            answer = await client.request(one.method, one.address)
            assert answer.status_code == 401, name(one)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_without_the_scope_is_refused(strict):
    for scope in Scope:
        async with strict.client(scope) as client:
            for one in GUARDED:
                if one.scope in (scope, Scope.READ):
                    continue
                answer = await client.request(one.method, one.address)
                assert answer.status_code == 403, f"{scope}: {name(one)}"
                assert answer.json()["type"] == "urn:copydesk:problem:scope_wanted"


async def test_a_token_with_the_scope_is_let_in(strict):
    for one in GUARDED:
        async with strict.client(one.scope) as client:
            answer = await ask(client, one)
        assert answer.status_code not in (401, 403, 405, 500), name(one)


@pytest.mark.parametrize(
    "header", ["Bearer wrong-words-of-no-token", "Bearer", "Basic cmVhZDpyZWFk", "Bearer \xff\xfe"]
)
async def test_an_unknown_token_is_refused_though_everybody_may_read(desk, header):
    async with desk.client() as client:
        answer = await client.get("/api/v1/claims", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert WORDS["read"] not in answer.text


async def test_on_loopback_everybody_may_read_and_nobody_change(desk):
    async with desk.client() as client:
        for one in GUARDED:
            answer = await ask(client, one)
            assert (answer.status_code == 401) == (one.scope is not Scope.READ), name(one)


async def test_another_sites_page_changes_nothing_whatever_its_token(desk):
    changing = [one for one in GUARDED if one.method != "GET"]
    assert changing
    async with desk.client("operate") as client:
        for one in changing:
            headers = {"Origin": "https://attacker.example", "Sec-Fetch-Site": "cross-site"}
            answer = await client.request(one.method, one.address, headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:copydesk:problem:other_site")


# What is smuggled in


ESCAPES = [
    "/static/../../etc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2fetc%2fpasswd",
    "/static/%00",
    "/api/v1/articles/../../../etc/passwd",
    "/api/v1/articles/..%2f..%2fetc%2fpasswd",
    "/api/v1/articles/%2e%2e%2f%2e%2e%2fetc%2fpasswd/text",
    "/api/v1/claims/..%5c..%5cetc%5cpasswd",
    "/api/v1/claims/1%00",
    "/api/v1/entities/%c0%ae%c0%ae/claims",
    "/api/v1/dead-letters/..%2f1",
    "/api/v1/dead-letters/99999999999999999999999999",
    "/api/v1/pipeline/..%2f..%2fx/resume",
    "//attacker.example/%2e%2e.json",
    "/.json",
    "/claims/.csv",
]


@pytest.mark.parametrize("path", ESCAPES)
async def test_no_path_leads_out_of_the_desk(desk, path):
    status, head, body = await ask_raw(desk, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert status in (400, 404, 405, 422), (status, body)
    assert "root:" not in body
    assert "\nlocation:" not in head.lower()


SMUGGLED = [
    "/api/v1/claims?limit=1&cursor=a%0d%0aX-Injected:%201",
    "/api/v1/claims?limit=1&q=a%0d%0aX-Injected:%201",
    "/api/v1/claims.csv?speaker=%0d%0aX-Injected:%201",
    "/api/v1/articles/a%0d%0aX-Injected:%201",
    "/claims%0d%0aX-Injected:%201.json?limit=1",
    "/api/v1/entities?name=%0aX-Injected:%201",
]


@pytest.mark.parametrize("path", SMUGGLED)
async def test_no_line_break_of_an_address_reaches_a_header(desk, path):
    _, head, _ = await ask_raw(desk, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert "\nx-injected" not in head.lower()


async def test_no_line_break_of_a_header_reaches_an_answer(desk):
    """A bare line break within a header is no header at all."""
    for broken in ("a\rX-Injected: 1", "a\nX-Injected: 1", "a\r\n X-Injected: 1", "a\x00b"):
        head = (
            "POST /api/v1/articles HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {WORDS['submit']}\r\nContent-Length: 18\r\nIdempotency-Key: {broken}\r\n"
        )
        status, answered, _ = await ask_raw(desk, head, '{"text": "A text"}')
        assert "\nx-injected" not in answered.lower()
        assert status in (202, 400, 422)


def test_the_link_to_the_next_page_is_one_link_whatever_was_asked():
    query = "order=worth&limit=1&source=%3E;rel=%22next%22,<https://attacker.example>"
    request = Request({"type": "http", "path": "/claims>", "query_string": query.encode(), "headers": []})
    (link,) = link_next(request, "abc").values()
    assert re.fullmatch(r'<[^<>"\s]+>; rel="next"', link)


async def test_every_answer_of_the_api_has_the_security_headers(desk):
    async with desk.client("operate") as client:
        for one in ENDPOINTS:
            answer = await ask(client, one)
            # The address of the page to sign in at may hold a token: not even the desk is told it.
            own = {"Referrer-Policy": "strict-origin"} if one.address == "/sign-in" else {}
            assert {key: answer.headers.get(key) for key in HEADERS} == {**HEADERS, **own}, name(one)


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
async def test_no_cache_between_keeps_for_others_what_a_token_let_somebody_read(strict, form):
    async with strict.client("read") as client:
        for path in ("/claims", "/articles", "/entities"):
            answer = await client.get(f"{path}.{form}")
            assert answer.status_code == 200
            assert "private" in answer.headers["cache-control"]


async def ask(client: httpx.AsyncClient, endpoint: Endpoint) -> httpx.Response:
    """The head of an answer: a stream of events has no end."""
    async with client.stream(endpoint.method, endpoint.address) as answer:
        return answer


async def ask_raw(desk, head: str, body: str = "") -> tuple[int, str, str]:
    """What is answered to a request as it stands, which no client would send."""
    host, port = desk.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{head}Connection: close\r\n\r\n{body}".encode("latin-1"))
    answer = (await asyncio.wait_for(reader.read(), 10)).decode("latin-1")
    writer.close()
    await writer.wait_closed()
    answered, _, content = answer.partition("\r\n\r\n")
    return int(answered.split()[1]), answered, content


async def test_who_may_change_nothing_is_refused_before_the_body_is_read(desk):
    """Whatever is in it."""
    for token, status in ((None, 401), (WORDS["read"], 403)):
        said = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"POST /api/v1/articles HTTP/1.1\r\nHost: 127.0.0.1\r\n{said}Content-Length: 100000\r\n"
        assert (await ask_raw(desk, head, "{"))[0] == status

"""What every request passes."""

import asyncio
import socket
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.desk.access import Scope, read_tokens
from services.desk.guards import HEADERS, check_host, check_origin
from services.desk.problems import Problem
from services.desk.process import run_desk
from services.desk.settings import DeskSettings
from services.kit.settings import Settings
from tests.desk.conftest import WORDS

HOST = {"host": "desk.example:8400"}


async def test_a_desk_lives_and_can_work(desk):
    async with desk.client() as client:
        assert (await client.get("/livez")).status_code == 200
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {})


async def test_every_answer_has_the_security_headers(desk):
    async with desk.client() as client:
        for path in ("/livez", "/no-such-page", "/api/v1/openapi.json"):
            answer = await client.get(path)
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_an_unknown_path_is_a_problem_document(desk):
    async with desk.client() as client:
        answer = await client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


async def test_a_name_that_is_not_the_desks_is_refused(desk):
    """Else a page of another site could have its own name lead to this machine, and read."""
    async with desk.client() as client:
        assert (await client.get("/livez", headers={"Host": "attacker.example"})).status_code == 400


@pytest.mark.parametrize("said", [True, False], ids=["length", "chunked"])
async def test_a_body_that_is_too_large_is_refused(start_desk, said):
    desk = await start_desk(max_body_bytes=1_000)

    async def pieces():
        for _ in range(20):
            yield b"x" * 100

    async with desk.client("submit") as client:
        for path in ("/api/v1/articles", "/api/v1/articles/batch"):
            answer = await client.post(
                path,
                content=b"x" * 2_000 if said else pieces(),
                headers={"Content-Type": "application/json"},
            )
            assert answer.status_code == 413
            assert "1,000 bytes" in answer.json()["detail"]


async def test_who_asks_too_often_waits_and_others_do_not(start_desk):
    desk = await start_desk(rate="3/minute")
    async with desk.client() as client, desk.client("read") as other:
        answers = [await client.get("/api/v1/openapi.json") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert (await other.get("/api/v1/openapi.json")).status_code == 200
        assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize("where", ["authorization", "cookie"])
async def test_a_token_that_is_made_up_anew_each_time_is_counted_all_the_same(start_desk, redis, where):
    desk = await start_desk(rate="3/minute")
    shown = (
        {"Authorization": f"Bearer made-up-{number}"}
        if where == "authorization"
        else {"Cookie": f"copydesk_token=made-up-{number}"}
        for number in range(4)
    )
    async with desk.client() as client:
        answers = [await client.get("/api/v1/claims", headers=headers) for headers in shown]
    assert answers[-1].status_code == 429
    assert len(await redis.keys("copydesk.rate*")) == 1


async def test_a_token_is_counted_once_however_it_is_shown(start_desk):
    desk = await start_desk(rate="2/minute")
    async with desk.client() as client:
        for headers in (
            {"Authorization": f"Bearer {WORDS['read']}"},
            {"Cookie": f"copydesk_token={WORDS['read']}"},
        ):
            assert (await client.get("/api/v1/claims", headers=headers)).status_code == 200
        assert (await client.get("/api/v1/claims", headers=headers)).status_code == 429


@pytest.mark.parametrize(
    ("headers", "signed_in"),
    [
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://other.desk.example:8400"}, True),
        ({"origin": "http://attacker.example"}, False),
        ({"origin": "null"}, True),
        ({}, True),
    ],
)
def test_another_sites_page_changes_nothing(headers, signed_in):
    with pytest.raises(Problem) as refused:
        check_origin("POST", HOST | headers, signed_in)
    assert refused.value.status == 403
    check_origin("GET", HOST | headers, signed_in)


@pytest.mark.parametrize(
    ("headers", "signed_in"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "http://desk.example:8400"}, True),
        ({}, False),
    ],
)
def test_ones_own_page_and_a_program_may(headers, signed_in):
    check_origin("POST", HOST | headers, signed_in)


def test_tokens_are_read_with_their_scopes():
    (token,) = read_tokens("newsroom:submit:0123456789abcdef:with:colons")
    assert token.name == "newsroom"
    assert token.scopes == {Scope.READ, Scope.SUBMIT}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("newsroom", "not NAME"),
        ("newsroom:read", "not NAME"),
        ("newsroom:write:0123456789abcdef", "'write'"),
        ("newsroom:read:short", "16 characters"),
    ],
)
def test_a_wrong_token_is_named_without_its_words(text, said):
    with pytest.raises(ValueError, match=said) as refused:
        read_tokens(f"other:read:0123456789abcdef {text}")
    assert "0123456789abcdef" not in str(refused.value)


@pytest.mark.parametrize(
    "host", ["attacker.example", "127.0.0.1.attacker.example", "127.0.0.1:80@x", "[::2]"]
)
async def test_an_unknown_name_is_answered_with_a_problem_and_the_security_headers(desk, host):
    async with desk.client() as client:
        answer = await client.get("/api/v1/claims", headers={"Host": host})
        page = await client.get("/claims", headers={"Host": host, "Accept": "text/html"})
    assert (answer.status_code, page.status_code) == (400, 400)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:copydesk:problem:unknown_host"
    assert "<h1>Bad Request</h1>" in page.text
    for one in (answer, page):
        assert {name: one.headers[name] for name in HEADERS} == HEADERS


def test_names_are_compared_without_port_and_case():
    for host in ("desk.example", "DESK.example:8400", "a.press.example", "[::1]:8400"):
        check_host(host, ("desk.example", "*.press.example", "[::1]"))
    for host in ("", "press.example", "desk.example:port", "[::1", "::1"):
        with pytest.raises(Problem):
            check_host(host, ("desk.example", "*.press.example", "[::1]"))


async def test_the_desk_answers_on_the_loopback_of_ipv6(servers, house):
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error}")
    stop, said = asyncio.Event(), asyncio.Queue()
    settings = Settings(redis_url=servers.redis_url, database_url=servers.database_url)
    running = asyncio.create_task(run_desk(settings, DeskSettings(host="::1", port=0), stop, said.put_nowait))
    address = await asyncio.wait_for(said.get(), 10)
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=5)) as client:
        answer = await client.get(f"{address}/readyz")
    stop.set()
    await running
    assert address.startswith("http://[::1]:")
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/claims", "/api/v1/claims", "/livez", "/api/v1/claims.jsonl", "/nothing"])
async def test_head_answers_like_get_without_a_body(desk, path):
    async with desk.client() as client:
        head, got = await client.head(path), await client.get(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    varying = ("date", "content-length", "content-encoding", "vary", "transfer-encoding")
    assert {**head.headers, **dict.fromkeys(varying)} == {**got.headers, **dict.fromkeys(varying)}


async def test_head_of_a_stream_ends_and_of_what_only_takes_posts_is_refused(desk):
    async with desk.client("submit") as client:
        stream = await client.head("/api/v1/claims/stream", timeout=10)
        posted = await client.head("/api/v1/analyze")
    assert (stream.status_code, posted.status_code) == (200, 405)
    assert stream.headers["content-type"].startswith("text/event-stream")
    async with asyncio.timeout(10):  # it is given half a second to end by itself
        while desk.live.clients:
            await asyncio.sleep(0.05)


async def test_pages_are_packed_and_events_are_not(desk):
    async with desk.client() as client:
        page = await client.get("/claims")
        async with client.stream("GET", "/api/v1/claims/stream") as stream:
            assert "content-encoding" not in stream.headers
    assert page.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["vary"]


async def test_a_crowd_before_the_store_is_asked_to_come_again(desk):
    """Where no connection is free for as long as the pool waits."""

    def crowd() -> None:
        raise PoolTimeout("QueuePool limit of size 8 overflow 10 reached")

    house = desk.app.state.house
    desk.app.state.house = replace(house, engine=SimpleNamespace(connect=crowd))
    try:
        async with desk.client() as client:
            answer = await client.get("/api/v1/claims")
    finally:
        desk.app.state.house = house
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:copydesk:problem:away")
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize("path", ["/api/v1/articles", "/articles", "/articles/batch", "/articles/file"])
async def test_under_a_suffix_too_who_may_not_hand_in_is_refused_before_the_body_is_read(desk, path):
    """Of the body not a byte is sent: who waited for it would wait for ever."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(desk.address.rpartition(":")[2]))
    head = f"POST {path}.json HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 20000000"
    shown = f"Authorization: Bearer {WORDS['read']}", "Content-Type: application/json"
    writer.write("\r\n".join((*head, *shown, "", "")).encode())
    said = await asyncio.wait_for(reader.readline(), 10.0)
    writer.close()
    assert said.split()[1] == b"403"


@pytest.mark.parametrize("path", ["articles", "articles/batch", "dead-letters/replay"])
async def test_a_body_of_too_many_values_is_refused_before_it_is_parsed(desk, path):
    body = b'{"text": [' + b"[]," * 1_000_000 + b"[]]}"
    headers = {"Content-Type": "application/json"}
    async with desk.client("operate" if "dead" in path else "submit") as client:
        answer = await client.post(f"/api/v1/{path}", content=body, headers=headers)
    assert answer.status_code == 413
    assert "values" in answer.json()["detail"]

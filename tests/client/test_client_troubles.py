"""A desk that is busy, away, or breaks off: what the client does, against real sockets."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from uuid import UUID

import httpx
import pytest

from services.client import AsyncClient, Client, DeskAway, DeskError, HandedIn
from services.client.patience import MOST_WAIT, Patience
from tests.integration.records import make_claim

SOON = Patience(tries=3, first=0.01)
ARTICLE = "11111111-1111-4111-8111-111111111111"
TAKEN = f'{{"status": "accepted", "article_id": "{ARTICLE}"}}'
Answer = tuple[int, dict[str, str], str]


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that gives these answers in turn, and the headers of the requests that came."""
    left, seen = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = left.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET  # noqa: N815 (the name is the library's)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_full_house_is_asked_again_under_the_same_key():
    full = (503, {"Retry-After": "0"}, '{"detail": "full"}')
    with answering(full, full, (202, {}, TAKEN)) as (address, seen), Client(address, patience=SOON) as desk:
        assert desk.publish(text="The mayor said so.").article_id == UUID(ARTICLE)
    assert len({one["Idempotency-Key"] for one in seen}) == 1
    assert len(seen) == 3


def test_a_problem_names_the_field():
    problem = '{"detail": "url: is none", "errors": [{"field": "url", "message": "is none"}]}'
    with (
        answering((422, {}, problem)) as (address, seen),
        Client(address, patience=SOON) as desk,
        pytest.raises(DeskError) as raised,
    ):
        desk.publish(url="herald.example")
    assert raised.value.status == 422
    assert raised.value.fields == {"url": "is none"}
    assert len(seen) == 1


def test_what_a_proxy_says_is_an_error_too():
    page = (502, {}, "<html>Bad gateway</html>")
    with (
        answering(page, page, page) as (address, _),
        Client(address, patience=SOON) as desk,
        pytest.raises(DeskError, match="502"),
    ):
        list(desk.find_claims())


def test_what_may_have_been_done_is_not_done_twice():
    """A proxy that waited in vain does not know whether the letter went back to its stream."""
    with (
        answering((504, {}, "")) as (address, seen),
        Client(address, patience=SOON) as desk,
        pytest.raises(DeskError, match="504"),
    ):
        desk.replay(7)
    assert len(seen) == 1


def test_a_full_house_is_asked_again_to_replay():
    full, done = (503, {}, ""), '{"dead_id": 7, "stage": "clean", "entry_id": "5-0"}'
    with answering(full, (202, {}, done)) as (address, _), Client(address, patience=SOON) as desk:
        assert desk.replay(7).entry_id == "5-0"


@pytest.mark.parametrize("page", ["<html>Welcome</html>", "{}", '{"items": 7}', '{"items": [{}]}'])
def test_the_page_of_another_server_is_an_error_that_says_so(page):
    with (
        answering((200, {}, page)) as (address, _),
        Client(address, patience=SOON) as desk,
        pytest.raises(DeskError, match="not the answer of a desk"),
    ):
        list(desk.find_claims())


def listen(address: str, number: int) -> list[str]:
    with Client(address, patience=SOON) as desk:
        return [one.text for one in islice(desk.stream_claims(), number)]


def listen_in_a_loop(address: str, number: int) -> list[str]:
    async def run() -> list[str]:
        found: list[str] = []
        async with AsyncClient(address, patience=SOON) as desk, aclosing(desk.stream_claims()) as claims:
            async for one in claims:
                found.append(one.text)
                if len(found) == number:
                    break
        return found

    return asyncio.run(run())


def write_event(entry: str, text: str) -> Answer:
    claim = {**make_claim(text).model_dump(mode="json"), "article": {"article_id": ARTICLE}}
    body = f": heartbeat\n\nid: {entry}\nevent: claim\ndata: {json.dumps(claim)}\n\n"
    return 200, {"Content-Type": "text/event-stream"}, body


@pytest.mark.parametrize("hear", [listen, listen_in_a_loop])
def test_a_stream_that_breaks_goes_on_where_it_was(hear):
    busy = (503, {"Retry-After": "0"}, "")
    answers = write_event("5-0", "Fees rise."), busy, write_event("7-0", "Fees fall.")
    with answering(*answers) as (address, seen):
        assert hear(address, 2) == ["Fees rise.", "Fees fall."]
    assert [one.get("Last-Event-ID") for one in seen] == [None, "5-0", "5-0"]


@pytest.mark.parametrize("hear", [listen, listen_in_a_loop])
def test_a_stream_that_is_refused_or_away_ends(hear):
    problem = (401, {}, '{"detail": "a token is needed"}')
    with answering(problem) as (address, seen), pytest.raises(DeskError, match="a token is needed"):
        hear(address, 1)
    assert len(seen) == 1
    with pytest.raises(DeskAway):
        hear("http://127.0.0.1:9", 1)


def test_a_desk_that_is_away_is_said_to_be():
    with Client("http://127.0.0.1:9", patience=SOON) as desk, pytest.raises(DeskAway):
        desk.read_article(UUID(ARTICLE))


def test_a_search_reads_page_after_page():
    first, last = '{"items": [], "next": "abc"}', '{"items": [], "next": null}'
    with answering((200, {}, first), (200, {}, last)) as (address, seen), Client(address) as desk:
        assert list(desk.find_claims(q="bridge")) == []
    assert len(seen) == 2


def test_what_was_refused_can_not_be_followed():
    with Client("http://127.0.0.1:9") as desk, pytest.raises(ValueError, match="not taken"):
        desk.follow(HandedIn(status="refused"))


@pytest.mark.parametrize(
    ("tried", "status", "retry_after", "least", "most"),
    [
        (1, None, "", 0.25, 0.75),
        (2, 429, "7", 7, 7),
        (1, 503, "9000", MOST_WAIT, MOST_WAIT),
        (4, 503, "", 2, 6),
    ],
)
def test_how_long_is_waited(tried, status, retry_after, least, most):
    response = httpx.Response(status, headers={"Retry-After": retry_after}) if status else None
    assert least <= Patience().find_wait(tried, response) <= most


@pytest.mark.parametrize(("tried", "status"), [(5, 503), (1, 404), (1, 500)])
def test_when_nothing_is_tried_again(tried, status):
    assert Patience().find_wait(tried, httpx.Response(status)) is None

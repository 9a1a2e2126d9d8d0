"""Submissions that only say where the article is: ingest fetches them beside its turns, and loses none."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from schemas import ArticleIngested, ArticleSubmitted, derive_id
from services.control.publication import Candidate, Ending, find_ended, publish
from services.control.rebuilding import rebuild_submission
from services.embedded import Addresses
from services.fetching import pace
from services.fetching.pace import SharedPace
from services.ingest import find_ref
from services.ingest.fetch import Fetch
from services.ingest.handler import build_handler
from services.ingest.identity import identify
from services.ingest.settings import IngestSettings
from services.kit.wire import FIELD
from services.store.tables import articles, ledger, pages, revisions
from tests.conftest import wait_until
from tests.fetching.site import fetching, redirect, reply, serving
from tests.integration.house import INGEST, read_dead, read_ledger, read_rows, submit, until_done
from tests.pipeline.stagehand import settings_for, working

pytestmark = pytest.mark.usefixtures("house")

PAGE = reply("<html><body><p>The bridge opened on Friday.</p></body></html>", etag='"1"')


@asynccontextmanager
async def fetching_worker(
    servers: Addresses, own: dict[str, object] | None = None, **more: object
) -> AsyncIterator[None]:
    """A worker of ingest that may fetch from loopback."""
    fetch = Fetch(settings_for(servers), fetching(**(own or {})))
    async with working(servers, build_handler(IngestSettings(), fetch), **more):  # type: ignore[arg-type]
        yield


def at(url: str) -> ArticleSubmitted:
    return ArticleSubmitted(url=url)


def as_candidate(url: str) -> Candidate:
    return Candidate(url, at(url), find_ref(at(url)))


async def test_the_page_at_an_address_is_stored_as_it_came(redis, engine, servers):
    async with serving(a=PAGE) as site, fetching_worker(servers):
        await submit(redis, at(f"{site.url}/a?utm_source=feed"))
        await until_done(redis, INGEST)
    (article,) = read_rows(engine, articles)
    (revision,) = read_rows(engine, revisions)
    assert article.url == f"{site.url}/a"
    assert (revision.given, revision.media_type) == ("raw", "text/html")
    assert b"The bridge opened" in revision.raw
    assert read_ledger(engine) == [("ingest", "done", None)]


async def test_an_article_is_where_its_redirects_end(redis, engine, servers):
    """Two addresses that lead to one page are one article, and both are remembered."""
    async with serving(a=PAGE, b=redirect("/a"), c=redirect("/b")) as site, fetching_worker(servers):
        await submit(redis, at(f"{site.url}/b"), at(f"{site.url}/c"))
        await until_done(redis, INGEST)
    (article,) = read_rows(engine, articles)
    assert (article.url, article.article_id) == (
        f"{site.url}/a",
        derive_id("article", "url", f"{site.url}/a"),
    )
    assert {(row.url, row.article_id) for row in read_rows(engine, pages)} == {
        (f"{site.url}/b", article.article_id),
        (f"{site.url}/c", article.article_id),
    }


async def test_a_canonical_link_does_not_make_a_page_another_sites_article(redis, engine, servers):
    """Anybody could replace anybody's article otherwise."""
    page = reply(
        '<html><head><link rel="canonical" href="https://herald.example/a"></head><p>Mine.</p></html>'
    )
    async with serving(a=page) as site, fetching_worker(servers):
        await submit(redis, at(f"{site.url}/a"))
        await until_done(redis, INGEST)
    assert [row.url for row in read_rows(engine, articles)] == [f"{site.url}/a"]


async def test_an_address_that_was_fetched_is_left_out_the_next_time(redis, engine, servers):
    async with serving(a=PAGE, b=redirect("/a")) as site, fetching_worker(servers):
        wanted = [as_candidate(f"{site.url}/b"), as_candidate(f"{site.url}/missing")]
        await publish(redis, engine, wanted)
        await until_done(redis, INGEST)
        again = await publish(redis, engine, wanted)
        assert [one.entry_id for one in again] == [None, None]
        assert site.count("/b") == 1


async def test_a_page_that_has_not_changed_is_a_skip_when_it_is_fetched_again(redis, engine, servers):
    async with serving(a=PAGE) as site, fetching_worker(servers):
        await publish(redis, engine, [as_candidate(f"{site.url}/a")])
        await until_done(redis, INGEST)
        site.pages["/a"] = reply(status="304 Not Modified")
        await publish(redis, engine, [as_candidate(f"{site.url}/a")], again=True)
        await until_done(redis, INGEST)
        assert site.asked[-1].headers["if-none-match"] == '"1"'
    assert ("ingest", "skipped", "not fetched: the page has not changed since it was fetched before") in (
        read_ledger(engine)
    )
    assert len(read_rows(engine, revisions)) == 1


async def test_a_page_that_has_changed_is_a_new_revision(redis, engine, servers):
    async with serving(a=PAGE) as site, fetching_worker(servers):
        await publish(redis, engine, [as_candidate(f"{site.url}/a")])
        await until_done(redis, INGEST)
        site.pages["/a"] = reply("<p>The bridge closed again.</p>")
        await publish(redis, engine, [as_candidate(f"{site.url}/a")], again=True)
        await until_done(redis, INGEST)
    assert len(read_rows(engine, articles)) == 1
    assert len(read_rows(engine, revisions)) == 2


SAID = "Мэр заявил, что мост откроют в пятницу."
META = '<meta charset="{}">'


@pytest.mark.parametrize(
    ("header", "declared"),
    [
        ("text/html; charset=windows-1251", ""),
        ("text/html; charset=windows-1251", META.format("koi8-r")),
        ("text/html; charset=utf-8", META.format("windows-1251")),
        ("text/html; charset=x-unknown", META.format("windows-1251")),
        ("text/html; charset=utf-8", ""),
        ("text/html; charset=x-unknown", ""),
    ],
)
async def test_a_page_is_read_in_the_charset_that_its_server_names(redis, engine, servers, header, declared):
    """Where the bytes are not in it, in the one that the page declares, else in that of its letters."""
    page = f"<html><head>{declared}</head><body><p>{SAID}</p></body></html>"
    async with serving(a=reply(page.encode("cp1251"), kind=header)) as site, fetching_worker(servers):
        await submit(redis, at(f"{site.url}/a"))
        await until_done(redis, INGEST)
    (revision,) = read_rows(engine, revisions)
    (entry,) = await redis.xrange(INGEST.target)
    assert SAID in ArticleIngested.model_validate_json(entry[1][FIELD]).content
    assert revision.raw == page.encode("cp1251")
    again = identify(rebuild_submission(revision))
    assert again.revision == revision.revision, "handed in again from the store it is another text"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (reply(status="404 Not Found"), "has no such page"),
        (reply(status="410 Gone"), "no more"),
        (reply(b"\x89PNG", kind="image/png"), "there is image/png"),
        (redirect("/"), "front page"),
    ],
)
async def test_an_address_without_an_article_is_a_recorded_skip(redis, engine, servers, page, reason):
    async with serving(a=page) as site, fetching_worker(servers):
        site.pages["/"] = PAGE
        await submit(redis, at(f"{site.url}/a"))
        await until_done(redis, INGEST)
    ((stage, outcome, said),) = read_ledger(engine)
    assert (stage, outcome) == ("ingest", "skipped")
    assert reason in said
    assert read_dead(engine) == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://10.0.0.1/a", "not a public address"),
        ("http://0x7f000001/a", "in numbers"),
        ("https://me:secret@herald.example/a", "login"),
        ("ftp://herald.example/a", "http"),
    ],
)
async def test_an_address_that_may_not_be_fetched_is_a_dead_letter_at_once(
    redis, engine, servers, url, reason
):
    async with fetching_worker(servers, {"robots": False}):
        await submit(redis, at(url))
        await until_done(redis, INGEST)
    ((stage, said),) = read_dead(engine)
    assert stage == "ingest"
    assert reason in said


async def test_without_a_fetcher_an_address_alone_is_a_dead_letter_that_says_so(redis, engine, servers):
    async with working(servers, build_handler(IngestSettings())):
        await submit(redis, at("https://herald.example/a"))
        await until_done(redis, INGEST)
    assert "nothing is fetched here" in read_dead(engine)[0][1]


async def test_a_host_that_fails_is_asked_again_and_then_given_up(redis, engine, servers):
    """With the last failure as the reason; the original submission can be replayed."""
    async with (
        serving(a=reply(status="502 Bad Gateway")) as site,
        fetching_worker(servers, claim_after=0.4, max_deliveries=3),
    ):
        await submit(redis, at(f"{site.url}/a"))
        await until_done(redis, INGEST)
        assert site.count("/a") == 3
    ((_, reason),) = read_dead(engine)
    assert reason.startswith("failed 3 times: ")
    assert "status 502" in reason


async def test_a_host_that_recovers_gives_its_article(redis, engine, servers):
    async with serving(a=reply(status="502 Bad Gateway")) as site, fetching_worker(servers, claim_after=0.4):
        await submit(redis, at(f"{site.url}/a"))
        await wait_until(lambda: site.count("/a"), 10, "the first try")
        site.pages["/a"] = PAGE
        await until_done(redis, INGEST)
    assert len(read_rows(engine, articles)) == 1


async def test_a_slow_host_keeps_nobody_else_waiting(redis, engine, servers):
    may_answer = asyncio.Event()

    async def answer_when_told(writer: asyncio.StreamWriter) -> None:
        await may_answer.wait()
        writer.write(PAGE)
        await writer.drain()

    async with serving(a=answer_when_told) as site, fetching_worker(servers, claim_after=1.0):
        await submit(redis, at(f"{site.url}/a"), ArticleSubmitted(text="The pier opened on Monday."))
        await wait_until(lambda: site.count("/a") and read_rows(engine, articles), 20, "the text's article")
        await asyncio.sleep(1.5)  # longer than the claim time: the entry must stay this worker's
        may_answer.set()
        await until_done(redis, INGEST)
        assert site.count("/a") == 1
    assert len(read_rows(engine, articles)) == 2


async def test_a_worker_that_stops_while_it_fetches_leaves_the_address_to_others(redis, engine, servers):
    async def say_nothing(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serving(a=say_nothing) as site:
        async with fetching_worker(servers):
            await submit(redis, at(f"{site.url}/a"))
            await wait_until(lambda: site.count("/a"), 10, "the request")
        site.pages["/a"] = PAGE
        async with fetching_worker(servers):
            await until_done(redis, INGEST)
    ((_, outcome, _),) = read_ledger(engine)
    assert outcome == "done"
    assert [row.attempts for row in read_rows(engine, ledger)] == [1]


async def test_waiting_for_a_hosts_turn_is_no_failed_attempt(redis, engine, servers, monkeypatch):
    monkeypatch.setattr(pace, "PATIENCE", 0.1)
    await SharedPace(redis).hold("127.0.0.1", 2.0)
    began = time.monotonic()
    async with serving(a=PAGE) as site, fetching_worker(servers, claim_after=0.3, max_deliveries=2):
        await submit(redis, at(f"{site.url}/a"))
        await until_done(redis, INGEST)
        assert site.count("/a") == 1
    assert time.monotonic() - began > 1.5, "it was asked before its turn"
    assert [row.attempts for row in read_rows(engine, ledger)] == [1]


async def test_more_addresses_than_are_fetched_at_once_all_come_in(redis, engine, servers):
    sites = {f"p{number}": reply(f"<p>Pier {number} opened.</p>") for number in range(40)}
    async with serving(**sites) as site, fetching_worker(servers, {"most": 3}):
        await submit(redis, *(at(f"{site.url}/{name}") for name in sites))
        await until_done(redis, INGEST)
    assert len(read_rows(engine, articles)) == 40


async def test_two_workers_take_turns_at_a_host(redis, servers):
    other = Redis.from_url(servers.redis_url)
    first, second = SharedPace(redis), SharedPace(other)
    waits = [await one.take_turn("herald.example", 2.0) for one in (first, second, first)]
    await other.aclose()
    assert waits[0] == 0
    assert waits[1] == pytest.approx(2.0, abs=0.5)
    assert waits[2] == pytest.approx(4.0, abs=0.5)
    assert await redis.pttl("copydesk.pace.herald.example") > 0


async def test_addresses_are_followed_to_the_end_of_what_they_led_to(redis, engine, servers):
    """By the submission, as nobody knows the article before it is fetched."""
    async with serving(a=PAGE, b=redirect("/a")) as site, fetching_worker(servers, {"robots": False}):
        urls = [f"{site.url}/missing", "http://10.0.0.1/"]
        published = await publish(redis, engine, [as_candidate(url) for url in urls])
        await until_done(redis, INGEST)
        ended = {one.candidate.origin: one.ending for one in find_ended(engine, published)}
    assert ended == {urls[0]: Ending.SKIPPED, urls[1]: Ending.DEAD}

"""Feeds that are followed: what is new in them is handed in once, whoever polls."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from schemas import derive_id
from services.cli.connections import Connections
from services.cli.exits import Exit
from services.cli.handing_in import Manner
from services.cli.main import app
from services.cli.polling import Polled, poll_next
from services.control.room import Limits
from services.fetching import Fetcher
from services.fetching.pace import OwnPace
from services.kit.wire import FIELD, decode
from services.store.feeds import add_feed, claim_due, make_all_due
from services.store.tables import feed_items, feeds
from tests.fetching.site import fetching, reply, serving
from tests.integration.house import INGEST, read_rows

pytestmark = pytest.mark.usefixtures("house")

RSS = "application/rss+xml"


def write_feed(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>The Herald</title>{"".join(items)}</channel></rss>'


def write_item(number: int, day: int = 2) -> str:
    link = f"<guid>{number}</guid><link>https://herald.example/{number}</link>"
    return f"<item>{link}<pubDate>Mon, 0{day} Mar 2026 08:30:00 GMT</pubDate></item>"


def follow(engine, url: str, source: str | None = None) -> None:
    with engine.begin() as tx:
        add_feed(tx, derive_id("feed", url), url, source)


async def poll(redis, engine, every: float = 0.0, limits: Limits | None = None) -> Polled:
    """One poll of the feed that is due."""
    manner = Manner(limits or Limits(), refuse=True)
    async with Fetcher(fetching(), OwnPace()) as fetcher:
        polled = await poll_next(Connections(redis, engine), fetcher, manner, every)
    assert polled is not None
    return polled


async def read_entrance(redis) -> list:
    """The submissions that were handed in, in their order."""
    entries = await redis.xrange(INGEST.source)
    return [decode(fields[FIELD], INGEST.consumes) for _, fields in entries]


async def test_what_a_feed_names_is_handed_in_with_what_it_says(redis, engine):
    async with serving(feed=reply(write_feed(write_item(1)), kind=RSS)) as site:
        follow(engine, f"{site.url}/feed", "The Herald")
        assert await poll(redis, engine) == Polled(f"{site.url}/feed", new=1)
    (submission,) = await read_entrance(redis)
    assert submission.address_only
    assert (submission.url, submission.source) == ("https://herald.example/1", "The Herald")
    assert submission.published_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


async def test_only_what_is_new_is_handed_in(redis, engine):
    async with serving(feed=reply(write_feed(write_item(1)), kind=RSS)) as site:
        follow(engine, f"{site.url}/feed")
        await poll(redis, engine)
        site.pages["/feed"] = reply(write_feed(write_item(1), write_item(2)), kind=RSS)
        assert (await poll(redis, engine)).new == 1
    assert [one.url[-1] for one in await read_entrance(redis)] == ["1", "2"]
    assert len(read_rows(engine, feed_items)) == 2


async def test_an_item_that_is_dated_anew_is_handed_in_again(redis, engine):
    """Ingest fetches it again: the article may have changed."""
    async with serving(feed=reply(write_feed(write_item(1)), kind=RSS)) as site:
        follow(engine, f"{site.url}/feed")
        await poll(redis, engine)
        site.pages["/feed"] = reply(write_feed(write_item(1, day=3)), kind=RSS)
        assert (await poll(redis, engine)).new == 1
        assert (await poll(redis, engine)).new == 0
    assert len(await read_entrance(redis)) == 2


async def test_a_feed_that_has_not_changed_is_not_sent_again(redis, engine):
    feed = reply(
        write_feed(write_item(1)), kind=RSS, etag='"1"', last_modified="Mon, 02 Mar 2026 08:30:00 GMT"
    )
    async with serving(feed=feed) as site:
        follow(engine, f"{site.url}/feed")
        await poll(redis, engine)
        site.pages["/feed"] = reply(status="304 Not Modified")
        assert await poll(redis, engine) == Polled(f"{site.url}/feed")
        assert site.asked[-1].headers["if-none-match"] == '"1"'
        await poll(redis, engine)
        assert site.asked[-1].headers["if-none-match"] == '"1"', "it is still known after a 304"


async def test_a_feed_that_fails_says_so_and_is_polled_less_and_less(redis, engine):
    async with serving(feed=reply(status="404 Not Found")) as site:
        follow(engine, f"{site.url}/feed")
        assert "status 404" in (await poll(redis, engine, every=100)).error
        with engine.begin() as tx:
            make_all_due(tx, datetime.now(UTC))
        await poll(redis, engine, every=100)
        (row,) = read_rows(engine, feeds)
        assert (row.failures, "status 404" in row.error) == (2, True)
        assert row.due_at - datetime.now(UTC) > timedelta(seconds=150)
        site.pages["/feed"] = reply(write_feed(write_item(1)), kind=RSS)
        with engine.begin() as tx:
            make_all_due(tx, datetime.now(UTC))
        assert (await poll(redis, engine)).new == 1
    (row,) = read_rows(engine, feeds)
    assert (row.failures, row.error, row.title) == (0, None, "The Herald")


async def test_what_the_full_house_refuses_is_new_at_the_next_poll(redis, engine):
    async with serving(feed=reply(write_feed(*map(write_item, range(5))), kind=RSS)) as site:
        follow(engine, f"{site.url}/feed")
        with pytest.raises(Exception, match="on their way"):
            await poll(redis, engine, limits=Limits(unfinished=3))
        assert read_rows(engine, feed_items) == []
        await redis.xtrim(INGEST.source, maxlen=0)
        with engine.begin() as tx:
            make_all_due(tx, datetime.now(UTC))
        assert (await poll(redis, engine)).new == 5


async def test_two_pollers_never_poll_one_feed_at_once(engine):
    follow(engine, "https://herald.example/feed")
    follow(engine, "https://post.example/feed")
    now = datetime.now(UTC)
    with engine.begin() as one, engine.begin() as other:
        first, second = claim_due(one, now, 60), claim_due(other, now, 60)
    assert {first.url, second.url} == {"https://herald.example/feed", "https://post.example/feed"}
    with engine.begin() as tx:
        assert claim_due(tx, now, 60) is None


@pytest.fixture
def call(servers, monkeypatch):
    """Runs `copydesk feeds …` in a thread of its own, as it brings its own loop."""
    monkeypatch.setenv("COPYDESK_REDIS_URL", servers.redis_url)
    monkeypatch.setenv("COPYDESK_DATABASE_URL", servers.database_url)
    monkeypatch.setenv("COPYDESK_FETCH_ALLOW", "127.0.0.1/32")
    monkeypatch.setenv("COPYDESK_FETCH_DELAY", "0")

    async def run(*words: str):
        return await asyncio.to_thread(CliRunner().invoke, app, ["feeds", *words])

    return run


async def test_feeds_are_added_listed_polled_and_removed(redis, engine, call):
    async with serving(feed=reply(write_feed(write_item(1)), kind=RSS)) as site:
        url = f"{site.url}/feed"
        assert "followed from now on" in (await call("add", url, "--source", "The Herald")).stderr
        assert "followed already" in (await call("add", url, "--source", "The Herald")).stderr
        polled = await call("poll")
        assert (polled.exit_code, "1 new" in polled.stderr) == (0, True)
        (listed,) = json.loads((await call("ls", "--json")).stdout)
        assert (listed["url"], listed["source"], listed["seen"]) == (url, "The Herald", 1)
        assert url in " ".join((await call("ls")).stdout.split()) or "127.0.0.1" in (await call("ls")).stdout
        assert (await call("rm", url)).exit_code == 0
        assert (await call("rm", url)).exit_code == Exit.NOT_FOUND
    assert read_rows(engine, feed_items) == []


async def test_a_feed_that_cannot_be_polled_ends_the_command_with_a_failure(redis, call):
    async with serving(feed=reply("<p>No feed.</p>")) as site:
        await call("add", f"{site.url}/feed")
        polled = await call("poll")
    assert polled.exit_code == Exit.FAILED
    assert "there is no feed at the address" in " ".join(polled.stderr.split())


async def test_a_source_that_no_article_may_have_is_refused_with_the_option(redis, call):
    refused = await call("add", "https://herald.example/feed", "--source", "x" * 501)
    assert (refused.exit_code, "--source: " in refused.stderr) == (Exit.WRONG_USE, True)
    assert json.loads((await call("ls", "--json")).stdout) == []


async def test_what_is_no_address_is_not_followed(call):
    assert (await call("add", "herald")).exit_code == Exit.WRONG_USE

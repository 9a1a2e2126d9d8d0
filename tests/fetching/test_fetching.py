"""Pages are fetched politely and within limits, whatever the server does."""

import asyncio
import gzip
import zlib

import httpcore
import pytest

from schemas import Unprocessable
from services.fetching import Fetcher, Known, TryLater, Unavailable
from services.fetching.pace import OwnPace
from tests.fetching.site import fetching, packed, redirect, reply, serving

ALL_ALLOWED = reply("User-agent: *\nAllow: /", kind="text/plain")


async def test_a_page_comes_with_where_it_was_found_and_how_to_ask_for_it_again():
    page = reply("<p>Fees rise.</p>", etag='"1"', last_modified="Mon, 02 Mar 2026 08:30:00 GMT")
    async with (
        serving(a=page, old=redirect("/a")) as site,
        Fetcher(fetching(contact="desk@herald.example"), OwnPace()) as fetcher,
    ):
        found = await fetcher.get(f"{site.url}/old")
        assert (found.url, found.body, found.media_type) == (
            f"{site.url}/a",
            b"<p>Fees rise.</p>",
            "text/html",
        )
        assert found.known == Known('"1"', "Mon, 02 Mar 2026 08:30:00 GMT")
        assert site.asked[-1].headers["user-agent"] == "copydesk/0.1 (+desk@herald.example)"
        assert site.asked[-1].headers["host"] == f"127.0.0.1:{site.port}"


async def test_a_page_that_is_known_is_asked_for_with_a_condition():
    async with serving(a=reply(status="304 Not Modified")) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        found = await fetcher.get(f"{site.url}/a", Known('"1"', "yesterday"))
        assert (found.status, found.body) == (304, b"")
        headers = site.asked[-1].headers
        assert (headers["if-none-match"], headers["if-modified-since"]) == ('"1"', "yesterday")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda data: zlib.compress(data)[2:-4]])
async def test_a_packed_answer_is_unpacked(pack):
    """In gzip, in deflate as it is meant, and in deflate as some servers understand it."""
    encoding = "gzip" if pack is gzip.compress else "deflate"
    async with (
        serving(a=reply(pack(b"Fees rise." * 100), content_encoding=encoding)) as site,
        Fetcher(fetching(), OwnPace()) as fetcher,
    ):
        assert (await fetcher.get(f"{site.url}/a")).body == b"Fees rise." * 100


# Where a connection goes


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"],
)
async def test_a_redirect_leads_nowhere_that_is_not_public(address):
    async with (
        serving(a=redirect(f"http://{address}/latest/meta-data")) as site,
        Fetcher(fetching(), OwnPace()) as fetcher,
    ):
        site.pages["/robots.txt"] = ALL_ALLOWED
        with pytest.raises(Unprocessable, match=r"public address|in numbers"):
            await fetcher.get(f"{site.url}/a")


async def test_a_name_with_one_address_that_is_not_public_is_not_fetched_from():
    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "192.168.0.1"]

    async with Fetcher(fetching(robots=False), OwnPace(), resolve) as fetcher:
        with pytest.raises(Unprocessable, match=r"192\.168\.0\.1 is not a public address"):
            await fetcher.get("https://herald.example/")


async def test_a_name_is_resolved_once_and_connected_to_as_it_was_judged():
    """The second answer of such a name server would lead into the house."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])

    async def resolve(host: str, port: int) -> list[str]:
        return next(answers)

    async with (
        serving(a=reply("<p>Fees rise.</p>")) as site,
        Fetcher(fetching(robots=False), OwnPace(), resolve) as fetcher,
    ):
        found = await fetcher.get(f"http://herald.example:{site.port}/a")
        assert found.body == b"<p>Fees rise.</p>"
        assert site.asked[-1].headers["host"] == f"herald.example:{site.port}"
        with pytest.raises(Unprocessable, match=r"127\.0\.0\.2 is not a public address"):
            await fetcher.get(f"http://herald.example:{site.port}/a")


async def test_a_host_without_an_address_may_have_one_later():
    async def resolve(host: str, port: int) -> list[str]:
        return []

    async with Fetcher(fetching(robots=False), OwnPace(), resolve) as fetcher:
        with pytest.raises(httpcore.ConnectError, match="no address"):
            await fetcher.get("https://herald.example/")


# Servers that misbehave


async def test_redirects_in_a_ring_come_to_an_end():
    async with serving(a=redirect("/b"), b=redirect("/a")) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        with pytest.raises(Unprocessable, match="redirects more than 5 times"):
            await fetcher.get(f"{site.url}/a")
        assert site.count("/a") + site.count("/b") == 6


async def trickle_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.05)


async def trickle_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X-More: a\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def say_nothing(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize("behaviour", [trickle_body, trickle_head, say_nothing])
async def test_a_server_that_takes_its_time_is_given_up(behaviour):
    async with (
        serving(a=behaviour) as site,
        Fetcher(fetching(robots=False, total_limit=0.5), OwnPace()) as fetcher,
    ):
        with pytest.raises((TimeoutError, httpcore.TimeoutException)):
            await fetcher.get(f"{site.url}/a")


async def never_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"Fees rise. " * 1000)
        await writer.drain()


async def test_a_body_without_an_end_is_read_to_the_limit():
    async with serving(a=never_end) as site, Fetcher(fetching(max_bytes=100_000), OwnPace()) as fetcher:
        with pytest.raises(Unprocessable, match="more than 100,000 bytes"):
            await fetcher.get(f"{site.url}/a")


async def test_a_small_answer_that_unpacks_to_a_large_one_is_not_unpacked():
    async with (
        serving(a=packed(b"\0" * 50_000_000)) as site,
        Fetcher(fetching(max_bytes=100_000), OwnPace()) as fetcher,
    ):
        with pytest.raises(Unprocessable, match="more than 100,000 bytes"):
            await fetcher.get(f"{site.url}/a")


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (reply(b"not gzip", content_encoding="gzip"), "packed wrongly"),
        (reply(b"whatever", content_encoding="br"), "not asked for"),
    ],
)
async def test_an_answer_that_is_packed_wrongly_is_refused(page, why):
    async with serving(a=page) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        with pytest.raises(Unprocessable, match=why):
            await fetcher.get(f"{site.url}/a")


async def test_an_answer_shorter_than_it_says_may_be_whole_the_next_time():
    async with (
        serving(a=reply(b"Fees", content_length="1000")) as site,
        Fetcher(fetching(), OwnPace()) as fetcher,
    ):
        with pytest.raises(httpcore.RemoteProtocolError):
            await fetcher.get(f"{site.url}/a")


async def test_a_head_without_an_end_is_not_taken_in():
    async def grow(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not writer.is_closing():
            writer.write(b"a" * 10_000)
            await writer.drain()

    async with serving(a=grow) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        with pytest.raises(httpcore.RemoteProtocolError):
            await fetcher.get(f"{site.url}/a")


# Statuses


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"])
async def test_what_is_not_to_be_had_is_not_asked_for_again(status):
    async with serving(a=reply(status=status)) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        with pytest.raises(Unavailable, match=status[:3]):
            await fetcher.get(f"{site.url}/a")


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "503 Later", "429 Too Many"])
async def test_what_may_be_had_later_may_be_asked_for_again(status):
    async with serving(a=reply(status=status)) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        with pytest.raises(httpcore.ProtocolError, match=status[:3]):
            await fetcher.get(f"{site.url}/a")


async def test_a_host_that_asks_to_be_left_alone_is():
    page = reply(status="503 Later", retry_after="600")
    async with serving(a=page, b=reply("x")) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        with pytest.raises(httpcore.ProtocolError):
            await fetcher.get(f"{site.url}/a")
        with pytest.raises(TryLater) as later:
            await fetcher.get(f"{site.url}/b")
        assert 590 < later.value.seconds <= 600
        assert site.count("/b") == 0


# robots.txt


async def test_what_robots_txt_forbids_is_not_asked_for():
    async with serving(a=reply("x"), b=reply("y")) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        site.pages["/robots.txt"] = reply("User-agent: Copydesk\nDisallow: /a\n", kind="text/plain")
        with pytest.raises(Unavailable, match=r"robots\.txt"):
            await fetcher.get(f"{site.url}/a")
        assert (await fetcher.get(f"{site.url}/b")).body == b"y"
        assert [request.path for request in site.asked] == ["/robots.txt", "/b"]


async def test_a_redirect_to_what_robots_txt_forbids_is_not_followed():
    async with serving(a=reply("x"), b=redirect("/a")) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        site.pages["/robots.txt"] = reply("User-agent: *\nDisallow: /a\n", kind="text/plain")
        with pytest.raises(Unavailable, match=r"robots\.txt"):
            await fetcher.get(f"{site.url}/b")
        assert site.count("/a") == 0


async def test_while_robots_txt_cannot_be_read_nothing_is_fetched():
    """RFC 9309, section 2.3.1.4: a server error means that nobody knows, not that all is allowed."""
    async with serving(a=reply("x")) as site, Fetcher(fetching(), OwnPace()) as fetcher:
        site.pages["/robots.txt"] = reply(status="500 Oops")
        for _ in range(2):
            with pytest.raises(httpcore.ProtocolError, match=r"robots\.txt"):
                await fetcher.get(f"{site.url}/a")
        assert [request.path for request in site.asked] == ["/robots.txt"]


async def test_the_pause_that_robots_txt_asks_for_is_kept_within_bounds():
    async with serving(a=reply("x")) as site, Fetcher(fetching(most_delay=20), OwnPace()) as fetcher:
        site.pages["/robots.txt"] = reply("User-agent: *\nCrawl-delay: 3600\n", kind="text/plain")
        await fetcher.get(f"{site.url}/a")
        with pytest.raises(TryLater) as later:
            await fetcher.get(f"{site.url}/a")
        assert 10 < later.value.seconds <= 20

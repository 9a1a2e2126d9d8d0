"""Feeds and sitemaps become records with an address."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import ArticleSubmitted
from services.ingest.answers import FetchedArticle, complete, find_unfit
from services.ingest.charsets import read_charset
from services.ingest.feed_items import parse_feed
from services.ingest.sitemap_entries import parse_sitemap

AT = "https://herald.example/feeds/news"

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Herald</title>
<item><guid>1</guid><link>/1</link><pubDate>Mon, 02 Mar 2026 08:30:00 +0100</pubDate></item>
<item><link>https://herald.example/2</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Herald</title>
<entry><id>1</id><link href="https://herald.example/1"/><published>2026-03-02T07:30:00Z</published>
<updated>2026-03-03T07:30:00Z</updated></entry>
<entry><id>2</id><link href="https://herald.example/2"/></entry></feed>"""
ONE = b"<rss version='2.0'><channel><item>%s</item></channel></rss>"
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Herald",
        "items": [
            {"id": 1, "url": "https://herald.example/1", "date_published": "2026-03-02T07:30:00Z"},
            {"id": "2", "external_url": "https://herald.example/2", "date_published": "yesterday"},
            "no item",
        ],
    }
).encode()


@pytest.mark.parametrize("body", [RSS, ATOM, JSON], ids=["rss", "atom", "json"])
def test_every_kind_of_feed_gives_addresses_and_times(body):
    feed = parse_feed(body, AT)
    assert feed is not None
    assert feed.title == "The Herald"
    first, second = feed.items
    assert first.fields["url"] == "https://herald.example/1"
    assert first.fields["published_at"].isoformat() == "2026-03-02T07:30:00+00:00"
    assert second.fields == {"url": "https://herald.example/2"}
    assert (len(first.item_id), first.item_id == second.item_id) == (64, False)


CHARSETS = [
    ("application/xml; charset=windows-1251", ""),
    ("application/xml; charset=utf-8", ' encoding="windows-1251"'),
    ("text/xml", ' encoding="windows-1251"'),
]


@pytest.mark.parametrize(("header", "declared"), CHARSETS)
def test_a_feed_is_read_in_the_charset_of_its_server_or_its_declaration(header, declared):
    body = f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><title>Мир</title></channel></rss>'
    feed = parse_feed(body.encode("cp1251"), AT, header)
    assert feed is not None
    assert feed.title == "Мир"


@pytest.mark.parametrize(("header", "declared"), CHARSETS)
def test_a_sitemap_is_read_in_the_charset_of_its_server_or_its_declaration(header, declared):
    url = "https://herald.example/мир"
    body = f'<?xml version="1.0"{declared}?><urlset><url><loc>{url}</loc></url></urlset>'
    sitemap = parse_sitemap(body.encode("cp1251"), read_charset(header))
    assert sitemap is not None
    assert sitemap.pages == ({"url": url},)


def test_an_item_is_dated_by_its_last_change():
    feed = parse_feed(ATOM, AT)
    assert feed is not None
    assert feed.items[0].updated == "2026-03-03T07:30:00+00:00"


def test_an_item_without_an_address_is_its_own_content():
    said = b"<title>Fees</title><description>&lt;p&gt;Fees rise.</description>"
    body = ONE % (b"<guid isPermaLink='false'>9</guid>" + said)
    feed = parse_feed(body, AT)
    assert feed is not None
    (item,) = feed.items
    assert item.fields["html"].startswith("<p>Fees rise.")
    assert (item.fields["title"], item.fields["source_id"]) == ("Fees", "9")


def test_an_item_that_says_nothing_or_leads_out_of_the_web_is_left_out():
    for item in (b"<guid isPermaLink='false'>9</guid>", b"<link>ftp://a.example</link>"):
        feed = parse_feed(ONE % item, AT)
        assert feed is not None
        assert feed.items == ()


@pytest.mark.parametrize("body", [b"", b"<html><p>No feed.</p></html>", b'{"items": []}', b"{", b"[1]"])
def test_what_is_no_feed_is_none(body):
    assert parse_feed(body, AT, "text/html") is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sitemap_or_none(body):
    found = parse_sitemap(body)
    assert found is None or (found.sitemaps, found.pages) == ((), ())


def test_a_sitemap_gives_addresses_and_what_news_sitemaps_say():
    found = parse_sitemap(
        b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
        <url><loc> https://herald.example/1 </loc><lastmod>2026-03-05</lastmod></url>
        <url><loc>https://herald.example/2</loc><news:news>
        <news:publication_date>2026-03-02T08:30:00+01:00</news:publication_date></news:news></url>
        <url><lastmod>2026-03-05</lastmod></url></urlset>"""
    )
    assert found is not None
    assert [page["url"] for page in found.pages] == ["https://herald.example/1", "https://herald.example/2"]
    assert found.pages[1]["published_at"].isoformat() == "2026-03-02T08:30:00+01:00"


def test_an_index_gives_further_sitemaps():
    found = parse_sitemap(
        b"<sitemapindex><sitemap><loc>https://herald.example/a.xml</loc></sitemap></sitemapindex>"
    )
    assert found is not None
    assert found.sitemaps == ("https://herald.example/a.xml",)


def test_entities_of_a_sitemap_are_not_looked_up_nor_multiplied(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("https://herald.example/secret")
    bomb = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    named = f'<!ENTITY file SYSTEM "{secret.as_uri()}">{bomb}'
    pages = "<url><loc>&file;</loc></url><url><loc>&j;</loc></url>"
    body = f"<!DOCTYPE urlset [{named}]><urlset>{pages}</urlset>"
    found = parse_sitemap(body.encode())
    assert found is None or not any("secret" in str(page) or len(str(page)) > 1000 for page in found.pages)


# Answers


def test_a_fetched_page_belongs_to_where_it_was_found():
    given_ = ArticleSubmitted(url="http://herald.example/1", source="The Herald")
    article = complete(
        given_, "https://herald.example/one", b"<p>x", {"content-type": "text/html", "etag": '"1"'}
    )
    assert isinstance(article, FetchedArticle)
    assert (article.url, article.requested_url) == ("https://herald.example/one", "http://herald.example/1")
    assert (article.raw, article.media_type, article.source, article.etag) == (
        b"<p>x",
        "text/html",
        "The Herald",
        '"1"',
    )
    assert ArticleSubmitted.model_validate_json(article.model_dump_json()).raw == b"<p>x"


@pytest.mark.parametrize(
    ("url", "status", "kind", "why"),
    [
        ("https://a.example/1", 304, "text/html", "not changed"),
        ("https://a.example/1", 200, "image/png", "image/png"),
        ("https://a.example/", 200, "text/html", "front page"),
        ("https://a.example/1", 200, "text/html; charset=utf-8", None),
        ("https://a.example/?p=1", 200, "", None),
    ],
)
def test_an_answer_is_an_article_or_it_is_said_why_not(url, status, kind, why):
    found = find_unfit("https://a.example/1", url, status, {"content-type": kind})
    assert found is None if why is None else why in (found or "")

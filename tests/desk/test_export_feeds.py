"""The ledger as Atom and RSS."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas import derive_id
from services.desk.exports.feeds import ATOM, FeedHead, make_fit, write_atom, write_rss
from tests.desk.sights import NASTY, URLS, see
from tests.integration.records import NOON, make_claimant

HEAD = FeedHead(
    derive_id("feed", 1),
    "Claims",
    "https://desk.example/claims.atom?q=a&b=%22",
    "https://desk.example/claims",
)


def test_an_atom_feed_is_read_by_a_feed_reader():
    sighting = see("Fees <rise> & fall.", claimant=make_claimant("Ilse Brandt", None))
    parsed = feedparser.parse(write_atom(HEAD, [sighting]))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.id == f"urn:uuid:{HEAD.feed_id}"
    assert parsed.feed.updated_parsed
    links = {link.rel: link.href for link in parsed.feed.links}
    assert links == {"self": HEAD.own_url, "alternate": HEAD.page_url}
    (entry,) = parsed.entries
    assert entry.id == f"urn:uuid:{sighting.claim.claim_id}"
    assert entry.title == "Ilse Brandt: Fees <rise> & fall."
    assert entry.author == "Ilse Brandt"
    assert entry.link == "https://herald.example/fees"
    assert "<blockquote>Fees &lt;rise&gt; &amp; fall.</blockquote>" in entry.content[0].value
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == NOON


def test_an_rss_feed_is_read_by_a_feed_reader():
    sighting = see("Fees <rise> & fall.", claimant=make_claimant("Ilse Brandt", None))
    written = write_rss(HEAD, [sighting])
    parsed = feedparser.parse(written)
    assert not parsed.bozo
    assert parsed.version == "rss20"
    (entry,) = parsed.entries
    assert (entry.id, entry.guidislink) == (f"urn:uuid:{sighting.claim.claim_id}", False)
    assert entry.title == "Ilse Brandt: Fees <rise> & fall."
    assert entry.author == "Ilse Brandt"
    channel = etree.fromstring(written).find("channel")
    assert [channel.findtext(name) for name in ("title", "link")] == ["Claims", HEAD.page_url]
    assert channel.findtext("description")
    (own,) = channel.findall(f"{{{ATOM}}}link")
    assert (own.get("rel"), own.get("href")) == ("self", HEAD.own_url)
    assert parsedate_to_datetime(channel.findtext("lastBuildDate"))


@given(st.lists(st.tuples(NASTY, NASTY, NASTY, URLS), max_size=3))
def test_whatever_the_text_a_feed_is_valid_and_says_it(given_texts):
    """RFC 4287: what a feed and each of its entries must have, once."""
    sightings = [
        see(text, {"title": title, "url": url, "source": name}, claimant=make_claimant(name, None))
        for text, title, name, url in given_texts
    ]
    root = etree.fromstring(write_atom(HEAD, sightings))
    entries = root.findall(f"{{{ATOM}}}entry")
    assert len(entries) == len(sightings)
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{{{ATOM}}}{name}")) == 1
    for entry, (text, _, name, _) in zip(entries, given_texts, strict=True):
        assert entry.find(f"{{{ATOM}}}author").findtext(f"{{{ATOM}}}name") == read_back(name)
        shown = etree.HTML(entry.findtext(f"{{{ATOM}}}content"))
        assert {tag.tag for tag in shown.iter()} <= {"html", "body", "p", "blockquote", "a"}
        for link in entry.findall(f"{{{ATOM}}}link"):
            assert link.get("href").startswith(("http://", "https://"))
        assert make_fit(text) == make_fit(make_fit(text))
    rss = etree.fromstring(write_rss(HEAD, sightings))
    assert len(rss.findall("channel/item")) == len(sightings)


def read_back(text: str) -> str:
    """As XML gives it: a carriage return that is written as itself becomes a line feed."""
    return etree.fromstring(etree.tostring(_hold(make_fit(text)))).text


def _hold(text: str):
    element = etree.Element("text")
    element.text = text
    return element


def test_what_xml_cannot_hold_is_shown_as_such():
    assert (
        make_fit("a\0b\x0bc\ufffed\ud800e\tf\ng\U0001f600") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf\ng\U0001f600"
    )


def test_a_feed_of_nothing_is_a_feed():
    parsed = feedparser.parse(write_atom(HEAD, []))
    assert not parsed.bozo
    assert (parsed.entries, parsed.feed.updated) == ([], "1970-01-01T00:00:00+00:00")

"""The ledger in the forms of others."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas import ClaimKind, Entity, EntityKind, Polarity, QuoteType, Span, derive_id
from services.desk.exports.annotations import describe_annotation, describe_collection, describe_page
from services.desk.exports.feeds import ATOM, FeedHead, make_fit, write_atom, write_rss
from services.desk.exports.schema_org import describe_claims
from services.desk.exports.wording import find_url
from services.desk.sightings import Sighting, read_message
from tests.desk.detected import detect, store
from tests.integration.records import NOON, make_claim, make_claimant, make_detected

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("\0\x01\x08\x0b\x1f\x7f\ufffe\uffff\u2028<>&\"']]>\r\n\t é\U0001f600"),
        st.characters(exclude_categories=("Cs",)),  # no message can hold those
    ),
    min_size=1,
    max_size=40,
)
URLS = st.one_of(
    NASTY,
    NASTY.map(lambda text: f"https://herald.example/{text}"),
    NASTY.map(lambda text: f"javascript:{text}"),
    NASTY.map(lambda text: f'https://herald.example"{text}/'),
)
HEAD = FeedHead(
    derive_id("feed", 1),
    "Claims",
    "https://desk.example/claims.atom?q=a&b=%22",
    "https://desk.example/claims",
)
BRANDT = Entity(entity_id=derive_id("entity", 1), name="Ilse Brandt", kind=EntityKind.PERSON, wikidata="Q11")
BOARD = Entity(entity_id=derive_id("entity", 2), name="Harbour Board", kind=EntityKind.ORGANIZATION)


def see(text: str = "Fees rise.", article: dict | None = None, entities=(), **changes) -> Sighting:
    claim = make_claim(text, article=1, start=7).model_copy(update=changes)
    (found,) = read_message(make_detected(claim, article=1).model_copy(update={"entities": entities}))
    known = {
        "url": "https://herald.example/fees",
        "title": "Fees to rise",
        "source": "The Herald",
        "published_at": NOON,
        "authors": ("Jo Sand",),
    }
    return replace(found, article=replace(found.article, **{**known, **(article or {})}))


def of(document: dict, kind: str) -> list[dict]:
    return [node for node in document["@graph"] if node["@type"] == kind]


# schema.org


def test_a_claim_names_who_claims_it_and_where_it_appears():
    claimant = make_claimant("Ilse Brandt", BRANDT.entity_id)
    sighting = see(
        claimant=claimant, quote_type=QuoteType.DIRECT, entities=(BRANDT, BOARD), about=(BOARD.entity_id,)
    )
    document = describe_claims([sighting])
    assert document["@context"] == "https://schema.org"
    (claim,) = of(document, "Claim")
    article = {
        "@type": "Article",
        "@id": "https://herald.example/fees",
        "identifier": f"urn:uuid:{derive_id('article', 1)}",
        "url": "https://herald.example/fees",
        "headline": "Fees to rise",
        "datePublished": NOON.isoformat(),
        "publisher": {"@type": "Organization", "name": "The Herald"},
        "author": [{"@type": "Person", "name": "Jo Sand"}],
    }
    author = {
        "@type": "Person",
        "@id": f"urn:uuid:{BRANDT.entity_id}",
        "name": "Ilse Brandt",
        "sameAs": "http://www.wikidata.org/entity/Q11",
    }
    assert claim == {
        "@type": "Claim",
        "@id": f"urn:uuid:{sighting.claim.claim_id}",
        "text": "Fees rise.",
        "author": author,
        "appearance": article,
        "datePublished": NOON.isoformat(),
        "isBasedOn": {"@id": article["@id"]},
        "about": [{"@type": "Organization", "@id": f"urn:uuid:{BOARD.entity_id}", "name": "Harbour Board"}],
    }
    (quotation,) = of(document, "Quotation")
    assert quotation["text"] == "Fees rise."
    assert quotation["author"] == author
    assert quotation["citation"] == {"@id": article["@id"]}


def test_words_that_are_not_quoted_are_no_quotation():
    assert of(describe_claims([see(quote_type=QuoteType.INDIRECT)]), "Quotation") == []
    asserted = see(kind=ClaimKind.ASSERTED, quote_type=None, claimant=None)
    (claim,) = of(describe_claims([asserted]), "Claim")
    assert claim["author"] == {"@type": "Organization", "name": "The Herald"}


def test_what_is_denied_is_not_put_as_if_it_had_been_said():
    (claim,) = of(describe_claims([see(polarity=Polarity.DENIED)]), "Claim")
    assert claim["text"] == "denied: Fees rise."


def test_an_unnamed_source_is_described_and_not_named():
    (claim,) = of(describe_claims([see(claimant=make_claimant("two officials", None))]), "Claim")
    assert claim["author"] == {"@type": "Person", "description": "two officials"}


def test_no_verdict_is_given():
    document = json.dumps(describe_claims([see()]))
    assert "ClaimReview" not in document
    assert "Rating" not in document


@given(NASTY, NASTY, URLS)
def test_whatever_the_text_it_comes_back_from_json(text, title, url):
    document = json.loads(json.dumps(describe_claims([see(text, {"title": title, "url": url})])))
    (claim,) = of(document, "Claim")
    assert claim["text"] == text
    assert claim["appearance"]["headline"] == title
    assert claim["appearance"]["@id"].startswith(("http://", "https://", "urn:uuid:"))
    assert claim["appearance"]["@id"].isascii()


@pytest.mark.parametrize(
    ("given_url", "found"),
    [
        ("https://herald.example/a b?q=ä#x", "https://herald.example/a%20b?q=%C3%A4#x"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("http://[2001:db8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://user:word@herald.example/", None),
        ("//herald.example/", None),
        ("https://", None),
        ("https://herald.example:port/", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_are_given_on(given_url, found):
    assert find_url(given_url) == found


# Annotations


@given(st.text(min_size=1, max_size=60, alphabet=st.characters(exclude_categories=("Cs",))), st.data())
def test_the_selectors_are_the_spans(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = Span.cut(text, start, end)
    annotation = json.loads(json.dumps(describe_annotation(see(content=(span,)))))
    quote, position = annotation["target"]["selector"]
    assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
    assert text[position["start"] : position["end"]] == quote["exact"] == span.exact
    assert text.endswith(quote["suffix"], position["end"], position["end"] + len(quote["suffix"]))
    assert text[: position["start"]].endswith(quote["prefix"])


def test_an_annotation_has_the_claim_as_its_body_and_the_article_as_its_target():
    sighting = see(claimant=make_claimant("Ilse Brandt", BRANDT.entity_id), entities=(BRANDT,))
    annotation = describe_annotation(sighting)
    assert annotation["type"] == "Annotation"
    assert annotation["target"]["source"] == "https://herald.example/fees"
    body = annotation["body"]
    assert (body["type"], body["id"]) == ("schema:Claim", f"urn:uuid:{sighting.claim.claim_id}")
    assert body["schema:text"] == "Fees rise."
    assert body["schema:author"]["type"] == "schema:Person"
    assert body["schema:author"]["schema:name"] == "Ilse Brandt"
    assert "@" not in json.dumps(annotation)


def test_the_pieces_of_a_claim_make_it_together():
    pieces = (Span(start=0, end=4, exact="Fees"), Span(start=9, end=13, exact="rise"))
    target = describe_annotation(see(content=pieces))["target"]
    assert target["type"] == "Composite"
    assert [item["selector"][1]["start"] for item in target["items"]] == [0, 9]


def test_a_collection_has_one_page():
    address, one = "https://desk.example/api/v1/articles/1/annotations", see()
    collection = describe_collection(address, one.article, [one, one])
    assert (collection["type"], collection["total"]) == ("AnnotationCollection", 2)
    assert collection["first"]["partOf"] == collection["id"] == address
    page = describe_page(address, one.article, [one, one])
    assert (page["type"], page["id"]) == ("AnnotationPage", collection["last"])
    assert page["partOf"]["total"] == len(page["items"]) == 2
    assert page["@context"] == collection["@context"] == "http://www.w3.org/ns/anno.jsonld"


# Feeds


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


# Over HTTP


@pytest.fixture
def stored(engine, house):
    store(engine, detect(1, "Fees rise.", "Fees fall.", score=0.9), detect(2, "Rain falls.", score=0.4))


async def test_every_search_is_a_feed(desk, stored):
    async with desk.client() as client:
        for suffix, version in (("atom", "atom10"), ("rss", "rss20")):
            answer = await client.get(f"/claims.{suffix}", params={"q": "fees", "min_score": 0.5})
            assert answer.status_code == 200
            parsed = feedparser.parse(answer.content, response_headers=dict(answer.headers))
            assert not parsed.bozo
            assert parsed.version == version
            assert parsed.feed.title == "Claims: q fees, min score 0.5"
            assert len(parsed.entries) == 2
            own = next(link.href for link in parsed.feed.links if link.rel == "self")
            assert own == str(answer.url)
            assert (await client.get(own)).content == answer.content
        negotiated = await client.get("/api/v1/claims", headers={"Accept": "application/atom+xml"})
        assert negotiated.headers["content-type"].startswith("application/atom+xml")


async def test_a_feed_that_has_not_changed_is_not_sent_again(desk, stored, engine):
    async with desk.client() as client:
        first = await client.get("/claims.atom")
        for headers in (
            {"If-None-Match": first.headers["etag"]},
            {"If-Modified-Since": first.headers["last-modified"]},
        ):
            again = await client.get("/claims.atom", headers=headers)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        old = {"If-Modified-Since": "Mon, 02 Mar 2020 08:30:00 GMT"}
        assert (await client.get("/claims.atom", headers=old)).status_code == 200
        assert (await client.get("/claims.atom", headers={"If-Modified-Since": "x"})).status_code == 200
        changed = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]}
        assert (await client.get("/claims.atom", headers=changed)).status_code == 200


async def test_the_ids_of_a_feed_stay(desk, stored, start_desk):
    other = await start_desk()
    async with desk.client() as one, other.client() as two:
        first = feedparser.parse((await one.get("/claims.atom?q=fees&min_score=0.5")).content)
        second = feedparser.parse((await two.get("/claims.atom?min_score=0.5&q=fees")).content)
    assert first.feed.id == second.feed.id
    assert [entry.id for entry in first.entries] == [entry.id for entry in second.entries]


async def test_claims_as_json_ld(desk, stored):
    async with desk.client() as client:
        answer = await client.get("/claims.jsonld", params={"limit": 2})
        assert answer.headers["content-type"] == "application/ld+json"
        claims = of(answer.json(), "Claim")
        assert len(claims) == 2
        rest = await client.get(answer.links["next"]["url"])
        assert len(of(rest.json(), "Claim")) == 1
        claim_id = UUID(claims[0]["@id"].removeprefix("urn:uuid:"))
        single = await client.get(f"/claims/{claim_id}.jsonld")
        assert of(single.json(), "Claim") == [claims[0]]
        assert claims[0]["appearance"]["publisher"]["name"] == "Harbour Post"
        assert (await client.get(f"/claims/{derive_id('x')}.jsonld")).status_code == 404


async def test_the_annotations_of_an_article(desk, stored):
    path = f"/api/v1/articles/{derive_id('article', 1)}/annotations"
    async with desk.client() as client:
        answer = await client.get(path)
        assert answer.headers["content-type"] == (
            'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
        )
        collection = answer.json()
        assert (collection["type"], collection["total"]) == ("AnnotationCollection", 2)
        assert collection["id"] == f"{desk.address}{path}"
        page = (await client.get(collection["last"])).json()
        assert page["items"] == collection["first"]["items"]
        again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert (await client.get(f"/api/v1/articles/{derive_id('x')}/annotations")).status_code == 404
        assert (await client.get(path, params={"page": 1})).status_code == 422


async def test_who_may_not_read_gets_no_export(start_desk, stored):
    desk = await start_desk(anonymous=False)
    paths = ["/claims.atom", "/claims.rss", "/claims.jsonld", f"/claims/{derive_id('x')}.jsonld"]
    async with desk.client() as client:
        for path in [*paths, f"/api/v1/articles/{derive_id('article', 1)}/annotations"]:
            assert (await client.get(path)).status_code == 401

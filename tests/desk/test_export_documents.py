"""The ledger as linked data: schema.org, and web annotations."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import ClaimKind, Polarity, QuoteType, Span, derive_id
from services.desk.exports.annotations import describe_annotation, describe_collection, describe_page
from services.desk.exports.schema_org import describe_claims
from services.desk.exports.wording import find_url
from tests.desk.sights import BOARD, BRANDT, NASTY, URLS, of, see
from tests.integration.records import NOON, make_claimant

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

"""Hostile pages: bounded work, then clean text or a clear refusal; the next page is read as ever."""

import pytest

from schemas import MediaType, Metadata, Skipped, Unprocessable
from services.clean import Cleaned, Policy, clean
from services.clean.markup import parse

SENTENCE = "The harbour will stay closed until Monday because of works on the quay, the city said on Friday. "
ARTICLE = "".join(f"<p>{SENTENCE}{SENTENCE}</p>" for _ in range(4))
ANY_LENGTH = Policy(min_words=0)


def clean_body(body: str, head: str = "") -> Cleaned | Skipped:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return clean(page, MediaType.HTML, Metadata(), ANY_LENGTH)


def test_a_hundred_megabytes_are_refused_before_they_are_parsed():
    with pytest.raises(Unprocessable, match=r"characters; at most 5,000,000"):
        clean_body("<p>harbour " + "x" * 100_000_000)


def test_a_hundred_thousand_nested_tags_are_refused():
    with pytest.raises(Unprocessable, match=r"100,0\d\d tags; at most 60,000"):
        clean_body("<div>" * 100_000)


@pytest.mark.parametrize(
    "opening",
    [
        "<div>",
        "<b><i>",
        "<table><tr><td>",
        "<ul><li>",
        "<a href=x>",
        "<form>",
        "<svg><g>",
        "<font>",
        "<p><q>",
    ],
)
def test_nesting_as_deep_as_tags_go_ends_in_time(opening: str):
    body = opening * (50_000 // opening.count("<")) + ARTICLE
    assert isinstance(clean_body(body), Cleaned | Skipped)


def test_the_tree_is_bounded_in_depth():
    tree = parse("<html><body>" + "<div>" * 50_000 + "deep")
    assert sum(1 for _ in tree.iter("div")) < 3000


def test_an_element_with_thousands_of_attributes_loses_them():
    crowded = "<div " + " ".join(f'data-{n}="x"' for n in range(20_000)) + f">{ARTICLE}</div>"
    assert "quay" in read(clean_body(crowded))
    assert all(len(element.attrib) <= 200 for element in parse(crowded).iter())


def test_one_attribute_of_a_megabyte_costs_nothing_of_the_article():
    assert "quay" in read(clean_body(f'<div class="{"a" * 1_000_000}" id="{"b " * 100_000}">{ARTICLE}</div>'))


def test_null_bytes_are_no_end_of_the_page():
    assert "quay" in read(clean_body("\x00<p>One\x00two</p>" + ARTICLE))


def test_lone_surrogates_become_replacement_marks():
    text = read(clean_body(f"<p>\ud800{SENTENCE}\udfff</p>" + ARTICLE))
    text.encode()
    assert "quay" in text


def test_a_declared_charset_does_not_turn_text_that_is_read_already():
    text = read(clean_body(ARTICLE.replace("quay", "Kästnerkai"), '<meta charset="windows-1251">'))
    assert "Kästnerkai" in text


def test_an_xml_declaration_with_an_encoding_is_no_hindrance():
    page = f'<?xml version="1.0" encoding="utf-16"?><html><body>{ARTICLE}</body></html>'
    assert "quay" in read(clean(page, MediaType.HTML, Metadata(), ANY_LENGTH))


def test_right_to_left_text_keeps_its_order_and_loses_its_marks():
    hebrew = "הנמל יישאר סגור עד יום שני בגלל עבודות על הרציף, כך מסרה העירייה ביום שישי. "
    policy = Policy(min_words=0, languages=frozenset({"he"}))
    paragraph = f"<p>\u202b{hebrew * 2}\u202c</p>"
    page = f"<html lang='he' dir='rtl'><body><article>{paragraph * 3}</article></body></html>"
    cleaned = clean(page, MediaType.HTML, Metadata(), policy)
    assert hebrew.strip() in read(cleaned)
    assert "\u202b" not in read(cleaned)


def test_text_in_scripts_and_styles_is_not_read():
    script = f'<script>document.write("<p>{SENTENCE.replace("harbour", "airport")}</p>")</script>'
    text = read(
        clean_body(
            script + ARTICLE + f"<style>p::before {{content: 'airport'}}</style><!-- airport {ARTICLE}"
        )
    )
    assert "airport" not in text
    assert "quay" in text


@pytest.mark.parametrize(
    "said",
    [
        '{"@type": "NewsArticle", "articleBody": ' + "[" * 50_000,
        "{" * 1000,
        "null",
        "7",
        '{"@graph": "x"}',
        "[[[{}]]]",
    ],
)
def test_linked_data_that_is_none_is_passed_over(said: str):
    assert "quay" in read(clean_body(ARTICLE, f'<script type="application/ld+json">{said}</script>'))


def test_linked_data_of_the_wrong_kinds_says_nothing():
    said = (
        '{"@type": ["NewsArticle", 3], "headline": {"a": 1}, "author": [[], {"name": null}, 7], '
        '"datePublished": ["soon"], "image": "x", "articleBody": ["a"], "publisher": 4, "url": {}}'
    )
    cleaned = clean_body(ARTICLE, f'<script type="application/ld+json">{said}</script>')
    assert isinstance(cleaned, Cleaned)
    assert cleaned.metadata.authors == ()
    assert cleaned.metadata.published_at is None


@pytest.mark.parametrize(
    "page", ["", " ", "<", "<!--", "<html>", "&#0;", "<body/>", "\x00", "<p>", "<?xml?>", "]]>"]
)
def test_next_to_nothing_is_a_skip(page: str):
    assert isinstance(clean(page, MediaType.HTML, Metadata()), Skipped)


def read(cleaned: Cleaned | Skipped) -> str:
    assert isinstance(cleaned, Cleaned), cleaned
    return cleaned.text

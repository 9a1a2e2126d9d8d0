"""Which article a submission is, and which revision of it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import ArticleSubmitted, MediaType, Unprocessable, derive_id
from services.ingest import identify

TEXT = "The mayor said on Monday that the bridge “will be open by May”.\n\nNobody else was asked."
PAGE = "<!doctype html><html><body><p>The bridge opens in May.</p></body></html>"


def submit(**fields: object) -> ArticleSubmitted:
    if not fields.keys() & {"text", "html", "raw"}:
        fields["text"] = TEXT
    return ArticleSubmitted.model_validate(fields)


def encode(data: bytes) -> bytes:
    return base64.b64encode(data)


def test_the_address_makes_the_article_whatever_it_says() -> None:
    first = identify(submit(url="https://n.example/bridge", text="One version of the story."))
    second = identify(submit(url="https://N.example/bridge/?utm_source=feed", text="Another version."))
    assert first.article_id == second.article_id == derive_id("article", "url", "https://n.example/bridge")
    assert first.url == second.url == "https://n.example/bridge"
    assert first.revision != second.revision


def test_without_address_the_sources_own_id_makes_the_article() -> None:
    first = identify(submit(source="Harbour News", source_id="77", text="One version of the story."))
    second = identify(submit(source=" harbour news", source_id="77", text="Another version."))
    other = identify(submit(source="Hill Post", source_id="77", text="One version of the story."))
    assert first.article_id == second.article_id
    assert first.article_id != other.article_id
    assert first.url is None


def test_the_address_counts_more_than_the_sources_own_id() -> None:
    by_url = identify(submit(url="https://n.example/bridge"))
    assert (
        identify(submit(url="https://n.example/bridge", source="s", source_id="1")).article_id
        == by_url.article_id
    )


def test_without_either_the_content_makes_the_article() -> None:
    assert identify(submit()) == identify(submit(source="Harbour News"))
    assert identify(submit()).article_id != identify(submit(text="Other words.")).article_id


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_address_is_none(blank: str) -> None:
    assert identify(submit(url=blank)) == identify(submit())


def test_a_changed_headline_is_a_new_revision() -> None:
    first = identify(submit(url="https://n.example/b", title="Bridge to open"))
    assert identify(submit(url="https://n.example/b", title="Bridge stays shut")).revision != first.revision
    assert identify(submit(url="https://n.example/b", title="Bridge to open ")).revision == first.revision


def test_the_same_characters_as_text_and_as_page_are_two_revisions() -> None:
    given_as_text = submit(text="<p>The bridge opens.</p>")
    assert identify(given_as_text).revision != identify(submit(html="<p>The bridge opens.</p>")).revision


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_the_same_words_are_one_revision_in_any_encoding(encoding: str) -> None:
    assert identify(submit(raw=encode(TEXT.encode(encoding)))) == identify(submit(text=TEXT))


def test_line_ends_do_not_make_a_revision() -> None:
    assert identify(submit(text=TEXT.replace("\n", "\r\n"))) == identify(submit(text=TEXT))


def test_a_page_is_one_revision_as_words_and_as_bytes() -> None:
    as_words = identify(submit(html=PAGE))
    assert identify(submit(raw=encode(PAGE.encode()))) == as_words
    assert identify(submit(raw=encode(PAGE.encode()), media_type=MediaType.HTML)) == as_words
    assert identify(submit(text=PAGE)) == as_words


def test_a_submission_with_a_broken_address_has_no_identity() -> None:
    with pytest.raises(Unprocessable, match=r"^url: 'bridge' is not"):
        identify(submit(url="bridge"))


@given(text=st.text(min_size=1).filter(lambda text: not any(ord(letter) < 32 for letter in text)))
def test_any_words_have_the_same_identity_as_utf_8(text: str) -> None:
    marked = "A story: " + text
    assert identify(submit(raw=encode(marked.encode()))) == identify(submit(text=marked))

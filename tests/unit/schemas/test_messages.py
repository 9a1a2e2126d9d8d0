"""What a message accepts, and what its refusal says."""

from base64 import b64encode
from datetime import UTC, datetime
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import (
    ArticleCleaned,
    ArticleSubmitted,
    Claim,
    ClaimsDetected,
    Metadata,
    Outcome,
    derive_id,
)
from schemas.export import MESSAGES

CONTENT = {"text": "Fees rise.", "html": "<p>Fees rise.</p>", "raw": "RmVlcyByaXNlLg=="}
ARTICLE = derive_id("article", "https://herald.example/a")
COMMON = {
    "message_id": derive_id("message", ARTICLE, "clean"),
    "article_id": ARTICLE,
    "revision": "0" * 64,
    "submitted_at": "2026-03-02T09:15:00Z",
    "produced_at": "2026-03-02T09:15:01Z",
}


def refuse(model, fields):
    """The errors with which `model` refuses `fields`."""
    with pytest.raises(ValidationError) as refusal:
        model.model_validate(fields)
    return refusal.value.errors()


@pytest.mark.parametrize("name", CONTENT)
def test_one_content_is_all_a_submission_needs(name):
    article = ArticleSubmitted.model_validate({name: CONTENT[name]})

    assert getattr(article, name) is not None
    assert article.model_fields_set == {name}


def test_a_submission_without_content_is_refused():
    (error,) = refuse(ArticleSubmitted, {"title": "Harbour fees"})

    assert error["msg"].endswith("give exactly one of text, html, raw, or a url alone; given: none")


def test_an_address_alone_is_a_submission_too():
    """Ingest fetches what is there."""
    article = ArticleSubmitted(url="https://herald.example/a")

    assert article.address_only
    assert not ArticleSubmitted(url="https://herald.example/a", text="").address_only


def test_a_blank_address_alone_is_none():
    (error,) = refuse(ArticleSubmitted, {"url": "  "})

    assert error["msg"].endswith("given: none")


@pytest.mark.parametrize("names", [*combinations(CONTENT, 2), tuple(CONTENT)], ids="+".join)
def test_a_submission_with_more_than_one_content_is_refused_and_told_which(names):
    (error,) = refuse(ArticleSubmitted, {name: CONTENT[name] for name in names})

    assert error["msg"].endswith(f"give exactly one of text, html, raw; given: {', '.join(names)}")


def test_a_content_that_is_null_counts_as_not_given():
    article = ArticleSubmitted.model_validate({"text": "Fees rise.", "html": None, "raw": None})

    assert article.text == "Fees rise."


def test_an_empty_text_is_a_content_whose_emptiness_a_stage_judges():
    assert ArticleSubmitted(text="").text == ""


@given(st.binary(min_size=1))
def test_any_bytes_can_be_handed_in_as_base64(content):
    article = ArticleSubmitted.model_validate({"raw": b64encode(content).decode()})

    assert article.raw == content


@given(st.binary(min_size=1))
def test_bytes_survive_the_way_through_json(content):
    article = ArticleSubmitted.model_validate({"raw": b64encode(content)})

    assert ArticleSubmitted.model_validate_json(article.model_dump_json()) == article


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 5),
        ("raw", "abc"),
        ("media_type", "application/pdf"),
        ("message_id", "fees-1"),
        ("submitted_at", "yesterday"),
        ("submitted_at", "2026-03-02T09:15:00"),
        ("published_at", "2026-03-02T09:15:00"),
        ("authors", "Lena Brandvik"),
        ("url", ["https://herald.example/a"]),
        ("language", "English"),
        ("language", "EN"),
        ("version", 2),
        ("version", "1"),
    ],
)
def test_the_refusal_of_a_wrong_value_names_the_field(field, value):
    content = {} if field in CONTENT else {"text": "Fees rise."}

    (error,) = refuse(ArticleSubmitted, content | {field: value})

    assert error["loc"] == (field,)


@pytest.mark.parametrize("language", ["en", "de", "en-GB", "zh-Hant-TW", "yue"])
def test_a_language_code_may_carry_script_and_region(language):
    assert ArticleSubmitted(text="Fees rise.", language=language).language == language


@pytest.mark.parametrize("field", COMMON)
def test_a_later_message_without_a_common_field_is_refused_by_its_name(field):
    fields = COMMON | {"text": "Fees rise."}
    del fields[field]

    (error,) = refuse(ArticleCleaned, fields)

    assert (error["loc"], error["type"]) == ((field,), "missing")


def test_a_later_message_begins_with_the_first_attempt_and_no_metadata():
    cleaned = ArticleCleaned.model_validate(COMMON | {"text": "Fees rise."})

    assert cleaned.attempt == 1
    assert cleaned.metadata == Metadata()
    assert cleaned.removed == ()


def test_an_attempt_is_counted_from_one():
    (error,) = refuse(ArticleCleaned, COMMON | {"text": "Fees rise.", "attempt": 0})

    assert error["loc"] == ("attempt",)


def test_times_of_a_message_are_utc():
    cleaned = ArticleCleaned.model_validate(
        COMMON | {"text": "Fees rise.", "submitted_at": "2026-03-02T10:15:00+01:00"}
    )

    assert cleaned.submitted_at == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert cleaned.submitted_at.tzinfo is UTC


def test_the_refusal_of_a_nested_value_says_where_it_stands():
    wrong = COMMON | {"text": "Fees rise.", "removed": [{"reason": "advert", "exact": "Buy now"}]}

    (error,) = refuse(ArticleCleaned, wrong)

    assert error["loc"] == ("removed", 0, "reason")


def test_a_claim_needs_words():
    claim = {
        "claim_id": UUID(int=1),
        "kind": "attributed",
        "content": [],
        "text": "",
        "check_worthiness": {"score": 0.5},
        "provenance": {"method": "cue_before_content", "version": "1", "confidence": 0.9},
    }

    (error,) = refuse(Claim, claim)

    assert error["loc"] == ("content",)


@pytest.mark.parametrize("score", [-0.01, 1.01])
def test_a_score_lies_between_zero_and_one(score):
    claims = [{"check_worthiness": {"score": score}}]

    errors = refuse(ClaimsDetected, COMMON | {"claims": claims})

    assert ("claims", 0, "check_worthiness", "score") in [error["loc"] for error in errors]


@pytest.mark.parametrize("model", MESSAGES, ids=lambda model: model.__name__)
def test_every_message_says_its_version(model):
    assert model.model_fields["version"].default == 1


def test_a_message_ends_in_one_of_five_ways():
    assert list(Outcome) == ["done", "skipped", "duplicate", "superseded", "dead"]


@pytest.mark.parametrize("wrong", ["####", "abcd____", "abc"])
def test_what_is_not_base64_is_refused_rather_than_read_wrongly(wrong):
    with pytest.raises(ValidationError, match="not base64"):
        ArticleSubmitted.model_validate_json(f'{{"raw": "{wrong}"}}')

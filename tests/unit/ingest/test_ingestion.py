"""A submission becomes an identified article, or the reason why not is said."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from schemas import ArticleSubmitted, MediaType, Metadata, Skipped, Unprocessable
from services.ingest import Ingested, identify, ingest

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "The mayor said that the bridge would open in May."


def take(**fields: object) -> Ingested:
    result = ingest(ArticleSubmitted.model_validate(fields), NOON)
    assert isinstance(result, Ingested)
    return result


def test_a_text_goes_on_as_it_is() -> None:
    article = take(text=TEXT)
    assert (article.content, article.media_type, article.raw) == (TEXT, MediaType.TEXT, TEXT.encode())
    assert article.identity == identify(ArticleSubmitted(text=TEXT))


def test_a_page_goes_on_as_html() -> None:
    assert take(html=f"<p>{TEXT}</p>").media_type is MediaType.HTML


def test_a_page_given_as_text_goes_on_as_html() -> None:
    assert take(text=f"<!doctype html><p>{TEXT}</p>").media_type is MediaType.HTML


def test_bytes_are_kept_as_they_came_and_go_on_decoded() -> None:
    data = "The café’s owner agreed.\r\n".encode("cp1252")
    article = take(raw=base64.b64encode(data))
    assert article.raw == data
    assert article.content == "The café’s owner agreed.\n"


def test_what_the_publisher_says_becomes_metadata() -> None:
    article = take(
        text=TEXT,
        url="https://N.example/bridge/?utm_source=x",
        source=" Harbour\x00 News ",
        title="Bridge\n to open",
        authors=["Jo Reed", " "],
        published_at="2026-11-23T10:00:00+02:00",
        language="en-GB",
    )
    assert article.metadata == Metadata(
        title="Bridge to open",
        authors=("Jo Reed",),
        published_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
        language="en",
        url="https://n.example/bridge",
        source="Harbour News",
    )


def test_blank_metadata_is_none() -> None:
    assert take(text=TEXT, title=" ", source="", url="").metadata == Metadata()


@pytest.mark.parametrize(
    ("said", "counted"),
    [(None, NOON), (NOON - timedelta(hours=1), NOON - timedelta(hours=1)), (NOON + timedelta(days=9), NOON)],
)
def test_nothing_is_submitted_later_than_it_was_received(said: datetime | None, counted: datetime) -> None:
    assert take(text=TEXT, submitted_at=said).submitted_at == counted


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": ""}, "empty: text holds nothing"),
        ({"html": ""}, "empty: html holds nothing"),
        ({"raw": b""}, "empty: raw holds nothing"),
        ({"text": " \n\u200b\t\ufeff"}, "empty: text holds only blanks"),
        ({"raw": base64.b64encode(b"\xef\xbb\xbf\n")}, "empty: raw holds only blanks"),
        ({"text": "\x00"}, "empty: text holds only blanks"),
    ],
)
def test_nothing_to_read_is_skipped(fields: dict[str, object], reason: str) -> None:
    assert ingest(ArticleSubmitted.model_validate(fields), NOON) == Skipped(reason=reason)


@pytest.mark.parametrize(
    ("size", "limit", "reason"),
    [
        (20_000_000, 5_000_000, "content is 20.0 MB; the limit is 5.0 MB (COPYDESK_INGEST_MAX_BYTES)"),
        (
            5_000_001,
            5_000_000,
            "content is 5,000,001 bytes; the limit is 5,000,000 bytes (COPYDESK_INGEST_MAX_BYTES)",
        ),
        (2_000, 1_000, "content is 2.0 kB; the limit is 1.0 kB (COPYDESK_INGEST_MAX_BYTES)"),
        (11, 10, "content is 11 bytes; the limit is 10 bytes (COPYDESK_INGEST_MAX_BYTES)"),
    ],
)
def test_too_much_is_refused_with_both_sizes(size: int, limit: int, reason: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        ingest(ArticleSubmitted(text="x" * size), NOON, limit)
    assert refusal.value.reason == reason


def test_the_limit_itself_is_allowed_and_counts_bytes() -> None:
    assert isinstance(ingest(ArticleSubmitted(text="é" * 5), NOON, 10), Ingested)
    with pytest.raises(Unprocessable):
        ingest(ArticleSubmitted(text="é" * 6), NOON, 10)


@pytest.mark.parametrize(
    "fields", [{"text": "%PDF-1.4 stream"}, {"raw": base64.b64encode(b"%PDF-1.4 stream")}]
)
def test_a_document_of_another_kind_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(Unprocessable, match="looks like a PDF document"):
        ingest(ArticleSubmitted.model_validate(fields), NOON)

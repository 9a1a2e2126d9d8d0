"""Records are frozen values, described, tolerant of what they do not know, with times in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Metadata, Skipped, Unprocessable
from schemas.export import EXPORTED, RECORDS
from schemas.messages import ArticleMessage
from schemas.record import to_utc

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("1900-01-02"),
    max_value=datetime.fromisoformat("2999-12-30"),
    timezones=ZONES,
)


@given(MOMENTS)
def test_a_time_is_the_same_moment_in_utc(moment):
    assert to_utc(moment) == moment
    assert to_utc(moment).tzinfo is UTC


@given(MOMENTS)
def test_a_time_survives_the_way_through_json_as_utc(moment):
    metadata = Metadata(published_at=moment)

    assert metadata.published_at is not None
    assert metadata.published_at.utcoffset() == timedelta(0)
    assert Metadata.model_validate_json(metadata.model_dump_json()) == metadata


@given(st.datetimes())
def test_a_time_without_a_zone_is_refused(moment):
    with pytest.raises(ValueError, match="a time needs a zone, for example"):
        to_utc(moment)


def test_the_refusal_of_a_time_names_the_field():
    with pytest.raises(ValidationError) as refusal:
        Metadata.model_validate({"published_at": "2026-03-02T10:00:00"})

    assert refusal.value.errors()[0]["loc"] == ("published_at",)
    assert "a time needs a zone" in refusal.value.errors()[0]["msg"]


def test_a_time_with_an_offset_is_turned_into_utc():
    metadata = Metadata.model_validate({"published_at": "2026-03-02T10:00:00+01:00"})

    assert metadata.published_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_record_cannot_be_changed():
    metadata = Metadata(title="Harbour fees")

    with pytest.raises(ValidationError, match="frozen"):
        metadata.title = "Pier fees"


def test_a_field_of_a_newer_release_is_ignored():
    known = Metadata.model_validate({"title": "Harbour fees", "mood": "calm"})

    assert known == Metadata(title="Harbour fees")


@pytest.mark.parametrize("model", [*EXPORTED, *RECORDS, ArticleMessage], ids=lambda model: model.__name__)
def test_every_field_says_what_it_means(model):
    silent = [name for name, field in model.model_fields.items() if not field.description]

    assert silent == []


def test_a_skip_needs_a_reason():
    assert Skipped(reason="no model for language 'sk'").reason == "no model for language 'sk'"
    with pytest.raises(ValidationError, match="at least 1 character"):
        Skipped(reason="")


def test_an_unprocessable_input_says_why():
    failure = Unprocessable("text: no letters in it")

    assert failure.reason == "text: no letters in it"
    assert str(failure) == failure.reason

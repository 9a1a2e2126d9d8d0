"""A span and the text it was cut from always agree."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Span
from schemas.spans import CONTEXT

TEXT = "The harbour master said that fees would rise."


@st.composite
def texts_with_bounds(draw):
    """A text of any code points with valid bounds in it."""
    text = draw(st.text(min_size=1, max_size=120))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    return text, start, end


@given(texts_with_bounds())
def test_a_cut_span_carries_the_words_between_its_bounds(case):
    text, start, end = case

    span = Span.cut(text, start, end)

    assert (span.start, span.end) == (start, end)
    assert text[span.start : span.end] == span.exact
    assert span.fits(text)


@given(texts_with_bounds())
def test_prefix_and_suffix_are_what_stands_around_the_words(case):
    text, start, end = case

    span = Span.cut(text, start, end)

    assert text[:start].endswith(span.prefix)
    assert text[end:].startswith(span.suffix)
    assert len(span.prefix) == min(CONTEXT, start)
    assert len(span.suffix) == min(CONTEXT, len(text) - end)


@given(texts_with_bounds())
def test_a_span_survives_the_way_through_json(case):
    span = Span.cut(*case)

    assert Span.model_validate_json(span.model_dump_json()) == span


@given(st.text(max_size=40), st.integers(-50, 50), st.integers(-50, 50))
def test_no_span_is_cut_that_is_empty_or_outside_the_text(text, start, end):
    assume(not 0 <= start < end <= len(text))

    with pytest.raises(ValueError, match=f"no span from {start} to {end}"):
        Span.cut(text, start, end)


@given(texts_with_bounds(), st.integers(-3, 3).filter(bool))
def test_bounds_that_do_not_fit_the_words_are_refused(case, shift):
    text, start, end = case
    exact = text[start:end]
    assume(end + shift >= 1)

    with pytest.raises(ValidationError, match="do not fit exact"):
        Span(start=start, end=end + shift, exact=exact)


def test_a_span_of_nothing_is_refused_even_where_its_bounds_agree():
    with pytest.raises(ValidationError, match="do not fit exact, which has 0 code points"):
        Span(start=3, end=3, exact="")


def test_offsets_count_code_points_and_not_bytes_or_utf16_units():
    text = "🎭 Thé play opens"
    span = Span.cut(text, 2, 5)

    assert span.exact == "Thé"


def test_a_span_does_not_fit_a_text_that_has_other_words_there():
    span = Span.cut(TEXT, 4, 18)

    assert span.exact == "harbour master"
    assert not span.fits("An old harbour master said that fees would rise.")


@pytest.mark.parametrize(("field", "value"), [("start", -1), ("end", 0)])
def test_an_impossible_offset_is_refused_by_the_name_of_its_field(field, value):
    given_fields = {"start": 0, "end": 3, "exact": "The"} | {field: value}

    with pytest.raises(ValidationError) as refusal:
        Span(**given_fields)

    assert refusal.value.errors()[0]["loc"] == (field,)

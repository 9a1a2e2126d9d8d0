"""Quote marks become quotations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.claims.quotes import cut_paragraphs, find_quotes


def inner(text: str) -> list[str]:
    return [text[quote.inner_start : quote.inner_end] for quote in find_quotes(text)]


@pytest.mark.parametrize(
    "text",
    [
        'He said "no way" twice.',
        "He said “no way” twice.",
        "He said «no way» twice.",
        "He said « no way » twice.",
        "He said »no way« twice.",
        "He said „no way“ twice.",
        "He said ''no way'' twice.",
        "He said ``no way'' twice.",
        "He said ‘no way’ twice.",
    ],
)
def test_every_style_of_marks_is_paired(text: str) -> None:
    assert inner(text) == ["no way"]


def test_apostrophes_are_not_marks() -> None:
    assert inner("The workers’ pay and Berg’s harbour don’t matter.") == []


def test_a_plural_possessive_does_not_close_single_marks() -> None:
    assert inner("‘The workers’ pay is low,’ he said.") == ["The workers’ pay is low,"]


def test_single_marks_within_double_ones_are_part_of_the_quotation() -> None:
    assert inner("“He called it ‘a farce’ today,” she said.") == ["He called it ‘a farce’ today,"]


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    text = "“This is the first.\n\n“This is the second.” The end."
    assert inner(text) == ["This is the first.", "This is the second."]
    assert [quote.closed for quote in find_quotes(text)] == [False, True]


def test_a_stray_straight_mark_in_mid_paragraph_opens_nothing() -> None:
    assert inner('The board was 6" wide and red.') == []


def test_paragraphs_are_parted_by_empty_lines_only() -> None:
    text = "One\nstill one.\n\n\nTwo."
    assert [text[start:end] for start, end in cut_paragraphs(text)] == ["One\nstill one.", "Two."]


@given(st.text(alphabet="ab .,\n\"'“”„‘’«»`", max_size=80))
def test_quotations_lie_in_order_within_the_text_and_never_overlap(text: str) -> None:
    last = 0
    for quote in find_quotes(text):
        assert last <= quote.start < quote.end <= len(text)
        assert quote.start <= quote.inner_start <= quote.inner_end <= quote.end
        assert "\n\n" not in text[quote.start : quote.end].strip()
        last = quote.end

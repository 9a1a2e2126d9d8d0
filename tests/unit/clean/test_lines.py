"""Lines: where they stand, and whether they read as sentences."""

import pytest

from services.clean.lines import Line, split_lines


def test_each_line_knows_where_it_stands():
    text = "One line.\nAnother line.\n\nA third."
    assert [(line.start, line.end) for line in split_lines(text)] == [(0, 9), (10, 23), (25, 33)]
    assert all(text[line.start : line.end] == line.text for line in split_lines(text))


def test_a_hard_wrapped_text_is_read_by_its_paragraphs():
    text = "The harbour stays closed to all of the ships\nuntil the works are finished.\n\nNobody knows when."
    assert [line.text for line in split_lines(text)] == [
        "The harbour stays closed to all of the ships until the works are finished.",
        "Nobody knows when.",
    ]


def test_lines_that_are_paragraphs_stay_apart():
    text = "The harbour stays closed.\nNobody knows until when.\nGulls do not mind."
    assert len(split_lines(text)) == 3


def test_an_empty_text_has_no_lines():
    assert split_lines("") == []


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("It is closed.", True),
        ("“It is closed.”", True),
        ("Is it closed?", True),
        ("(It is closed.)", True),
        ("它关闭了。", True),
        ("Harbour closed", False),
        ("He said:", False),
    ],
)
def test_a_sentence_mark_counts_inside_quotes_and_brackets(text: str, ends: bool):
    assert Line(0, text).ends_sentence is ends


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("The harbour will stay closed until Monday.", True),
        ("This is what the mayor said:", True),
        ("Ann Example contributed to this report", True),
        ("Editor’s note: a longer version stood here", True),
        ("word " * 30, True),
        ("Closed.", False),
        ("Harbour closed until Monday at least", False),
    ],
)
def test_prose_is_told_from_labels(text: str, prose: bool):
    assert Line(0, text.strip()).is_prose is prose


def test_cutting_a_line_keeps_the_offsets():
    line = Line(10, "LOWTON – The harbour is closed.")
    cut = line.cut(8, len(line.text))
    assert (cut.start, cut.text) == (19, "The harbour is closed.")


def test_curly_and_straight_apostrophes_make_the_same_words():
    assert Line(0, "The harbour’s gate").words == Line(0, "The harbour's gate").words

"""Overlapping and nested stretches, flattened."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from services.desk.segments import Stretch, flatten


@st.composite
def texts_with_stretches(draw):
    text = draw(st.text(max_size=60))
    bounds = st.tuples(st.integers(-3, 70), st.integers(-3, 70))
    pairs = draw(st.lists(bounds, max_size=12))
    return text, [Stretch(start, end, number) for number, (start, end) in enumerate(pairs)]


@given(texts_with_stretches(), st.lists(st.integers(-5, 80), max_size=5))
def test_the_pieces_joined_are_the_text(given_, cuts):
    text, stretches = given_
    pieces = flatten(text, stretches, cuts)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text == text[piece.start : piece.end] != "" for piece in pieces)


@given(texts_with_stretches())
def test_the_pieces_of_a_stretch_joined_are_its_words(given_):
    text, stretches = given_
    pieces = flatten(text, stretches)
    for stretch in stretches:
        start, end = max(stretch.start, 0), max(stretch.end, 0)
        words = text[start:end]
        covered = [piece for piece in pieces if stretch.key in {cover.key for cover in piece.covers}]
        assert "".join(piece.text for piece in covered) == words
        assert all(earlier.end == later.start for earlier, later in itertools.pairwise(covered))


@given(texts_with_stretches())
def test_no_two_neighbours_are_covered_alike(given_):
    text, stretches = given_
    pieces = flatten(text, stretches)
    for earlier, later in itertools.pairwise(pieces):
        assert earlier.covers != later.covers or any(earlier.end in (one.start, one.end) for one in stretches)


def test_what_lies_within_comes_after_what_it_lies_within():
    pieces = flatten("she said that he lied", [Stretch(9, 21, "inner"), Stretch(0, 21, "outer")])
    assert [(piece.text, [one.key for one in piece.covers]) for piece in pieces] == [
        ("she said ", ["outer"]),
        ("that he lied", ["outer", "inner"]),
    ]


def test_a_cut_ends_a_piece():
    assert [piece.text for piece in flatten("one\n\ntwo", [Stretch(0, 8, 1)], [5])] == ["one\n\n", "two"]


def test_many_stretches_take_no_time():
    """A sweep, not a comparison of each with each."""
    text = "word " * 4_000
    stretches = [Stretch(start, start + 4, start) for start in range(0, len(text), 5)]
    assert len(flatten(text, stretches)) == 8_000

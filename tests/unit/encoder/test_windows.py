"""Texts become windows of word pieces, with what their letters and quote marks say."""

import re
from dataclasses import dataclass

import numpy as np

from services.encoder.distance import bucket_distances
from services.encoder.traits import find_traits
from services.encoder.windows import pack
from training.encoder.batches import lay_out

WORD = re.compile(r"\w+|[^\w\s]")


@dataclass
class Cut:
    ids: list[int]
    offsets: list[tuple[int, int]]
    word_ids: list[int | None]


class WordCutter:
    """A tokenizer whose pieces are words; its numbers are their lengths."""

    def encode(self, text: str, *, add_special_tokens: bool) -> Cut:
        assert not add_special_tokens
        spans = [match.span() for match in WORD.finditer(text)]
        return Cut([end - start for start, end in spans], spans, list(range(len(spans))))

    def token_to_id(self, token: str) -> int:
        return {"[CLS]": 101, "[SEP]": 102}[token]


TEXT = "The minister spoke.\n\nNobody “really” listened.\n\nShe\nleft."


def test_bounds_are_characters_of_the_whole_text() -> None:
    """Each piece covers its own word, in whatever paragraph."""
    (window,) = pack(WordCutter(), TEXT)
    covered = [TEXT[start:end] for start, end in window.bounds if end]
    assert covered == WORD.findall(TEXT)


def test_paragraphs_stand_together_as_long_as_a_window_has_room() -> None:
    """The first has 6 pieces with its special ones; the second needs 7 more, the third 4."""
    windows = pack(WordCutter(), TEXT, longest=12)
    assert [sorted(set(window.paragraphs) - {-1}) for window in windows] == [[0], [1, 2]]
    assert all(len(window) <= 12 for window in windows)


def test_a_paragraph_can_have_a_window_of_its_own() -> None:
    """However much room there is beside it."""
    windows = pack(WordCutter(), TEXT, alone=True)
    assert [sorted(set(window.paragraphs) - {-1}) for window in windows] == [[0], [1], [2]]


def test_a_long_paragraph_is_cut_and_loses_nothing() -> None:
    """Its parts go to windows of their own."""
    text = "word " * 30
    windows = pack(WordCutter(), text, longest=10)
    assert sum(1 for window in windows for start, end in window.bounds if end > start) == 30
    assert all(len(window) <= 10 for window in windows)


def test_a_paragraph_is_found_in_its_window() -> None:
    """`spread` gives the pieces between the special ones."""
    (window,) = pack(WordCutter(), TEXT)
    first, last = window.spread(2)
    assert [TEXT[start:end] for start, end in window.bounds[first:last]] == ["She", "left", "."]


def test_case_digits_and_quotation_are_told_apart() -> None:
    """Eight traits, four of them within quote marks."""
    text = 'He said "NATO 12 Paris no"'
    bounds = [match.span() for match in re.finditer(r"\w+", text)]
    assert find_traits(text, bounds) == [2, 1, 7, 8, 6, 5]


def test_short_windows_are_filled_up_and_marked_as_not_real() -> None:
    """What is filled up has the number 0."""
    windows = [*pack(WordCutter(), "One two three."), *pack(WordCutter(), "One.")]
    batch = lay_out(windows)
    assert batch.real.sum(1).tolist() == [6, 4]
    assert batch.ids[1, 4:].tolist() == [0, 0]


def test_distances_have_a_side_and_widen() -> None:
    """Zero within the marked pieces; after them the buckets go on from the seventeenth."""
    marks = np.zeros((1, 40), bool)
    marks[0, 10:12] = True
    buckets = bucket_distances(marks)[0]
    assert buckets[10:12].tolist() == [0, 0]
    assert buckets[9] == 1
    assert buckets[12] == 18
    assert (np.diff(buckets[:10]) <= 0).all()
    assert (np.diff(buckets[12:]) >= 0).all()
    assert buckets[-1] < 34

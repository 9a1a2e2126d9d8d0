"""What `bench.speed` makes of the seconds that it measured."""

import pytest

from bench.speed import BARE, BOTH, CLAIMS, ENTITIES, Row, summarise

ROWS = {
    BARE: Row(250, [1.0, 2.0, 4.0]),
    ENTITIES: Row(200, [0.5, 1.2, 2.0]),
    CLAIMS: Row(300, [1.0, 1.8, 4.0]),
}


def test_seconds_are_the_median_of_the_rounds_for_a_thousand_words() -> None:
    figures = summarise(ROWS, words=2000)[ENTITIES]
    assert (figures["lowest"], figures["seconds"], figures["highest"]) == (0.25, 0.6, 1.0)


def test_a_ratio_compares_what_ran_in_the_same_round() -> None:
    """A machine that is slow for a round is slow for all three of them."""
    figures = summarise(ROWS, words=2000)
    assert figures[BARE]["ratio"] == 1
    assert figures[ENTITIES]["ratio"] == pytest.approx(0.5)
    assert figures[CLAIMS]["ratio"] == pytest.approx(1)


def test_both_workers_together_are_a_row_of_their_own() -> None:
    both = summarise(ROWS, words=1000)[BOTH]
    assert (both["seconds"], both["ratio"], both["megabytes"]) == (3.0, 1.5, 500)

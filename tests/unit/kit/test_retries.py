"""When a failure is tried again."""

from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.kit.retries import backoff, delays


def test_the_wait_doubles_with_each_failure():
    assert [backoff(attempt) for attempt in (1, 2, 3, 4)] == [1.0, 2.0, 4.0, 8.0]


def test_the_wait_has_an_upper_end():
    assert backoff(7) == 60.0
    assert backoff(4, first=1.0, longest=5.0) == 5.0


@given(st.integers(min_value=1, max_value=10**12))
def test_any_number_of_failures_has_a_wait(attempt):
    assert 1.0 <= backoff(attempt) <= 60.0


def test_tries_to_reach_a_server_begin_soon_and_never_end():
    waits = list(islice(delays(), 2_000))
    assert waits[0] == 0.1
    assert all(later >= earlier for earlier, later in pairwise(waits))
    assert waits[-1] == 5.0

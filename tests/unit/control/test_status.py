"""The one word for a stage, judged over a window of samples."""

import pytest

from services.control.probe import Consumer, Sample
from services.control.status import SURE_AFTER, Hold, Status, Word, judge
from services.store.dead_letters import Waiting

HERE = (Consumer("w1", 2.0),)


def window(
    *rows: tuple[int | None, int | None], every: float = 20.0, consumers: tuple[Consumer, ...] = HERE
) -> list[Sample]:
    """Samples with these numbers of (waiting, ended) entries, `every` so many seconds."""
    return [
        Sample("clean", at=1000.0 + number * every, lag=lag, pending=None, ended=ended, consumers=consumers)
        if lag is None
        else Sample("clean", 1000.0 + number * every, lag, pending=0, ended=ended, consumers=consumers)
        for number, (lag, ended) in enumerate(rows)
    ]


def word(samples: list[Sample]) -> Word:
    return judge(samples).status


# What the operator needs to know first


def test_a_stage_without_work_is_ok():
    assert word(window((0, 5), (0, 5), (0, 5))) is Word.OK


def test_a_backlog_that_falls_is_ok():
    assert word(window((90, 10), (60, 40), (30, 70))) is Word.OK


def test_a_backlog_that_stays_level_while_work_is_done_is_ok():
    assert word(window((50, 10), (50, 40), (50, 70))) is Word.OK


def test_a_backlog_that_only_grows_while_work_is_done_is_behind():
    assert word(window((50, 10), (80, 40), (80, 60), (120, 70))) is Word.BEHIND


def test_a_backlog_that_fell_once_is_not_behind():
    assert word(window((50, 10), (40, 40), (120, 70))) is Word.OK


def test_the_first_work_after_a_quiet_time_is_not_behind():
    assert word(window((0, 10), (80, 10), (120, 20))) is Word.OK


def test_two_samples_cannot_tell_growth_from_chance():
    assert word(window((50, 10), (80, 40))) is Word.OK


def test_work_that_waits_while_nothing_ends_is_stalled():
    assert word(window((50, 10), (50, 10), (55, 10))) is Word.STALLED


def test_a_window_too_short_cannot_tell_a_long_turn_from_a_standstill():
    assert word(window((50, 10), (50, 10), every=SURE_AFTER - 1)) is Word.OK
    assert word(window((50, 10), (50, 10), every=SURE_AFTER)) is Word.STALLED


def test_work_that_came_within_the_window_is_not_yet_stalled():
    assert word(window((0, 10), (50, 10), (50, 10))) is Word.OK


def test_entries_in_hand_count_as_work_that_waits():
    samples = [Sample("clean", at, lag=0, pending=3, ended=10, consumers=HERE) for at in (0.0, 40.0)]
    assert word(samples) is Word.STALLED


def test_a_stage_without_a_live_consumer_is_stopped():
    assert word(window((50, 10), (50, 40), consumers=())) is Word.STOPPED


def test_a_stage_is_stopped_even_where_nothing_waits():
    """Otherwise a missing worker would be seen only when it is missed."""
    assert word(window((0, 10), consumers=())) is Word.STOPPED


def test_a_consumer_that_was_silent_for_too_long_is_not_live():
    status = judge(window((5, 10), consumers=(Consumer("gone", 15.0), Consumer("here", 14.9))))
    assert [one.name for one in status.consumers] == ["here"]
    assert word(window((5, 10), consumers=(Consumer("gone", 15.0),))) is Word.STOPPED


def test_a_stage_that_cannot_be_read_is_unknown_and_not_ok():
    status = judge(window((0, 10), (None, None)))
    assert status.status is Word.UNKNOWN
    assert (status.lag, status.pending, status.backlog) == (None, None, None)


def test_an_unknown_sample_hides_no_standstill():
    """Unknown is not 0, and not a sign of movement."""
    assert word(window((None, None), (50, 10), (None, None), (50, 10))) is Word.STALLED


def test_an_unknown_sample_hides_no_growth():
    assert word(window((None, None), (50, 10), (80, 40), (120, 70))) is Word.BEHIND


def test_a_standstill_is_counted_from_the_first_known_sample():
    assert word(window((None, None), (50, 10), (50, 10), every=SURE_AFTER - 1)) is Word.OK


# Rates, and the time until all is done


def rates(samples: list[Sample]) -> tuple[float | None, float | None]:
    status = judge(samples)
    return status.rate_in, status.rate_out


def test_rates_are_entries_a_second_over_the_window():
    assert rates(window((100, 0), (80, 60), (70, 100), every=10.0)) == (3.5, 5.0)


def test_one_sample_has_no_rates():
    assert rates(window((100, 0))) == (None, None)


def test_samples_of_one_moment_have_no_rates():
    assert rates(window((100, 0), (90, 10), every=0.0)) == (None, None)


def test_rates_span_the_known_samples_only():
    assert rates(window((None, None), (100, 0), (50, 100), (None, None), every=10.0)) == (5.0, 10.0)


def test_a_stream_that_was_made_anew_has_no_rates():
    assert rates(window((100, 5_000), (3, 2))) == (None, None)


def test_entries_trimmed_away_are_no_negative_arrivals():
    assert rates(window((100, 0), (0, 50), every=10.0)) == (0.0, 5.0)


def drain(samples: list[Sample]) -> float | None:
    return judge(samples).drain_seconds


def test_the_time_to_drain_is_the_backlog_at_the_net_rate():
    assert drain(window((100, 0), (70, 50), every=10.0)) == pytest.approx(70 / 3, abs=0.1)


def test_nothing_is_drained_at_once():
    assert drain(window((0, 0))) == 0.0


def test_a_backlog_that_does_not_shrink_is_never_drained():
    assert drain(window((100, 0), (100, 50))) is None
    assert drain(window((100, 0), (130, 50))) is None


def test_without_rates_nobody_can_tell_when_it_is_drained():
    assert drain(window((100, 0))) is None


def test_the_last_sample_is_what_is_shown():
    samples = window((9, 0), (7, 3))
    hold = Hold("too many", since=900.0)
    shown = judge(samples, Waiting(letters=4, oldest_seconds=60.0), hold)
    assert shown == Status(
        stage="clean",
        status=Word.OK,
        lag=7,
        exact=True,
        pending=0,
        backlog=7,
        oldest_seconds=0.0,
        oldest_pending_seconds=0.0,
        rate_in=0.05,
        rate_out=0.15,
        drain_seconds=70.0,
        dead_letters=4,
        oldest_dead_seconds=60.0,
        consumers=HERE,
        silent=0,
        sure=False,
        held=hold,
        since=None,
    )


def test_dead_letters_are_unknown_where_the_store_is_away():
    status = judge(window((0, 0)))
    assert (status.dead_letters, status.oldest_dead_seconds) == (None, None)


def test_ages_are_unknown_where_the_stage_cannot_be_read():
    status = judge(window((0, 10), (None, None)))
    assert (status.oldest_seconds, status.oldest_pending_seconds) == (None, None)


def test_silent_consumers_are_counted():
    status = judge(window((0, 0), consumers=(*HERE, Consumer("gone", 100.0), Consumer("gone too", 15.0))))
    assert status.silent == 2


# Whether a check can rely on the word


def sure(samples: list[Sample]) -> bool:
    return judge(samples).sure


def test_one_look_is_enough_where_nothing_waits():
    assert sure(window((0, 10)))


def test_one_look_cannot_tell_whether_waiting_work_goes_on():
    assert not sure(window((50, 10)))


def test_three_looks_over_long_enough_can_tell():
    assert sure(window((50, 10), (40, 20), (30, 30), every=SURE_AFTER / 2))
    assert not sure(window((50, 10), (40, 20), (30, 30), every=SURE_AFTER / 2 - 1))


def test_two_looks_cannot_tell_however_far_apart():
    assert not sure(window((50, 10), (40, 20), every=SURE_AFTER * 2))


def test_looks_at_which_nothing_was_known_do_not_count():
    assert not sure(window((None, None), (50, 10), (40, 20), (30, 30), every=SURE_AFTER / 3))


def test_a_word_other_than_ok_is_sure_at_once():
    assert sure(window((50, 10), consumers=()))
    assert sure(window((None, None)))


# Better and worse


def test_the_words_are_ordered_from_the_best_to_the_worst():
    order = [Word.OK, Word.BEHIND, Word.STALLED, Word.STOPPED, Word.UNKNOWN]
    for place, one in enumerate(order):
        assert [other for other in order if one.is_at_least(other)] == order[: place + 1]


HELD = Hold("50 dead letters in a row", since=1_000.0)


def test_a_held_stage_counts_as_stalled_at_least():
    """It may look well: what waits for it need not grow, and one entry after the other is tried."""
    assert judge(window((50, 10)), held=HELD).severity is Word.STALLED
    assert judge(window((50, 10), (80, 40), (90, 60)), held=HELD).severity is Word.STALLED
    assert judge(window((50, 10), consumers=()), held=HELD).severity is Word.STOPPED


def test_what_is_shown_of_a_held_stage_is_its_own_word():
    assert judge(window((0, 10)), held=HELD).status is Word.OK
    assert judge(window((0, 10))).severity is Word.OK

"""The soak's verdict: what grows is told from what only moves."""

import random

from bench.series import FLAT, GROWS, UNCLEAR, Tolerance, Trend, find_trend

HOUR = 3600.0


def measure(growth: float, noise: float = 0.0, hours: float = 0.5, warm_up: float = 0.0) -> Trend:
    """100 plus `growth` an hour, sampled every ten seconds, with a jump in the first part as from loading."""
    chance = random.Random(3)
    times = [n * 10.0 for n in range(int(hours * 360))]
    samples = [
        (at, 100 + growth * at / HOUR + chance.gauss(0, noise) - (50 if at < warm_up else 0)) for at in times
    ]
    return find_trend("memory", "MB", samples, warm_up, Tolerance(floor=5.0, share=0.05))


def test_growth_beyond_the_tolerance_is_seen_through_noise():
    trend = measure(growth=20.0, noise=3.0)
    assert trend.verdict == GROWS
    assert abs(trend.slope - 20.0) < 3 * trend.error


def test_what_only_moves_is_flat():
    assert measure(growth=0.0, noise=1.0).verdict == FLAT


def test_growth_within_the_tolerance_is_flat():
    assert measure(growth=4.0).verdict == FLAT


def test_the_warm_up_does_not_count():
    trend = measure(growth=0.0, warm_up=0.25 * HOUR)
    assert (trend.slope, trend.low, trend.verdict) == (0.0, 50.0, FLAT)


def test_a_run_too_short_to_tell_says_so():
    """Neither is it called flat, nor is anything accused."""
    found = {
        find_trend(
            "lag", "entries", [(at, value) for at, value in enumerate(values)], 0, Tolerance(1)
        ).verdict
        for values in ((0, 5, 0, 6), (0, 4, 1, 5))
    }
    assert found == {UNCLEAR}


def test_a_single_sample_has_no_slope():
    assert find_trend("lag", "entries", [(0.0, 3.0)], 0.0, Tolerance(1)).slope == 0.0

"""Figures are read however they are written."""

import pytest

from services.matching.figures import Unit, find_figures
from services.matching.times import find_times


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.5 billion crowns", [1.5e9]),
        ("1,500 million", [1.5e9]),
        ("a 14m-crown transfer", [14e6]),
        ("£20m and $3bn", [20e6, 3e9]),
        ("two thousand five hundred", [2500]),
        ("one hundred and twenty", [120]),
        ("a million people", [1e6]),
        ("twenty-five and 9", [25, 9]),
        ("by 112 votes to 98", [112, 98]),
        ("3-1", [3, 1]),
        ("a dozen", [12]),
        ("two decades", [20]),
        ("one of them", []),
        ("in 1994", []),
        ("nothing", []),
    ],
)
def test_plain_figures(text, values):
    found = find_figures(text)
    assert [figure.value for figure in found] == pytest.approx(values)
    assert {figure.unit for figure in found} <= {Unit.PLAIN}


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5 %", 5, Unit.PERCENT),
        ("five per cent", 5, Unit.PERCENT),
        ("half of them", 50, Unit.PERCENT),
        ("a quarter of them", 25, Unit.PERCENT),
        ("three quarters", 75, Unit.PERCENT),
        ("two-thirds", 200 / 3, Unit.PERCENT),
        ("one in five", 20, Unit.PERCENT),
        ("2 percentage points", 2, Unit.POINTS),
        ("two points", 2, Unit.POINTS),
        ("half a percentage point", 0.5, Unit.POINTS),
        ("doubled", 2, Unit.TIMES),
        ("three times as many", 3, Unit.TIMES),
        ("for a third time", 3, Unit.ORDINAL),
        ("the fifth defeat", 5, Unit.ORDINAL),
    ],
)
def test_figures_with_a_unit(text, value, unit):
    (figure,) = find_figures(text)
    assert (figure.value, figure.unit) == (pytest.approx(value), unit)


def test_the_first_quarter_is_a_time():
    times = find_times("Sales fell 5 percent in the first quarter of 2024.")
    assert (times.quarters, times.years) == ({1}, {2024})
    assert [figure.value for figure in find_figures(times.rest)] == [5]


def test_dates_are_no_figures():
    times = find_times("On 3 March 2021 and May 4th, 12 people came; 2,000 in June.")
    assert times.dates == {(3, 3), (5, 4)}
    assert times.months == {3, 5, 6}
    assert [figure.value for figure in find_figures(times.rest)] == [12, 2000]

"""Claims over time, drawn."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.desk.plots import MOST, draw_weeks

MONDAY = date(2026, 11, 23)
WEEKS = st.dictionaries(st.integers(0, 200), st.integers(1, 10_000), max_size=30)


@given(WEEKS)
def test_every_week_that_has_any_is_a_bar_within_the_drawing(counted):
    weeks = [(MONDAY + timedelta(weeks=week), number) for week, number in counted.items()]
    plot = draw_weeks(weeks)
    last = max(counted, default=0)
    assert len(plot.bars) == sum(last - week < MOST for week in counted)
    for bar in plot.bars:
        assert bar.x >= 0
        assert bar.width > 0
        assert bar.x + bar.width <= plot.width + 0.1
        assert 0 <= bar.y <= bar.y + bar.height <= plot.foot + 0.1


def test_a_bar_is_as_tall_as_its_share():
    plot = draw_weeks([(MONDAY, 10), (MONDAY + timedelta(weeks=2), 5)])
    assert [bar.label for bar in plot.bars] == ["week of 23 Nov 2026", "week of 7 Dec 2026"]
    assert plot.bars[1].height * 2 == plot.bars[0].height


def test_nothing_counted_is_no_plot():
    assert not draw_weeks([]).bars

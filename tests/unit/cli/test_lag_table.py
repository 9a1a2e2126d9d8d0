"""What an operator sees of the lag."""

from dataclasses import replace
from datetime import datetime, timedelta

from rich.console import Console

from services.cli.lag_table import draw, show_moment
from services.control.probe import Sample
from services.control.status import Hold, Status, judge
from services.store.dead_letters import Waiting

KNOWN = Sample("clean", at=1_000.0, lag=7, pending=2, ended=0, oldest_seconds=3.25)


def look(*statuses: Status, trouble: str | None = None) -> str:
    console = Console(width=140)
    with console.capture() as captured:
        console.print(draw(statuses, trouble))
    return captured.get()


def test_what_is_unknown_is_a_question_mark():
    (row,) = [line for line in look(judge([Sample("clean", at=0.0)])).splitlines() if "clean" in line]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["clean", "unknown", *["?"] * 8, "0", "?"]


def test_a_lower_bound_says_so():
    assert "≥7" in look(judge([replace(KNOWN, exact=False)]))
    assert "≥" not in look(judge([KNOWN]))


def test_a_held_stage_is_told_beneath_the_table_with_the_way_out():
    printed = look(judge([KNOWN], held=Hold("50 dead letters in a row", 1_000.0)))
    assert "stopped, held" in printed
    assert f"clean is held since {show_moment(1_000.0)}: 50 dead letters in a row" in printed
    assert "copydesk resume clean" in printed


def test_a_reason_in_brackets_is_shown_as_it_is():
    assert "[/] 5 of 10" in look(judge([KNOWN], held=Hold("[/] 5 of 10", None)))


def test_a_store_that_is_away_is_told():
    assert "Postgres can't be reached" in look(judge([KNOWN]))
    assert "Postgres" not in look(judge([KNOWN], Waiting()))


def test_a_redis_that_is_away_is_told_with_what_was_seen_before():
    printed = look(judge([KNOWN]), trouble="Redis can't be reached since 12:03:04")
    assert "Redis can't be reached since 12:03:04" in printed
    assert "clean" in printed


def test_a_moment_of_another_day_has_its_day():
    now = datetime.now().astimezone()
    before = now - timedelta(days=1, minutes=5)
    assert show_moment(now.timestamp()) == f"{now:%H:%M:%S}"
    assert show_moment(before.timestamp()) == f"{before:%Y-%m-%d %H:%M}"
    assert show_moment(None) == "?"

"""What an operator sees of the lag."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from rich.console import Console

from services.cli.lag_table import LagView, show_moment
from services.control.probe import Sample
from services.control.status import Hold, Status, judge
from services.store.dead_letters import Waiting

KNOWN = Sample("clean", at=1_000.0, lag=7, pending=2, ended=0, oldest_seconds=3.25)


def look(*statuses: Status, trouble: str | None = None, width: int = 140) -> list[str]:
    """The lines that are printed, without what frames them."""
    console = Console(width=width)
    with console.capture() as captured:
        console.print(LagView(statuses, trouble))
    return [line.strip() for line in captured.get().splitlines()]


def find_cells(lines: list[str], stage: str) -> list[str]:
    (row,) = [line for line in lines if line.startswith(f"{stage}  ")]
    return re.split(r"  +", row)


def test_what_is_unknown_is_a_question_mark():
    cells = find_cells(look(judge([Sample("clean", at=0.0)])), "clean")
    assert cells == ["clean", "unknown", *["?"] * 8, "0", "?"]


def test_what_is_known_is_a_number_however_big():
    big = replace(KNOWN, lag=20_000_000)
    assert find_cells(look(judge([big], Waiting(4))), "clean")[3:6] == ["20,000,000", "2", "20,000,002"]


def test_a_short_line_has_fewer_columns_and_whole_numbers():
    lines = look(judge([replace(KNOWN, lag=20_000_000)], Waiting(4), Hold("why", None)), width=80)
    whole = ["clean", "stopped, held", "20,000,000", "20,000,002", "3.2 s", "?", "0", "4"]
    assert find_cells(lines, "clean") == whole


def test_a_lower_bound_says_so():
    assert find_cells(look(judge([replace(KNOWN, exact=False)])), "clean")[3] == "≥7"
    assert find_cells(look(judge([KNOWN])), "clean")[3] == "7"


def test_a_held_stage_is_told_beneath_the_table_with_the_way_out():
    printed = "\n".join(look(judge([KNOWN], held=Hold("50 dead letters in a row", 1_000.0))))
    assert "stopped, held" in printed
    assert f"clean is held since {show_moment(1_000.0)}: 50 dead letters in a row" in printed
    assert "copydesk resume clean" in printed


def test_a_reason_in_brackets_is_shown_as_it_is():
    (note,) = [line for line in look(judge([KNOWN], held=Hold("[/] 5 of 10", None))) if "resume" in line]
    assert note.startswith("clean is held: [/] 5 of 10. ")


def test_a_store_that_is_away_is_told():
    told = "Postgres can't be reached: dead letters are not known"
    assert told in look(judge([KNOWN]))
    assert told not in look(judge([KNOWN], Waiting()))


def test_a_redis_that_is_away_is_told_with_what_was_seen_before():
    printed = "\n".join(look(judge([KNOWN]), trouble="Redis can't be reached since 12:03:04"))
    assert "Redis can't be reached since 12:03:04" in printed
    assert "clean" in printed


def test_a_moment_of_another_day_has_its_day():
    now = datetime.now().astimezone()
    before = now - timedelta(days=1, minutes=5)
    assert show_moment(now.timestamp()) == f"{now:%H:%M:%S}"
    assert show_moment(before.timestamp()) == f"{before:%Y-%m-%d %H:%M}"
    assert show_moment(None) == "?"

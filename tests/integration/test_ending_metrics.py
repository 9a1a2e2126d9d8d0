"""What the control service shows to Prometheus of the work that ended."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas import TOPOLOGY, Outcome, StageName
from services.control import endings, exposition
from services.control.endings import LedgerReader
from services.store.articles import save_arrival
from services.store.ledger import record_entries
from tests.integration.records import make_arrival, make_entry
from tests.integration.shown import shown

pytestmark = pytest.mark.usefixtures("nothing_shown_before")


def before(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


@pytest.mark.usefixtures("house")
async def test_what_ended_since_the_last_look_is_read_once(engine):
    reader = LedgerReader(engine)
    reader._seen = before(60)
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1))
        last = make_entry(1, stage=StageName.CLAIMS, attempts=3, finished_at=before(20))
        record_entries(tx, [last, make_entry(2, outcome=Outcome.DEAD, finished_at=before(3600))])
    first, second = reader.read(), reader.read()
    assert [(one.stage, one.outcome, one.entries, one.extra_deliveries) for one in first.ended] == [
        ("claims", "done", 1, 2)
    ]
    assert [outcome for outcome, _ in first.ages] == ["done"]
    assert (second.ended, second.ages) == ([], [])


@pytest.mark.usefixtures("house")
async def test_an_entry_that_is_committed_late_is_still_read(engine):
    """It bears the time before its commit, which others may have read past."""
    reader = LedgerReader(engine)
    reader._seen = before(60)
    with engine.begin() as tx:
        record_entries(tx, [make_entry(1, finished_at=before(1))])
    assert reader.read().ended == []
    assert reader._seen < before(endings.SETTLED.total_seconds() - 1)


@pytest.mark.usefixtures("house")
async def test_a_reader_begins_at_the_present_also_after_a_pause(engine):
    reader = LedgerReader(engine)
    with engine.begin() as tx:
        record_entries(tx, [make_entry(1, finished_at=before(30))])
    assert reader.read().ended == []
    reader._seen = before(60)
    reader.restart()
    assert reader.read().ended == []


def test_ends_are_added_up_by_stage_and_outcome_and_articles_by_their_age():
    def values() -> list[float | None]:
        return [
            shown("ended_entries_total", stage="claims", outcome="done"),
            shown("extra_deliveries_total", stage="claims"),
            shown("article_seconds_count", outcome="done") or 0,
            shown("article_seconds_bucket", outcome="done", le="5.0") or 0,
        ]

    was = values()
    ended = [endings.Ended("claims", "done", 2, 3)]
    exposition.count_endings(endings.Endings(ended, [("done", 4.0), ("done", 6.0)]))
    assert [now - then for now, then in zip(values(), was, strict=True)] == [2, 3, 2, 1]


def test_counters_of_ends_are_there_before_the_first_end():
    """The first step of a counter that appears with it is seen by nobody."""
    for row in TOPOLOGY:
        assert all(shown("ended_entries_total", stage=row.stage, outcome=one) is not None for one in Outcome)

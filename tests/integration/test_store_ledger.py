"""What the store remembers of the work itself."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from schemas import Outcome, StageName, derive_id
from services.store.articles import save_arrival
from services.store.ledger import (
    Ended,
    count_ended,
    count_outcomes,
    find_ends,
    forget_dead,
    read_ages,
    read_trace,
    record_entries,
)
from tests.integration.records import NOON, make_arrival, make_entry

ARTICLE = derive_id("article", 1)
LAST = StageName.CLAIMS


def record(engine: Engine, *entries) -> None:
    with engine.begin() as tx:
        record_entries(tx, entries)


def ends(engine: Engine, *refs: tuple[int, str]) -> dict[tuple[int, str], tuple[str, str]]:
    """Stage and outcome at which each article ended."""
    by_id = {derive_id("article", number): number for number, _ in refs}
    with engine.connect() as connection:
        found = find_ends(connection, [(derive_id("article", one), name) for one, name in refs], LAST)
    return {(by_id[one], name): (row.stage, row.outcome) for (one, name), row in found.items()}


# The ledger


def test_an_article_on_its_way_has_no_end(engine):
    record(engine, make_entry(), make_entry(stage=StageName.CLEAN))
    assert ends(engine, (1, "a")) == {}


def test_an_article_ends_where_the_last_stage_is_done(engine):
    record(engine, *(make_entry(stage=stage) for stage in StageName))
    assert ends(engine, (1, "a")) == {(1, "a"): ("claims", "done")}


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.DEAD, Outcome.SUPERSEDED])
def test_an_article_ends_where_a_stage_does_not_hand_it_on(engine, outcome):
    record(engine, make_entry(), make_entry(stage=StageName.CLEAN, outcome=outcome))
    assert ends(engine, (1, "a")) == {(1, "a"): ("clean", outcome)}


def test_each_revision_has_an_end_of_its_own(engine):
    record(
        engine,
        make_entry(stage=LAST),
        make_entry(revision="b", stage=StageName.CLEAN, outcome=Outcome.SKIPPED),
        make_entry(article=2),
        make_entry(article=3, stage=LAST),
    )
    assert ends(engine, (1, "a"), (1, "b"), (2, "a")) == {
        (1, "a"): ("claims", "done"),
        (1, "b"): ("clean", "skipped"),
    }


def test_only_the_revisions_asked_for_are_told(engine):
    record(engine, make_entry(stage=LAST), make_entry(revision="b", stage=LAST))
    assert set(ends(engine, (1, "b"))) == {(1, "b")}


def test_very_many_articles_can_be_followed_at_once(engine):
    """More than a statement takes parameters."""
    record(engine, make_entry(stage=LAST))
    refs = [(uuid4(), "a") for _ in range(70_000)]
    with engine.connect() as connection:
        assert set(find_ends(connection, [*refs, (ARTICLE, "a")], LAST)) == {(ARTICLE, "a")}


def test_a_trace_tells_the_stages_in_the_order_in_which_they_ended(engine):
    minutes = {StageName.CLEAN: 2, StageName.INGEST: 1, StageName.ENTITIES: 3}
    record(engine, *(make_entry(stage=stage, minute=minute) for stage, minute in minutes.items()))
    record(engine, make_entry(article=2))
    with engine.connect() as connection:
        rows = read_trace(connection, ARTICLE)
    assert [row.stage for row in rows] == ["ingest", "clean", "entities"]
    assert rows[1].finished_at == NOON + timedelta(minutes=2)


def test_work_done_again_replaces_its_own_entry(engine):
    record(engine, make_entry(outcome=Outcome.DEAD, reason="store full"))
    record(engine, make_entry(attempts=2))
    with engine.connect() as connection:
        (row,) = read_trace(connection, ARTICLE)
    assert (row.outcome, row.attempts, row.reason) == ("done", 2, None)


def test_two_entries_of_one_stage_in_one_turn_leave_the_later(engine):
    record(engine, make_entry(entry_id="1-0"), make_entry(entry_id="2-0"))
    with engine.connect() as connection:
        assert [row.entry_id for row in read_trace(connection, ARTICLE)] == ["2-0"]


def test_outcomes_are_counted_by_stage(engine):
    record(engine, make_entry(), make_entry(article=2), make_entry(article=3, outcome=Outcome.SKIPPED))
    with engine.connect() as connection:
        assert count_outcomes(connection) == {("ingest", "done"): 2, ("ingest", "skipped"): 1}


def test_a_dead_end_can_be_opened_again_and_nothing_else_is(engine):
    record(
        engine,
        make_entry(),
        make_entry(stage=StageName.CLEAN, outcome=Outcome.DEAD),
        make_entry(article=2, stage=StageName.CLEAN, outcome=Outcome.DEAD),
    )
    with engine.begin() as tx:
        forget_dead(tx, ARTICLE, "a", "clean")
        forget_dead(tx, ARTICLE, "a", "ingest")
    assert ends(engine, (1, "a"), (2, "a")) == {(2, "a"): ("clean", "dead")}
    with engine.connect() as connection:
        assert [row.stage for row in read_trace(connection, ARTICLE)] == ["ingest"]


# What ended in a stretch of time


def test_what_ended_is_counted_by_stage_and_outcome_within_the_time(engine):
    record(
        engine,
        make_entry(1, minute=0, attempts=5),
        make_entry(2, minute=1),
        make_entry(3, minute=2, attempts=3),
        make_entry(4, minute=2, outcome=Outcome.DEAD, attempts=5),
        make_entry(5, minute=3),
    )
    with engine.connect() as connection:
        ended = count_ended(connection, NOON, NOON + timedelta(minutes=2))
    assert set(ended) == {Ended("ingest", "done", 2, 2), Ended("ingest", "dead", 1, 4)}


def test_the_age_of_an_article_is_counted_where_it_ends(engine):
    """At the last stage, or where a stage does not hand it on; not at the stages between."""
    with engine.begin() as tx:
        for article in (1, 2):
            save_arrival(tx, make_arrival(article))
    record(
        engine,
        make_entry(1, minute=1),
        make_entry(1, minute=2, stage=LAST),
        make_entry(2, minute=3, outcome=Outcome.SKIPPED),
    )
    with engine.connect() as connection:
        ages = read_ages(connection, NOON, NOON + timedelta(minutes=3), LAST)
        later = read_ages(connection, NOON + timedelta(minutes=3), NOON + timedelta(hours=1), LAST)
    assert sorted(ages) == [("done", 120.0), ("skipped", 180.0)]
    assert later == []


def test_an_index_finds_what_ended_lately_without_reading_the_ledger(engine):
    record(engine, *[make_entry(number, minute=number) for number in range(2_000)])
    with engine.begin() as tx:
        tx.execute(text("analyze ledger"))
        late = NOON + timedelta(minutes=1_990)
        plan = tx.execute(text("explain select 1 from ledger where finished_at > :late"), {"late": late})
        assert "ix_ledger_finished_at" in "".join(plan.scalars())

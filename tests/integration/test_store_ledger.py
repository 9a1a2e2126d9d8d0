"""What the store remembers of the work itself: the ledger, and the dead letters."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from schemas import Outcome, StageName, derive_id
from services.store.articles import save_arrival
from services.store.dead_letters import (
    DeadFilter,
    add_dead_letters,
    count_waiting,
    drop_dead_letters,
    find_by_entries,
    find_dead_letters,
    list_dead_letters,
    mark_replayed,
    summarize_dead_letters,
)
from services.store.engine import connect
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
from tests.integration.records import NOON, make_arrival, make_entry, make_letter

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


# Dead letters


def bury(engine: Engine, *letters) -> None:
    with engine.begin() as tx:
        add_dead_letters(tx, letters)


def found(engine: Engine, limit: int | None = None, **wanted) -> list[str]:
    """Entry ids of the letters found."""
    with engine.connect() as connection:
        return [row.entry_id for row in list_dead_letters(connection, DeadFilter(**wanted), limit)]


@pytest.fixture
def letters(engine: Engine) -> list[int]:
    """Ids of four letters: three of clean, one of ingest; the first was replayed."""
    bury(
        engine,
        make_letter(1),
        make_letter(2, reason="failed 5 times: MemoryError: no message"),
        make_letter(3, source="Coast Radio", reason="100% markup"),
        make_letter(4, StageName.INGEST, article_id=None, revision=None),
    )
    with engine.begin() as tx:
        ids = [row.dead_id for row in find_dead_letters(tx, DeadFilter())]
        mark_replayed(tx, ids[0], "9-0", NOON)
    return ids


def test_a_letter_comes_back_as_it_was_stored(engine):
    bury(engine, make_letter(1, payload=b"\x00\xff", exception="ValueError: x", traceparent="00-1-2-01"))
    with engine.connect() as connection:
        (row,) = find_dead_letters(connection, DeadFilter())
    assert (row.stage, row.stream, row.entry_id) == ("clean", "article.ingested", "1-0")
    assert (row.payload, row.exception, row.traceparent) == (b"\x00\xff", "ValueError: x", "00-1-2-01")
    assert row.died_at is not None
    assert (row.replayed_at, row.replayed_as) == (None, None)


def test_the_same_entry_dies_once(engine):
    bury(engine, make_letter(1, reason="first"))
    bury(engine, make_letter(1, reason="second"), make_letter(2))
    with engine.connect() as connection:
        assert [row.reason for row in find_dead_letters(connection, DeadFilter())][:1] == ["first"]
    assert found(engine) == ["1-0", "2-0"]


def test_a_list_tells_the_size_and_leaves_the_bytes_where_they_are(engine):
    bury(engine, make_letter(1, payload=b"x" * 1000))
    with engine.connect() as connection:
        (row,) = list_dead_letters(connection, DeadFilter())
    assert row.bytes == 1000
    assert not hasattr(row, "payload")


def test_letters_are_counted_by_stage_source_and_reason(engine, letters):
    """The most frequent first; the replayed one does not wait any more."""
    bury(engine, make_letter(5, source="Coast Radio", reason="100% markup"))
    with engine.connect() as connection:
        rows = summarize_dead_letters(connection, DeadFilter())
    first = rows[0]
    assert (first.letters, first.stage, first.reason) == (2, "clean", "100% markup")
    assert sum(row.letters for row in rows) == 4
    assert rows[0].oldest < rows[0].newest


def test_equal_ids_on_two_streams_are_two_entries(engine):
    bury(engine, make_letter(1), make_letter(1, StageName.INGEST))
    assert found(engine) == ["1-0", "1-0"]


def test_no_letter_at_all_is_no_error(engine):
    bury(engine)
    assert found(engine) == []


def test_those_that_wait_are_found_oldest_first(engine, letters):
    assert found(engine) == ["2-0", "3-0", "4-0"]


@pytest.mark.parametrize(
    ("wanted", "entries"),
    [
        ({"stage": "ingest"}, ["4-0"]),
        ({"stage": "nowhere"}, []),
        ({"reason": "memoryerror"}, ["2-0"]),
        ({"reason": "100%"}, ["3-0"]),
        ({"reason": "%"}, ["3-0"]),
        ({"source": "Coast Radio"}, ["3-0"]),
        ({"source": "Coast"}, []),
        ({"replayed": True}, ["1-0"]),
        ({"replayed": None}, ["1-0", "2-0", "3-0", "4-0"]),
        ({"stage": "clean", "source": "Harbour Post"}, ["2-0"]),
        ({"dead_ids": ()}, []),
    ],
)
def test_letters_are_found_by_what_is_known_of_them(engine, letters, wanted, entries):
    assert found(engine, **wanted) == entries


def test_letters_are_found_by_number(engine, letters):
    assert found(engine, dead_ids=(letters[2], letters[1])) == ["2-0", "3-0"]


def test_a_limit_keeps_the_oldest(engine, letters):
    assert found(engine, limit=1) == ["2-0"]


def test_locked_letters_are_nobody_elses(engine, servers, letters):
    """Two people who replay at once do not replay the same letters."""
    other = connect(servers.database_url)
    try:
        with engine.begin() as tx, other.begin() as second:
            mine = find_dead_letters(tx, DeadFilter(stage="clean"), lock=True)
            theirs = find_dead_letters(second, DeadFilter(), lock=True)
        assert [row.entry_id for row in mine] == ["2-0", "3-0"]
        assert [row.entry_id for row in theirs] == ["4-0"]
    finally:
        other.dispose()


def test_a_replayed_letter_says_when_and_as_what(engine, letters):
    with engine.connect() as connection:
        (row,) = find_dead_letters(connection, DeadFilter(replayed=True))
    assert (row.replayed_at, row.replayed_as) == (NOON, "9-0")


def test_letters_are_found_by_their_entries_replayed_or_not(engine, letters):
    with engine.connect() as connection:
        rows = find_by_entries(connection, "article.ingested", ["1-0", "2-0", "4-0", "77-0"])
        assert set(rows) == {"1-0", "2-0"}
        assert find_by_entries(connection, "article.ingested", []) == {}


def test_very_many_entries_can_be_asked_for_at_once(engine, letters):
    with engine.connect() as connection:
        many = [f"{number}-0" for number in range(70_000)]
        assert set(find_by_entries(connection, "article.ingested", many)) == {"1-0", "2-0", "3-0"}


def test_dropped_letters_are_gone_and_counted(engine, letters):
    with engine.begin() as tx:
        assert drop_dead_letters(tx, [letters[1], letters[2], -5]) == 2
    assert found(engine, replayed=None) == ["1-0", "4-0"]


def test_those_that_wait_are_counted_by_stage_with_the_age_of_the_oldest(engine, letters):
    with engine.begin() as tx:
        tx.execute(text("update dead_letters set died_at = now() - interval '1 hour' where entry_id = '3-0'"))
    with engine.connect() as connection:
        waiting = count_waiting(connection)
    assert {stage: one.letters for stage, one in waiting.items()} == {"clean": 2, "ingest": 1}
    assert max(one.oldest_seconds for one in waiting.values()) == pytest.approx(3600, abs=60)


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

"""What the store remembers of what could not be processed."""

import pytest
from sqlalchemy import Engine, text

from schemas import StageName
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
from tests.integration.records import NOON, make_letter


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

"""Where a reader stands, and who listens."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.desk.live.broadcast import Broadcast
from services.desk.live.detected import Edges
from services.desk.live.places import START, StorePlace, StreamPlace, find_before, read_entry_id, read_place

NUMBERS = st.integers(0, 2**63)


@given(NUMBERS, NUMBERS, st.none() | st.integers(0, 10**6))
def test_a_place_in_the_stream_is_read_as_it_is_written(milliseconds, sequence, index):
    place = StreamPlace(milliseconds, sequence, index)
    assert read_place(str(place)) == place
    assert read_entry_id(place.entry_id) == StreamPlace(milliseconds, sequence)


@given(st.timedeltas(timedelta(0), timedelta(days=90_000)), st.uuids())
def test_a_place_in_the_store_is_read_as_it_is_written(since, claim_id):
    place = StorePlace(datetime(1970, 1, 1, tzinfo=UTC) + since, claim_id)
    assert read_place(str(place)) == place


@given(st.text(max_size=60))
def test_nothing_else_is_a_place(text):
    try:
        place = read_place(text)
    except ValueError:
        return
    assert read_place(str(place)) == place


@given(NUMBERS.filter(bool), NUMBERS)
def test_before_an_entry_there_is_room_for_nothing(milliseconds, sequence):
    before = find_before(StreamPlace(milliseconds, sequence))
    assert before.entry < (milliseconds, sequence)
    assert before.entry == (milliseconds, sequence - 1) or sequence == 0


@pytest.mark.parametrize(
    ("edges", "after", "lacks"),
    [
        (Edges(None, START), START, False),
        (Edges(None, START), StreamPlace(5, 0), True),  # emptied
        (Edges(None, StreamPlace(9, 0), added=1), StreamPlace(9, 0), False),
        (Edges(None, StreamPlace(9, 0), added=1), StreamPlace(5, 0), True),
        (Edges(StreamPlace(3, 0), StreamPlace(9, 0)), StreamPlace(5, 0), False),
        (Edges(StreamPlace(3, 0), StreamPlace(9, 0)), StreamPlace(3, 0), False),
        (Edges(StreamPlace(3, 0), StreamPlace(9, 0), added=1), StreamPlace(2, 0), True),
        (Edges(StreamPlace(3, 0), StreamPlace(9, 0), added=1), find_before(StreamPlace(3, 0)), False),
        (Edges(StreamPlace(3, 0), StreamPlace(9, 0)), START, False),
        (Edges(StreamPlace(3, 0), StreamPlace(9, 0), added=1), START, True),
        (Edges(StreamPlace(3, 0), StreamPlace(9, 0)), StreamPlace(10, 0), False),
    ],
)
def test_what_may_be_missing_is_known(edges, after, lacks):
    assert edges.lack(after) is lacks


def test_a_place_so_far_off_is_still_a_moment():
    assert StreamPlace(2**63, 0).moment > datetime(2026, 1, 1, tzinfo=UTC)
    assert StreamPlace(1_000, 0).moment == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=1)


async def count() -> AsyncIterator[int]:
    number = 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(0.001)


async def test_the_source_runs_while_somebody_listens():
    broadcast = Broadcast("numbers", count, most=1_000)
    for _ in range(2):
        async with broadcast.listen() as one, broadcast.listen() as other:
            assert [await one.take(1) for _ in range(3)] == [0, 1, 2]
            assert await other.take(1) == 0
        assert broadcast.listeners == 0


async def test_one_that_takes_nothing_is_dropped_and_the_others_go_on():
    broadcast = Broadcast("numbers", count, most=5)
    async with broadcast.listen() as slow, broadcast.listen() as quick:
        taken = [await quick.take(1) for _ in range(20)]
        assert (slow.ended.is_set(), slow.why) == (True, "too slow")
        assert await slow.take(1) is None
    assert taken == list(range(20))


async def test_where_only_the_newest_counts_nobody_is_dropped():
    broadcast = Broadcast("numbers", count, newest_only=True)
    async with broadcast.listen() as slow:
        await asyncio.sleep(0.1)
        assert await slow.take(1) > 5
        assert not slow.ended.is_set()


async def test_a_source_that_fails_ends_those_who_listen_and_can_begin_again():
    failures = iter([True, False])

    async def fail_once() -> AsyncIterator[int]:
        if next(failures):
            raise ValueError("no")
        yield 1
        await asyncio.sleep(60)

    broadcast = Broadcast("numbers", fail_once, most=5)
    async with broadcast.listen() as listener:
        assert await listener.take(1) is None
        assert listener.ended.is_set()
    async with broadcast.listen() as listener:
        assert await listener.take(1) == 1


async def test_whoever_comes_after_the_end_is_told_so():
    broadcast = Broadcast("numbers", count, most=5)
    await broadcast.close()
    async with broadcast.listen() as listener:
        assert listener.why == "closed"

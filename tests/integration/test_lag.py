"""The lag that is never wrong, also where the server's own count is."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from schemas import StageName, find_stage
from services.cli.main import app
from services.control import probe as probing
from services.control.probe import Sample, probe
from services.kit.presence import sign_in
from tests.servers import on_each_server

ROW = find_stage(StageName.CLEAN)
STREAM, GROUP = ROW.source, ROW.group


def name_entry(number: int) -> str:
    return f"{1000 + number}-1"


async def add(redis: Redis, numbers: range = range(10)) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for number in numbers:
            pipe.xadd(STREAM, {"number": number}, id=name_entry(number))
        await pipe.execute()


async def open_group(redis: Redis, after: str = "0") -> None:
    await redis.xgroup_create(STREAM, GROUP, id=after)


async def read(redis: Redis, count: int) -> None:
    await redis.xreadgroup(GROUP, "reader", {STREAM: ">"}, count=count)


# The truth table: each case does something to a stream of ten entries, and says what is then true.


async def read_three(redis: Redis) -> None:
    await add(redis)
    await open_group(redis)
    await read(redis, 3)


async def trim_past_the_group(redis: Redis) -> None:
    await read_three(redis)
    await redis.xtrim(STREAM, maxlen=4, approximate=False)


async def delete_an_undelivered_entry(redis: Redis) -> None:
    await read_three(redis)
    await redis.xdel(STREAM, name_entry(6))


async def open_the_group_in_mid_stream(redis: Redis) -> None:
    await add(redis)
    await open_group(redis, name_entry(4))


async def trim_then_read_to_the_head(redis: Redis) -> None:
    await add(redis)
    await open_group(redis)
    await read(redis, 1)
    await redis.xtrim(STREAM, maxlen=1, approximate=False)
    await read(redis, 1)


async def delete_ahead_then_read_past(redis: Redis) -> None:
    await add(redis)
    await open_group(redis)
    await read(redis, 2)
    await redis.xdel(STREAM, name_entry(3))
    await read(redis, 2)


@dataclass(frozen=True)
class Case:
    """What is done to the stream, and the lag that is then true."""

    prepare: Callable[[Redis], Awaitable[None]]
    lag: int
    pending: int


TRUTH = [
    Case(read_three, lag=7, pending=3),
    Case(trim_past_the_group, lag=4, pending=3),
    Case(delete_an_undelivered_entry, lag=6, pending=3),
    Case(open_the_group_in_mid_stream, lag=5, pending=0),
    Case(trim_then_read_to_the_head, lag=0, pending=2),
    Case(delete_ahead_then_read_past, lag=5, pending=4),
]
truth = pytest.mark.parametrize("case", TRUTH, ids=lambda case: case.prepare.__name__)


async def assert_true(redis: Redis, case: Case) -> None:
    await case.prepare(redis)
    sample = await probe(redis, ROW)
    assert (sample.lag, sample.exact, sample.pending) == (case.lag, True, case.pending)
    assert sample.backlog == case.lag + case.pending


@truth
@on_each_server
async def test_the_lag_is_the_true_number_of_undelivered_entries(redis, case):
    await assert_true(redis, case)


@truth
@on_each_server
async def test_the_command_says_the_same(redis, engine, servers, case, monkeypatch):
    """`copydesk lag --json`, with the columns that a program reads."""
    await case.prepare(redis)
    monkeypatch.setenv("COPYDESK_REDIS_URL", servers.redis_url)
    monkeypatch.setenv("COPYDESK_DATABASE_URL", servers.database_url)
    done = await asyncio.to_thread(CliRunner().invoke, app, ["lag", "--json"])
    said = next(one for one in json.loads(done.stdout) if one["stage"] == ROW.stage)
    assert (said["lag"], said["exact"], said["pending"]) == (case.lag, True, case.pending)
    assert said["backlog"] == case.lag + case.pending


@truth
@on_each_server
async def test_the_lag_is_true_when_it_is_counted_in_steps(redis, case, monkeypatch):
    """A step of two entries makes ten a big stream."""
    monkeypatch.setattr(probing, "STEP", 2)
    await assert_true(redis, case)


@truth
@on_each_server
async def test_what_was_emptied_has_no_lag(redis, case):
    await case.prepare(redis)
    await redis.xtrim(STREAM, maxlen=0, approximate=False)
    assert (await probe(redis, ROW)).lag == 0


# Unknown is not zero


async def test_a_missing_stream_is_unknown(redis):
    assert_unknown(await probe(redis, ROW))


async def test_a_missing_group_is_unknown(redis):
    await add(redis)
    assert_unknown(await probe(redis, ROW))


async def test_a_key_that_is_no_stream_is_unknown(redis):
    await redis.set(STREAM, "not a stream")
    assert_unknown(await probe(redis, ROW))


async def test_the_group_of_another_stage_does_not_count(redis):
    await add(redis)
    await redis.xgroup_create(STREAM, "somebody-else", id="0")
    assert_unknown(await probe(redis, ROW))


def assert_unknown(sample: Sample) -> None:
    assert (sample.lag, sample.pending, sample.ended, sample.backlog) == (None, None, None, None)


# Big streams


async def test_beyond_the_most_that_is_counted_the_lag_is_a_lower_bound_and_says_so(redis, monkeypatch):
    monkeypatch.setattr(probing, "STEP", 10)
    monkeypatch.setattr(probing, "MOST", 40)
    await add(redis, range(200))
    await open_group(redis)
    await read(redis, 90)
    await redis.xdel(STREAM, name_entry(150))
    sample = await probe(redis, ROW)
    assert (sample.lag, sample.exact) == (40, False)


@pytest.mark.parametrize("delivered", [15, 90, 185])
async def test_counting_ends_at_the_nearer_side(redis, monkeypatch, delivered):
    """Just behind the start or just before the head, however long the other side is."""
    monkeypatch.setattr(probing, "STEP", 10)
    monkeypatch.setattr(probing, "MOST", 100)
    await add(redis, range(200))
    await open_group(redis)
    await read(redis, delivered)
    await redis.xdel(STREAM, name_entry(195))
    sample = await probe(redis, ROW)
    assert (sample.lag, sample.exact) == (199 - delivered, True)


async def test_what_ended_does_not_move_with_arrivals_where_the_lag_is_a_bound(redis, monkeypatch):
    """Otherwise a stage that stands still would seem to work as long as somebody publishes."""
    monkeypatch.setattr(probing, "STEP", 10)
    monkeypatch.setattr(probing, "MOST", 40)
    await add(redis, range(200))
    await open_group(redis)
    await read(redis, 90)
    await redis.xdel(STREAM, name_entry(150))
    before = await probe(redis, ROW)
    await add(redis, range(200, 220))
    after = await probe(redis, ROW)
    assert not after.exact
    assert before.ended == after.ended == 0


# What else a sample tells


async def test_what_ended_counts_acknowledged_entries(redis):
    await read_three(redis)
    await redis.xack(STREAM, GROUP, name_entry(0), name_entry(2))
    sample = await probe(redis, ROW)
    assert (sample.ended, sample.lag, sample.pending) == (2, 7, 1)


async def test_the_oldest_entry_that_waits_gives_the_age(redis):
    """Entry ids carry their time; the server's clock says what time it is now."""
    now = (await redis.time())[0] * 1000
    await redis.xadd(STREAM, {"number": 1}, id=f"{now - 90_000}-1")
    await redis.xadd(STREAM, {"number": 2}, id=f"{now - 30_000}-1")
    await open_group(redis)
    assert (await probe(redis, ROW)).oldest_seconds == pytest.approx(90, abs=5)
    await read(redis, 1)
    assert (await probe(redis, ROW)).oldest_seconds == pytest.approx(90, abs=5)
    await redis.xack(STREAM, GROUP, f"{now - 90_000}-1")
    assert (await probe(redis, ROW)).oldest_seconds == pytest.approx(30, abs=5)


async def test_without_work_nothing_is_old(redis):
    await redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    sample = await probe(redis, ROW)
    assert (sample.lag, sample.oldest_seconds) == (0, 0.0)


async def test_an_id_from_the_future_is_not_older_than_now(redis):
    await redis.xadd(STREAM, {"number": 1}, id="99999999999999-1")
    await open_group(redis)
    assert (await probe(redis, ROW)).oldest_seconds == 0.0


async def test_consumers_are_told_with_their_last_sign_of_life(redis):
    await sign_in(redis, ROW, "w1")
    (consumer,) = (await probe(redis, ROW)).consumers
    assert consumer.name == "w1"
    assert consumer.silent_seconds < 15


async def test_the_age_of_what_is_in_hand_is_told_apart_from_what_waits(redis):
    now, _ = await redis.time()
    for age in (90, 30):
        await redis.xadd(STREAM, {"age": age}, id=f"{(now - age) * 1000}-1")
    await open_group(redis)
    assert (await probe(redis, ROW)).oldest_pending_seconds == 0.0
    await read(redis, 2)
    (first, _) = await redis.xrange(STREAM)
    await redis.xack(STREAM, GROUP, first[0])
    sample = await probe(redis, ROW)
    assert sample.oldest_pending_seconds == sample.oldest_seconds == pytest.approx(30, abs=5)

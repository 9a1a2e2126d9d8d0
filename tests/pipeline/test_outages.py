"""Servers that go, fall silent, answer with an error or come late: it costs time, and nothing else.

    COPYDESK_TEST_OUTAGE=60 python -m pytest tests/pipeline/test_outages.py

has each outage last a minute; by default it is two seconds.
"""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from tests.chaos.proxy import Lines, lines_to
from tests.pipeline.desk import check_each_is_done_once, desk, until_some_are_done
from tests.pipeline.stagehand import make_ticket, received, send

OUTAGE = float(os.environ.get("COPYDESK_TEST_OUTAGE", "2"))
pytestmark = pytest.mark.timeout(120 + 2 * OUTAGE)


@pytest.fixture
async def lines(servers) -> AsyncIterator[Lines]:
    async with lines_to(servers) as lines:
        yield lines


# Away


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("gone", ["redis", "postgres", "redis postgres"])
async def test_a_server_that_goes_and_comes_back_costs_time_only(redis, engine, lines, gone):
    """/readyz says which, /livez stays well, and all goes on by itself."""
    await send(redis, *(make_ticket(number, "slow 0.05") for number in range(40)))
    names = gone.replace("postgres", "store").split()
    async with desk(lines.addresses) as worker:
        await until_some_are_done(redis)
        for line in lines.find(gone):
            line.refuse()
        await worker.until_it_lacks(*names)
        await asyncio.sleep(OUTAGE)
        assert await worker.ask("/livez") == {}
        for line in lines.find(gone):
            await line.restore()
        await worker.until_it_lacks()
        await check_each_is_done_once(redis, engine, 40)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("gone", ["redis", "postgres"])
async def test_a_server_that_falls_silent_is_noticed(redis, engine, lines, gone):
    """It neither answers nor refuses, as when it is stopped: no thread waits for ever."""
    await send(redis, *(make_ticket(number, "slow 0.05") for number in range(40)))
    async with desk(lines.addresses) as worker:
        await until_some_are_done(redis)
        (line,) = lines.find(gone)
        line.fall_silent()
        await worker.until_it_lacks(gone.replace("postgres", "store"))
        await asyncio.sleep(OUTAGE)
        assert await worker.ask("/livez") == {}
        await line.restore()
        await worker.until_it_lacks()
        await check_each_is_done_once(redis, engine, 40)


@pytest.mark.usefixtures("house")
async def test_a_transaction_that_is_never_answered_is_given_up(redis, engine, lines):
    """Its connection is dead though the server is not: another is opened after the limit."""
    await send(redis, make_ticket(1))
    lines.postgres.swallow_answer(b"COMMIT\0")
    async with desk(lines.addresses, store_limit=1.0):
        await check_each_is_done_once(redis, engine, 1)


@pytest.mark.usefixtures("house")
async def test_slow_lines_only_take_longer(redis, engine, lines):
    """Each piece is held up; nothing is taken from the worker or done again."""
    lines.redis.delay = lines.postgres.delay = 0.05
    await send(redis, *(make_ticket(number) for number in range(12)))
    async with desk(lines.addresses, claim_after=5.0):
        await check_each_is_done_once(redis, engine, 12)
    assert {one.attempt for one in await received(redis)} == {1}


# Cut in the middle


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    "hurt",
    [
        pytest.param(
            lambda lines: lines.postgres.lose_answer(b"COMMIT\0", 3), id="the commit's answer is lost"
        ),
        pytest.param(lambda lines: lines.postgres.cut_before(b"COMMIT", 3), id="the commit never arrives"),
        pytest.param(lambda lines: lines.postgres.cut_after(b"INSERT", 3), id="in mid-transaction"),
        pytest.param(lambda lines: lines.redis.cut_before(b"EVALSHA", 5), id="stored, the hop never arrives"),
        pytest.param(lambda lines: lines.redis.cut_after(b"EVALSHA", 5), id="the hop's answer is lost"),
        pytest.param(lambda lines: lines.redis.cut_after(b"XREADGROUP", 3), id="read, and lost on the way"),
    ],
)
async def test_a_connection_cut_in_the_middle_leaves_no_half_work(redis, engine, lines, hurt):
    """Wherever it is cut, each is stored once and handed on once."""
    await send(redis, *(make_ticket(number) for number in range(20)))
    hurt(lines)
    async with desk(lines.addresses):
        await check_each_is_done_once(redis, engine, 20)
    assert (lines.redis.spent, lines.postgres.spent) == (True, True)

"""The dead-letter limit: when it trips, and how a stage that is held goes on."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit import gate as gates
from services.kit.gate import Gate, find_hold, held_key, resume
from services.kit.health import Health
from services.kit.limit import DeadLimit, DeadWindow
from tests.pipeline.stagehand import ROW, make_ticket, received, send, until_ended, working


def find_excess(limit: DeadLimit, ends: list[bool]) -> str | None:
    window = DeadWindow(limit)
    for dead in ends:
        window.note(dead)
    return window.find_excess()


def test_a_run_of_dead_letters_trips():
    """One fewer does not."""
    limit = DeadLimit(run=5)
    assert find_excess(limit, [True] * 4) is None
    assert find_excess(limit, [True] * 5) == "5 dead letters in a row"


def test_a_share_of_dead_letters_trips_once_enough_were_seen():
    """Every other one of a hundred is too much, of ninety-eight it says nothing yet."""
    assert find_excess(DeadLimit(), [True, False] * 49) is None
    assert find_excess(DeadLimit(), [True, False] * 50) == "50 of the last 100 entries ended as dead letters"


def test_what_is_long_past_does_not_count():
    """Only the last ends do."""
    assert find_excess(DeadLimit(run=0), [True] * 90 + [False] * 200) is None


@given(st.lists(st.booleans(), max_size=400))
def test_a_limit_that_is_switched_off_never_trips(ends):
    """A run of 0 and a share over 1 are no limit."""
    assert find_excess(DeadLimit(run=0, ratio=1.1), ends) is None


@given(st.lists(st.booleans(), max_size=400))
def test_a_cleared_window_knows_nothing(ends):
    """After going on, what was before is forgotten."""
    window = DeadWindow(DeadLimit(run=1))
    for dead in ends:
        window.note(dead)
    window.clear()
    assert window.find_excess() is None


async def until_held(redis) -> dict:
    for _ in range(400):
        if hold := await find_hold(redis, ROW):
            return hold
        await asyncio.sleep(0.02)
    raise AssertionError("the stage is not held")


@pytest.mark.usefixtures("house")
async def test_too_many_dead_letters_hold_the_stage_until_it_is_released(redis, engine, servers):
    """Nothing more is taken, and what was taken stays pending; then all goes on."""
    await send(redis, *[b"{not json"] * 3)
    async with working(servers, dead_run=3):
        assert (await until_held(redis))["reason"] == "3 dead letters in a row"
        await send(redis, make_ticket(1))
        await asyncio.sleep(1.0)
        assert await received(redis) == []
        assert await resume(redis, ROW)
        await until_ended(redis, 4)
    assert len(await received(redis)) == 1


@pytest.mark.usefixtures("house")
async def test_a_worker_that_comes_to_a_held_stage_waits_too(redis, engine, servers):
    """The hold is the stage's, not a worker's."""
    await redis.set(held_key(ROW), '{"reason": "too much"}')
    async with working(servers):
        await send(redis, make_ticket(1))
        await asyncio.sleep(1.0)
        assert await received(redis) == []
        await resume(redis, ROW)
        await until_ended(redis, 1)


@pytest.mark.usefixtures("house")
async def test_a_try_that_ends_well_lets_all_go_on(redis, engine, servers):
    """One entry is tried after some time; a bad one changes nothing, a good one ends the hold."""
    await send(redis, *[b"{not json"] * 3)
    async with working(servers, dead_run=3, try_every=0.4):
        await until_held(redis)
        await send(redis, b"{not json", *(make_ticket(number) for number in range(5)))
        await until_ended(redis, 9)
        assert await find_hold(redis, ROW) is None
    assert len(await received(redis)) == 5


@pytest.mark.usefixtures("house")
async def test_stopping_while_held_releases_at_once(redis, engine, servers):
    """Nobody waits for the claim time or the grace period."""
    await redis.set(held_key(ROW), '{"reason": "too much"}')
    loop = asyncio.get_running_loop()
    async with working(servers, claim_after=300.0):
        (entry_id,) = await send(redis, make_ticket(1))
        await asyncio.sleep(1.0)
        began = loop.time()
    assert loop.time() - began < 5
    (pending,) = await redis.xpending_range(ROW.source, ROW.group, entry_id, entry_id, 1)
    assert (pending["times_delivered"], pending["time_since_delivered"] > 300_000) == (0, True)


async def test_an_answer_from_before_the_hold_does_not_lift_it(redis, monkeypatch):
    """Between the question and its answer the stage is held, and Redis is told."""
    gate = Gate(redis, ROW, "one", Health(60.0, 60.0), DeadLimit(run=1), try_every=60.0)

    async def answer_late(redis, row):
        answer = await find_hold(redis, row)
        await gate.note([True], tried=False)
        return answer

    with monkeypatch.context() as late:
        late.setattr(gates, "find_hold", answer_late)
        await gate.look()
    assert gate.held
    await gate.look()
    assert gate.held
    await resume(redis, ROW)
    await gate.look()
    assert not gate.held

"""SIGTERM: what is in hand ends or is given back within the grace period, and counts as never delivered."""

import asyncio
import signal
import time

import pytest
from redis.asyncio import Redis

from services.kit.gate import held_key
from tests.chaos.proxy import lines_to
from tests.conftest import wait_until
from tests.pipeline.desk import until
from tests.pipeline.processes import stage_process
from tests.pipeline.stagehand import ROW, make_ticket, received, send, until_ended, working

pytestmark = pytest.mark.usefixtures("house")

GRACE = 1.0
LATE = GRACE + 8.0
"""Seconds within which the process is gone: the grace period, and what leaving a silent server takes."""
NEVER = 300.0
"""A claim time that no test lives to see: what the next worker gets, it was given."""


async def until_held_by_a_worker(redis: Redis, number: int) -> None:
    async def held() -> bool:
        return (await redis.xpending(ROW.source, ROW.group))["pending"] == number

    await until(held, f"{number} entries are in hand")


async def check_next_takes_all_at_once(redis: Redis, servers, number: int) -> None:
    """The next worker does not wait for the claim time, and each is its first delivery."""
    async with working(servers, claim_after=NEVER):
        await until_ended_whoever_read(redis)
    assert [one.attempt for one in await received(redis)] == [1] * number


async def until_ended_whoever_read(redis: Redis) -> None:
    async def ended() -> bool:
        return (await redis.xpending(ROW.source, ROW.group))["pending"] == 0

    await until(ended, "nothing is pending")


async def stop(worker, *numbers: int) -> float:
    """Send the signals, wait for the end, and return how long it took."""
    began = time.monotonic()
    for number in numbers:
        worker.send_signal(number)
        await asyncio.sleep(0.2)
    await wait_until(lambda: worker.poll() is not None, 30, "the worker ends")
    assert worker.returncode == 0
    return time.monotonic() - began


async def test_all_of_a_batch_that_cannot_end_is_given_back(redis, engine, servers, tmp_path):
    """Those in the turn and those that were only read ahead."""
    await send(redis, *(make_ticket(number, "slow 1") for number in range(8)))
    with stage_process(servers, tmp_path / "log", grace=GRACE, batch=8, claim_after=NEVER) as worker:
        await until_held_by_a_worker(redis, 8)
        assert await stop(worker, signal.SIGTERM) < LATE
    pending = await redis.xpending_range(ROW.source, ROW.group, "-", "+", 10)
    assert [one["times_delivered"] for one in pending] == [0] * 8
    await check_next_takes_all_at_once(redis, servers, 8)


async def test_what_the_gate_holds_is_given_back_at_once(redis, engine, servers, tmp_path):
    """A held stage has nothing to end."""
    await redis.set(held_key(ROW), '{"reason": "too much"}')
    await send(redis, *(make_ticket(number) for number in range(4)))
    with stage_process(servers, tmp_path / "log", grace=20, claim_after=NEVER) as worker:
        await until_held_by_a_worker(redis, 4)
        assert await stop(worker, signal.SIGTERM) < 15
    await redis.delete(held_key(ROW))
    await check_next_takes_all_at_once(redis, servers, 4)


@pytest.mark.parametrize("how", ["refuse", "fall_silent"])
async def test_work_that_waits_for_postgres_is_given_back(redis, engine, servers, tmp_path, how):
    """No thread that waits for an answer keeps the process alive."""
    async with lines_to(servers) as lines:
        await send(redis, *(make_ticket(number, "slow 0.3") for number in range(4)))
        log = tmp_path / "log"
        with stage_process(lines.addresses, log, grace=GRACE, batch=4, claim_after=NEVER) as worker:
            await until_held_by_a_worker(redis, 4)
            getattr(lines.postgres, how)()
            await asyncio.sleep(2.0)
            assert await stop(worker, signal.SIGTERM) < LATE
    await check_next_takes_all_at_once(redis, servers, 4)


@pytest.mark.parametrize("how", ["refuse", "fall_silent"])
async def test_a_worker_without_redis_ends_too(redis, engine, servers, tmp_path, how):
    """It cannot give back: its entries are taken over after the claim time, and handed on once."""
    async with lines_to(servers) as lines:
        await send(redis, *(make_ticket(number, "slow 0.3") for number in range(4)))
        with stage_process(lines.addresses, tmp_path / "log", grace=GRACE, batch=4) as worker:
            await until_held_by_a_worker(redis, 4)
            getattr(lines.redis, how)()
            await asyncio.sleep(1.5)
            assert await stop(worker, signal.SIGTERM) < LATE + 5
    async with working(servers):
        await until_ended(redis, 4)
    assert len(await received(redis)) == 4


@pytest.mark.parametrize("gone", ["redis", "postgres"])
async def test_a_worker_that_never_got_to_work_ends_at_once(redis, engine, servers, tmp_path, gone):
    """SIGTERM while it still waits for a server."""
    async with lines_to(servers) as lines:
        getattr(lines, gone).refuse()
        log = tmp_path / "log"
        with stage_process(lines.addresses, log, grace=20) as worker:
            await wait_until(lambda: "server_away" in log.read_text(), 20, "it waits")
            assert await stop(worker, signal.SIGTERM) < 15


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_changes_nothing(redis, engine, servers, tmp_path, second):
    """An impatient Ctrl-C neither breaks off the leaving nor the work."""
    await send(redis, make_ticket(1, "slow 1"))
    with stage_process(servers, tmp_path / "log", grace=10, claim_after=NEVER) as worker:
        await until_held_by_a_worker(redis, 1)
        await stop(worker, signal.SIGTERM, second, second)
    assert len(await received(redis)) == 1
    assert await redis.xinfo_consumers(ROW.source, ROW.group) == []
    assert "Traceback" not in (tmp_path / "log").read_text()

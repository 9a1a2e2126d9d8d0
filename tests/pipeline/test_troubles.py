"""What documents, operators and servers do to a worker, each as a process of its own."""

import asyncio
import signal
import subprocess

import pytest
from sqlalchemy import Engine, text

from services.kit.worker import HUNG_EXIT
from services.store.dead_letters import DeadFilter, find_dead_letters
from tests.conftest import wait_until
from tests.pipeline.processes import stage_process
from tests.pipeline.stagehand import ROW, make_ticket, received, send, until_ended, working

pytestmark = pytest.mark.usefixtures("house")


async def until_exit(worker: subprocess.Popen[bytes], seconds: float) -> int:
    await wait_until(lambda: worker.poll() is not None, seconds, "the worker ends")
    return worker.wait()


def read_dead(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [row.reason for row in find_dead_letters(connection, DeadFilter())]


async def test_a_hanging_document_ends_its_worker_and_then_itself(redis, engine, servers, tmp_path):
    """Each worker that it hangs ends by itself; at last it is given up unrun, and its neighbours are done."""
    await send(redis, make_ticket(1), make_ticket(2, "slow 60"), make_ticket(3))
    log = tmp_path / "log"
    for _ in range(ROW.max_deliveries):
        with stage_process(servers, log, document_limit=0.3) as worker:
            assert await until_exit(worker, 20) == HUNG_EXIT
    async with working(servers):
        await until_ended(redis, 3)
    assert read_dead(engine) == ["given up after 3 deliveries: the worker ended or hung each time"]
    assert len(await received(redis)) == 2
    assert log.read_text().count('"document_hung"') == ROW.max_deliveries


async def test_a_worker_ends_after_its_grace_period_whatever_still_computes(redis, servers, tmp_path):
    """SIGTERM is obeyed though a document still runs, and the document is free for others."""
    (entry_id,) = await send(redis, make_ticket(1, "slow 60"))
    with stage_process(servers, tmp_path / "log", grace=0.3) as worker:
        for _ in range(400):
            if (await redis.xpending(ROW.source, ROW.group))["pending"]:
                break
            await asyncio.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        assert await until_exit(worker, 10) == 0
    (pending,) = await redis.xpending_range(ROW.source, ROW.group, entry_id, entry_id, 1)
    assert pending["times_delivered"] == 0


async def test_a_paused_worker_that_wakes_hands_nothing_on_twice(redis, engine, servers, tmp_path):
    """Its entry was taken over meanwhile; whoever ends it first hands it on, and nobody else."""
    await send(redis, make_ticket(1, "slow 1.5"))
    with stage_process(servers, tmp_path / "log") as worker:
        for _ in range(400):
            if (await redis.xpending(ROW.source, ROW.group))["pending"]:
                break
            await asyncio.sleep(0.05)
        worker.send_signal(signal.SIGSTOP)
        await asyncio.sleep(0.6)
        async with working(servers):
            await asyncio.sleep(0.7)
            worker.send_signal(signal.SIGCONT)
            await until_ended(redis, 1)
        await asyncio.sleep(1.0)
    assert len(await received(redis)) == 1


async def test_connections_cut_in_mid_work_cost_nothing(redis, engine, servers):
    """Postgres ends each session of the worker again and again; all is done once."""
    await send(redis, *(make_ticket(number, "slow 0.05") for number in range(40)))
    cut = text(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    async with working(servers, batch=4):
        for _ in range(8):
            await asyncio.sleep(0.2)
            with engine.begin() as tx:
                tx.execute(cut)
        await until_ended(redis, 40)
    results = await received(redis)
    assert len({one.article_id for one in results}) == len(results) == 40
    assert read_dead(engine) == []

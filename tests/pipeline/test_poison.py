"""What single documents do to a worker, cause by cause: one dead letter each, and no neighbour is harmed."""

import signal

import pytest
from sqlalchemy import Engine

from services.kit.worker import HUNG_EXIT
from services.store.dead_letters import DeadFilter, find_dead_letters
from tests.conftest import wait_until
from tests.pipeline.processes import supervised
from tests.pipeline.stagehand import ROW, make_ticket, received, send, until_ended

pytestmark = pytest.mark.usefixtures("house")

GIVEN_UP = "given up after 3 deliveries: the worker ended or hung each time"
OWN_END = 1
"""Exit code that faulthandler ends with."""


def read_reasons(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [row.reason for row in find_dead_letters(connection, DeadFilter())]


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("segfaults", -signal.SIGSEGV),
        ("oomkilled", -signal.SIGKILL),
        ("kills", 9),
        ("hangs", HUNG_EXIT),
        ("backtracks", OWN_END),
    ],
)
async def test_a_document_that_ends_its_worker_ends_as_many_as_it_has_attempts(
    redis, engine, servers, tmp_path, harm, code
):
    """Then it is a dead letter, unrun; what was in its batch, before it and behind it, is done."""
    await send(redis, make_ticket(1), make_ticket(2, harm), *(make_ticket(n) for n in range(3, 9)))
    limits = {"document_limit": 0.5, "test_margin": 0.5, "batch": 4}
    async with supervised(servers, tmp_path / "log", **limits) as codes:
        await until_ended(redis, 8, seconds=60)
    assert codes == [code] * ROW.max_deliveries
    assert read_reasons(engine) == [GIVEN_UP]
    assert len({one.article_id for one in await received(redis)}) == 7


RAISED = {
    "fails": "RuntimeError: it always fails",
    "recurses": "RecursionError: maximum recursion depth exceeded",
    "allocates": "MemoryError: no message",
    "exits": "RuntimeError: SystemExit was raised: 3",
    "interrupts": "RuntimeError: KeyboardInterrupt was raised: ",
    "cancels": "RuntimeError: CancelledError was raised: ",
    "stops": "RuntimeError: StopIteration was raised: ",
}


async def test_whatever_a_document_raises_counts_as_its_failure(redis, engine, servers, tmp_path):
    """Also what would end a process or a task: the worker lives, and each is tried as often as any."""
    bad = [make_ticket(n, harm) for n, harm in enumerate(RAISED)]
    await send(redis, *bad, *(make_ticket(100 + n) for n in range(5)))
    async with supervised(servers, tmp_path / "log", dead_run=0) as codes:
        await until_ended(redis, len(bad) + 5, seconds=60)
    assert codes == []
    assert len(await received(redis)) == 5
    expected = sorted(f"failed 3 times: {said}".strip() for said in RAISED.values())
    assert sorted(read_reasons(engine)) == expected


async def test_many_killers_take_no_innocent_with_them(redis, engine, servers, tmp_path):
    """An entry to be tried again counts no delivery while it waits for its turn behind a killer."""
    killers = {3, 9, 14}
    await send(redis, *(make_ticket(n, "kills" if n in killers else "plain") for n in range(16)))
    async with supervised(servers, tmp_path / "log", batch=4) as codes:
        await until_ended(redis, 16, seconds=100)
    assert read_reasons(engine) == [GIVEN_UP] * len(killers)
    assert len({one.article_id for one in await received(redis)}) == 16 - len(killers)
    assert len(codes) <= len(killers) * ROW.max_deliveries


async def test_a_batch_has_the_time_of_one_document_and_a_tenth_for_each_other(redis, servers, tmp_path):
    """One may hang, the others are quick: a full batch does not hang for as many times the limit."""
    await send(redis, *(make_ticket(n, "slow 0.1") for n in range(9)), make_ticket(9, "hangs"))
    log = tmp_path / "log"
    async with supervised(servers, log, document_limit=2.0, batch=10) as codes:
        await wait_until(lambda: codes, 30, "the worker ends")
    assert "not ended after 3.8 s" in log.read_text()

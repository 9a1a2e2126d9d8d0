"""What every stage promises, shown with its real handler. A stage that is added needs no word here."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from services.kit.work import Job
from tests.conformance.stages import SHARED, AnyProcess, Bench
from tests.pipeline.test_worker_process import get
from tests.servers import find_port


def trace_of(traceparent: str) -> str:
    return traceparent.split("-")[1]


async def until_in_hand(stage: Bench, number: int) -> None:
    """Wait until a worker has taken `number` entries and works on them."""
    async with asyncio.timeout(20):
        while await stage.count_pending() != number:
            await asyncio.sleep(0.02)


async def test_what_it_ends_is_acknowledged_and_handed_on_once(stage: Bench):
    await stage.send(1, 2, 3)
    async with stage.working():
        await stage.until_ended(3)
    assert await stage.count_pending() == 0
    ids = [one.article_id for one in await stage.received()]
    assert len(set(ids)) == len(ids) == 3
    assert [line.outcome for line in stage.read_ledger()] == ["done"] * 3


async def test_the_same_message_again_changes_nothing(stage: Bench):
    """As two entries, one after the other: the same rows, the same ids, one line in the ledger."""
    await stage.send(1)
    before = stage.read_results()
    async with stage.working():
        await stage.until_ended(1)
        first = stage.read_results()
        await stage.send(1)
        await stage.until_ended(2)
    assert stage.read_results() == first != before
    assert len({one.message_id for one in await stage.received()}) == 1
    assert len(stage.read_ledger()) == 1


def count_own(stage: Bench) -> dict[str, int]:
    """How many results there are in each table, but for those that articles share."""
    return {table: len(rows) for table, rows in stage.read_results().items() if table not in SHARED}


async def test_the_same_message_twice_in_one_batch_is_stored_once(stage: Bench):
    await stage.send(1)
    async with stage.working():
        await stage.until_ended(1)
    once = count_own(stage)
    await stage.send(2, 2)
    async with stage.working():
        await stage.until_ended(3)
    both = count_own(stage)
    assert both == {table: 2 * number for table, number in once.items()}
    assert len({one.message_id for one in await stage.received()}) == 2


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\x00\xff{not json\x00", "not JSON: "),
        (b'{"version": 1, "traceparent": 7}', "not a valid "),
    ],
    ids=["not JSON", "not the schema"],
)
async def test_poison_is_a_dead_letter_with_its_bytes(stage: Bench, payload: bytes, reason: str):
    await stage.send(payload)
    async with stage.working():
        await stage.until_ended(1)
    (letter,) = stage.read_dead()
    assert (letter.stage, letter.payload) == (stage.row.stage, payload)
    assert letter.reason.startswith(reason)
    assert await stage.received() == []


async def test_a_bad_item_harms_none_of_its_batch(stage: Bench):
    await stage.send(1, b"{not json", 2, b'{"version": 1}', 3)
    async with stage.working():
        await stage.until_ended(5)
    assert len(await stage.received()) == 3
    assert len(stage.read_dead()) == 2


async def test_a_failing_computation_leaves_the_neighbours_done(stage: Bench):
    """Also where a model fails on the whole batch because of one document."""
    _, bad, _ = await stage.send(1, 2, 3)

    def choke(process: AnyProcess) -> AnyProcess:
        def compute(jobs: Sequence[Job[Any]]) -> Any:
            if bad in [job.entry_id for job in jobs]:
                raise RuntimeError("it chokes on one of these")
            return process(jobs)

        return compute

    async with stage.working(choke, max_deliveries=1):
        await stage.until_ended(3)
    (letter,) = stage.read_dead()
    assert (letter.entry_id, letter.reason) == (
        bad,
        "failed 1 times: RuntimeError: it chokes on one of these",
    )
    assert len(await stage.received()) == 2


async def test_a_failure_is_tried_again(stage: Bench):
    await stage.send(1)

    def stumble(process: AnyProcess) -> AnyProcess:
        def compute(jobs: Sequence[Job[Any]]) -> Any:
            if any(job.attempt == 1 for job in jobs):
                raise RuntimeError("not yet")
            return process(jobs)

        return compute

    async with stage.working(stumble):
        await stage.until_ended(1)
    (result,) = await stage.received()
    assert result.attempt == 2
    assert stage.read_dead() == []


async def test_a_failure_that_stays_is_a_dead_letter_after_the_last_attempt(stage: Bench):
    await stage.send(1)

    def fail(_: AnyProcess) -> AnyProcess:
        def compute(jobs: Sequence[Job[Any]]) -> Any:
            raise RuntimeError("never")

        return compute

    async with stage.working(fail):
        await stage.until_ended(1)
    (letter,) = stage.read_dead()
    assert (letter.reason, letter.attempts) == ("failed 2 times: RuntimeError: never", 2)
    assert [line.outcome for line in stage.read_ledger()] == ["dead"]
    assert await stage.received() == []


async def test_what_was_delivered_too_often_is_given_up_unrun(stage: Bench):
    (entry_id,) = await stage.send(1)
    await stage.redis.xreadgroup(stage.row.group, "gone", {stage.row.source: ">"})
    await stage.redis.xclaim(stage.row.source, stage.row.group, "gone", 0, [entry_id])
    run: list[str] = []

    def note(process: AnyProcess) -> AnyProcess:
        def compute(jobs: Sequence[Job[Any]]) -> Any:
            run.extend(job.entry_id for job in jobs)
            return process(jobs)

        return compute

    async with stage.working(note):
        await stage.until_ended(1)
    (letter,) = stage.read_dead()
    assert letter.reason.startswith("given up after 2 deliveries")
    assert run == []


async def test_what_a_dead_worker_held_is_taken_over(stage: Bench):
    await stage.send(1, 2)
    await stage.redis.xreadgroup(stage.row.group, "gone", {stage.row.source: ">"}, count=1)
    async with stage.working():
        await stage.until_ended(2)
    assert sorted(one.attempt for one in await stage.received()) == [1, 2]
    assert await stage.count_pending() == 0


async def test_stopping_releases_what_is_in_hand(stage: Bench):
    """The next worker takes it at once, not after the claim time, and it does not count as an attempt."""
    await stage.send(1)
    leave = threading.Event()

    def hold_up(_: AnyProcess) -> AnyProcess:
        def compute(_: Sequence[Job[Any]]) -> Any:
            leave.wait(60)
            return []  # nothing more: the next worker computes with the same model by then

        return compute

    try:
        async with stage.working(hold_up, grace=0.2, claim_after=300.0):
            await until_in_hand(stage, 1)
    finally:
        leave.set()
    async with stage.working(claim_after=300.0):
        await stage.until_ended(1)
    (result,) = await stage.received()
    assert result.attempt == 1


async def test_the_trace_goes_on(stage: Bench):
    """In the message that is handed on, in the ledger, and in a dead letter."""
    await stage.send(7)
    async with stage.working():
        await stage.until_ended(1)
    (result,) = await stage.received()
    (line,) = stage.read_ledger()
    assert trace_of(result.traceparent) == trace_of(line.traceparent) == f"{7:032x}"


async def test_it_shows_its_health_and_counts_what_it_does(stage: Bench):
    await stage.send(1)
    address = f"127.0.0.1:{(port := find_port())}"
    async with stage.working(health_port=port):
        await stage.until_ended(1)
        answers = [await asyncio.to_thread(get, address, path) for path in ("/livez", "/readyz", "/metrics/")]
    assert answers[:2] == [(200, "{}"), (200, "{}")]
    assert f'copydesk_messages_total{{outcome="done",stage="{stage.row.stage}"}}' in answers[2][1]

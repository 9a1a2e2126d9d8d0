"""What the control service shows to Prometheus: the truth, "unknown" where it does not know, or nothing."""

import asyncio
import json
import math

import pytest
from redis.asyncio import Redis

from schemas import STREAMS, StageName, find_stage
from services.control import exposition, gauges, service
from services.control.lag import measure_lag
from services.control.observation import observe
from services.control.room import Limits
from services.control.service import Control
from services.control.settings import ControlSettings
from services.control.tenure import LEASE
from services.kit.gate import held_key
from services.kit.health import Health
from services.kit.presence import presence_key, server_time, sign_in
from services.store.dead_letters import add_dead_letters
from services.store.engine import connect
from tests.conftest import end
from tests.integration.records import make_letter
from tests.integration.shown import of_clean, shown
from tests.integration.telling import tell

ROW = find_stage(StageName.CLEAN)
LIMITS = Limits(unfinished=10)
QUICK = ControlSettings(sample_every=0.1, trim_every=0.1, reconcile_every=0.1, patience=60)

pytestmark = pytest.mark.usefixtures("nothing_shown_before")


async def show(redis, engine, limits: Limits = LIMITS) -> None:
    statuses = await measure_lag(redis, engine)
    exposition.show_statuses(statuses, await server_time(redis))
    exposition.show_observation(await observe(redis), statuses, limits)


async def add_entries(redis: Redis, *ages: float) -> None:
    now = await server_time(redis)
    for number, age in enumerate(ages):
        await redis.xadd(ROW.source, {"number": number}, id=f"{int((now - age) * 1000)}-1")


# What is measured


@pytest.mark.usefixtures("house")
async def test_backlog_and_ages_of_a_stage_are_shown(redis, engine):
    await add_entries(redis, 90, 60, 30)
    await redis.xreadgroup(ROW.group, "reader", {ROW.source: ">"}, count=2)
    (first, *_) = await redis.xrange(ROW.source)
    await redis.xack(ROW.source, ROW.group, first[0])
    await show(redis, engine)
    assert (of_clean("backlog_entries"), of_clean("backlog_exact"), of_clean("pending_entries")) == (2, 1, 1)
    assert of_clean("lag_seconds") == pytest.approx(60, abs=5)
    assert of_clean("oldest_pending_seconds") == pytest.approx(60, abs=5)
    assert shown("stream_entries", stream=ROW.source) == 3


@pytest.mark.usefixtures("house")
async def test_an_entry_that_comes_back_again_and_again_is_seen(redis, engine):
    await add_entries(redis, 30, 20)
    await redis.xreadgroup(ROW.group, "reader", {ROW.source: ">"})
    (first, _) = await redis.xrange(ROW.source)
    await redis.xclaim(ROW.source, ROW.group, "reader", 0, [first[0]], retrycount=4)
    await show(redis, engine)
    assert of_clean("most_deliveries") == 4
    assert shown("most_deliveries", stage="claims") == 0


@pytest.mark.usefixtures("house")
async def test_workers_are_shown_by_their_state(redis, engine):
    await sign_in(redis, ROW, "here")
    await redis.zadd(presence_key(ROW), {"gone": await server_time(redis) - 60})
    await show(redis, engine)
    assert shown("consumers", stage="clean", state="live") == 1
    assert shown("consumers", stage="clean", state="silent") == 1


@pytest.mark.usefixtures("house")
async def test_one_word_holds_for_each_stage_since_a_moment(redis, engine):
    await sign_in(redis, ROW, "here")
    await show(redis, engine)
    words = {
        word: shown("status", stage="clean", status=word) for word in ("ok", "behind", "stalled", "stopped")
    }
    assert words == {"ok": 1, "behind": 0, "stalled": 0, "stopped": 0}
    assert shown("status", stage="claims", status="stopped") == 1
    since = of_clean("status_since_timestamp_seconds")
    assert since == pytest.approx(await server_time(redis), abs=10)


@pytest.mark.usefixtures("house")
async def test_a_held_stage_is_shown(redis, engine):
    await redis.set(held_key(ROW), json.dumps({"reason": "all of them die"}))
    await show(redis, engine)
    assert (of_clean("stage_held"), shown("stage_held", stage="claims")) == (1, 0)


@pytest.mark.usefixtures("house")
async def test_dead_letters_are_shown_with_the_age_of_the_oldest(redis, engine):
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(1), make_letter(2)])
        tx.exec_driver_sql(
            "update dead_letters set died_at = now() - interval '2 hours' where entry_id = '2-0'"
        )
    await show(redis, engine)
    assert of_clean("dead_letters") == 2
    assert of_clean("oldest_dead_letter_seconds") == pytest.approx(7200, abs=60)
    assert shown("oldest_dead_letter_seconds", stage="claims") == 0


@pytest.mark.usefixtures("house")
async def test_every_stream_is_weighed(redis, engine):
    await redis.xadd(STREAMS[-1], {"text": "x" * 10_000})
    await show(redis, engine)
    weights = [shown("stream_bytes", stream=stream) for stream in STREAMS]
    assert weights[-1] > 10_000 > weights[0] > 0


@pytest.mark.usefixtures("house")
async def test_the_room_is_what_the_entrance_would_answer(redis, engine):
    await add_entries(redis, 3, 2, 1)
    await show(redis, engine)
    assert (shown("unfinished_articles"), shown("unfinished_articles_limit"), shown("room_articles")) == (
        3,
        10,
        7,
    )
    await show(redis, engine, Limits(unfinished=3))
    assert shown("room_articles") == 0


@pytest.mark.usefixtures("house")
async def test_a_redis_without_a_limit_never_comes_near_it(redis, engine):
    await show(redis, engine)
    assert shown("redis_memory_bytes") > 0
    assert shown("redis_memory_limit_bytes") == math.inf
    await redis.config_set("maxmemory", "1000000000")
    try:
        await show(redis, engine)
    finally:
        await redis.config_set("maxmemory", "0")
    assert shown("redis_memory_limit_bytes") == 1_000_000_000


# What is not known


async def test_a_house_that_is_not_set_up_is_unknown_and_not_empty(redis, engine):
    await show(redis, engine)
    measured = ("backlog_entries", "backlog_exact", "pending_entries", "lag_seconds", "most_deliveries")
    assert all(math.isnan(of_clean(name)) for name in measured)
    assert math.isnan(of_clean("oldest_pending_seconds"))
    assert math.isnan(shown("stream_bytes", stream=ROW.source))
    assert math.isnan(shown("unfinished_articles"))
    assert shown("status", stage="clean", status="unknown") == 1


@pytest.mark.usefixtures("house")
async def test_dead_letters_are_unknown_while_the_store_is_away(redis):
    away = connect("postgresql://nobody@127.0.0.1:1/nothing")
    await show(redis, away)
    away.dispose()
    assert math.isnan(of_clean("dead_letters"))
    assert math.isnan(of_clean("oldest_dead_letter_seconds"))
    assert of_clean("backlog_entries") == 0


@pytest.mark.usefixtures("house")
async def test_what_was_measured_is_withdrawn_whole(redis, engine):
    """A value of yesterday looks like one of today."""
    await show(redis, engine)
    exposition.withdraw()
    left = {
        sample.name: sample.value
        for gauge in (*exposition.BY_STAGE_OR_STREAM, *exposition.OF_THE_HOUSE)
        for family in gauge.collect()
        for sample in family.samples
        if not math.isnan(sample.value)
    }
    assert left == {}
    assert shown("control_active") == 0


def test_every_gauge_is_withdrawn():
    kept = {*exposition.BY_STAGE_OR_STREAM, *exposition.OF_THE_HOUSE, gauges.ACTIVE}
    every = {metric for name, metric in vars(gauges).items() if name.isupper()}
    assert {metric for metric in every if next(iter(metric.describe())).type == "gauge"} == kept


# Who shows it


async def until(holds, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


def start(redis, engine, stop: asyncio.Event) -> "asyncio.Task[None]":
    return asyncio.create_task(Control(redis, engine, QUICK, Health(10, 10), LIMITS).run(stop))


@pytest.mark.usefixtures("house")
async def test_the_service_that_holds_the_lease_shows_all(redis, engine):
    stop = asyncio.Event()
    task = start(redis, engine, stop)
    await until(lambda: shown("control_active") == 1)
    assert of_clean("backlog_entries") == 0
    assert shown("room_articles") == 10
    assert shown("sampled_timestamp_seconds") == pytest.approx(await server_time(redis), abs=10)
    stop.set()
    await task
    assert (shown("control_active"), of_clean("backlog_entries")) == (0, None)


@pytest.mark.usefixtures("house")
async def test_claims_that_wait_to_be_matched_are_counted_where_nobody_matches_them(redis, engine):
    tell(engine, 1, "The hospital in Osterby has no children's doctor.", "Crime has fallen by a third.")
    assert math.isnan(shown("unmatched_claims"))
    stop = asyncio.Event()
    task = start(redis, engine, stop)
    await until(lambda: shown("unmatched_claims") == 2)
    stop.set()
    await task
    assert math.isnan(shown("unmatched_claims"))


@pytest.mark.usefixtures("house")
async def test_a_service_that_loses_the_lease_shows_nothing_any_more(redis, engine):
    stop = asyncio.Event()
    task = start(redis, engine, stop)
    await until(lambda: of_clean("backlog_entries") == 0)
    await redis.set(LEASE, "another", ex=60)
    await until(lambda: of_clean("backlog_entries") is None)
    assert shown("control_active") == 0
    await redis.delete(LEASE)
    await until(lambda: of_clean("backlog_entries") == 0)
    stop.set()
    await task


@pytest.mark.usefixtures("house")
async def test_a_service_that_hangs_shows_nothing_after_a_while(redis, engine, monkeypatch):
    """What it measured is old by then, and another may measure."""
    monkeypatch.setattr(service, "SHOWN_FOR", 0.5)
    stop = asyncio.Event()
    task = start(redis, engine, stop)
    await until(lambda: of_clean("backlog_entries") == 0)
    monkeypatch.setattr(service, "measure_lag", lambda *_: stop.wait())
    await until(lambda: of_clean("backlog_entries") is None)
    assert shown("control_active") == 0
    await end(task)


@pytest.mark.usefixtures("house")
async def test_a_service_that_cannot_look_shows_nothing(redis, engine, monkeypatch):
    stop = asyncio.Event()
    task = start(redis, engine, stop)
    await until(lambda: of_clean("backlog_entries") == 0)

    async def away(*_: object) -> None:
        raise OSError("Redis is away")

    monkeypatch.setattr(service, "measure_lag", away)
    await until(lambda: of_clean("backlog_entries") is None)
    stop.set()
    await task

"""The lag of all stages at once, with a short memory."""

import json
from dataclasses import asdict

import pytest

from schemas import TOPOLOGY, StageName, find_stage
from services.control.lag import measure_lag, samples_key, take_samples, words_key
from services.control.probe import Sample
from services.control.status import Hold, Word
from services.kit.gate import held_key
from services.kit.presence import sign_in
from services.store.dead_letters import add_dead_letters
from tests.integration.records import make_letter

ROW = find_stage(StageName.CLEAN)


@pytest.mark.usefixtures("house")
async def test_every_stage_is_measured_in_the_order_of_the_flow(redis, engine):
    statuses = await measure_lag(redis, engine)
    assert [status.stage for status in statuses] == [row.stage for row in TOPOLOGY]
    assert {status.status for status in statuses} == {Word.STOPPED}
    assert {status.dead_letters for status in statuses} == {0}


@pytest.mark.usefixtures("house")
async def test_dead_letters_are_counted_with_their_stage(redis, engine):
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(1), make_letter(2)])
    counts = {status.stage: status.dead_letters for status in await measure_lag(redis, engine)}
    assert counts == {"ingest": 0, "clean": 2, "entities": 0, "claims": 0}


@pytest.mark.usefixtures("house")
async def test_each_look_is_remembered_for_the_next(redis):
    first = (await take_samples(redis))["clean"]
    second = (await take_samples(redis))["clean"]
    assert second[: len(first)] == first
    assert len(second) == 2
    assert 0 < await redis.ttl(samples_key(ROW)) <= 240


@pytest.mark.usefixtures("house")
async def test_looks_of_long_ago_do_not_count(redis):
    long_ago = Sample("clean", at=1_000_000.0, lag=5, pending=0, ended=0)
    await redis.rpush(samples_key(ROW), json.dumps(asdict(long_ago)))
    assert long_ago not in (await take_samples(redis))["clean"]


@pytest.mark.usefixtures("house")
async def test_a_full_redis_still_remembers_and_still_sees_who_is_alive(redis, engine):
    """The house is full just when the lag is looked at most."""
    await redis.config_set("maxmemory", "1")
    try:
        await sign_in(redis, ROW, "w1")
        await take_samples(redis)
        clean = (await measure_lag(redis, engine))[1]
    finally:
        await redis.config_set("maxmemory", "0")
    assert (clean.status, [one.name for one in clean.consumers]) == (Word.OK, ["w1"])
    assert await redis.llen(samples_key(ROW)) == 2


@pytest.mark.usefixtures("house")
async def test_a_word_is_told_with_the_moment_since_which_it_holds(redis, engine):
    first = (await measure_lag(redis, engine))[1]
    second = (await measure_lag(redis, engine))[1]
    assert (first.status, second.status) == (Word.STOPPED, Word.STOPPED)
    assert second.since == first.since
    await sign_in(redis, ROW, "w1")
    third = (await measure_lag(redis, engine))[1]
    assert third.status is Word.OK
    assert third.since > first.since
    assert 0 < await redis.ttl(words_key(ROW)) <= 240


@pytest.mark.usefixtures("house")
async def test_a_held_stage_is_told_with_its_reason(redis, engine):
    await redis.set(held_key(ROW), json.dumps({"reason": "50 dead letters in a row", "since": 12.5}))
    held = {status.stage: status.held for status in await measure_lag(redis, engine)}
    none = dict.fromkeys(("ingest", "entities", "claims"))
    assert held == {**none, "clean": Hold("50 dead letters in a row", 12.5)}


@pytest.mark.usefixtures("house")
async def test_a_stage_held_by_hand_says_so(redis, engine):
    await redis.set(held_key(ROW), "tired")
    assert (await measure_lag(redis, engine))[1].held == Hold("held by hand", None)


async def test_a_house_that_is_not_set_up_is_unknown(redis, engine):
    statuses = await measure_lag(redis, engine)
    assert {status.status for status in statuses} == {Word.UNKNOWN}

"""What a stage promises, one behaviour a test, on a real Valkey and a real Postgres."""

import asyncio
import json

import pytest
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError
from sqlalchemy import Engine, select

from services.kit.wire import FIELD
from services.store.dead_letters import DeadFilter, find_dead_letters
from services.store.tables import ledger
from tests.pipeline.stagehand import ROW, make_ticket, received, send, until_ended, working
from tests.servers import on_each_server

pytestmark = pytest.mark.usefixtures("house")


def read_outcomes(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {str(row.article_id): row.outcome for row in connection.execute(select(ledger))}


def read_dead(engine: Engine) -> list:
    with engine.connect() as connection:
        return list(find_dead_letters(connection, DeadFilter()))


async def until_delivered(redis: Redis, number: int) -> None:
    """Return as soon as so many entries are in hand."""
    async with asyncio.timeout(10):
        while (await redis.xpending(ROW.source, ROW.group))["pending"] < number:
            await asyncio.sleep(0.02)


@on_each_server
async def test_work_published_before_the_first_worker_is_not_lost(redis, engine, servers):
    """The group begins at the start of the stream, not at the moment the worker comes."""
    await send(redis, *(make_ticket(number) for number in range(5)))
    async with working(servers):
        await until_ended(redis, 5)
    assert [one.text for one in await received(redis)] == ["stamped plain"] * 5
    assert set(read_outcomes(engine).values()) == {"done"}


async def test_a_result_carries_article_revision_times_and_trace(redis, engine, servers):
    """What is known of the article goes along unchanged, in the same trace."""
    ticket = make_ticket(7)
    await send(redis, ticket)
    async with working(servers):
        await until_ended(redis, 1)
    (result,) = await received(redis)
    same = ("article_id", "revision", "submitted_at")
    assert [getattr(result, name) for name in same] == [getattr(ticket, name) for name in same]
    assert result.traceparent.split("-")[1] == ticket.traceparent.split("-")[1]
    assert result.produced_at > ticket.produced_at
    assert result.message_id != ticket.message_id


async def test_a_bad_item_harms_none_of_its_batch(redis, engine, servers):
    """Garbage and poison become dead letters; the neighbours are done."""
    await send(
        redis, make_ticket(1), b"{not json", make_ticket(2, "poison"), b'{"version": 1}', make_ticket(3)
    )
    async with working(servers):
        await until_ended(redis, 5)
    assert len(await received(redis)) == 2
    reasons = [row.reason for row in read_dead(engine)]
    assert reasons[0].startswith("not JSON: ")
    assert reasons[1].startswith("not a valid ArticleIngested: message_id: Field required; article_id:")
    assert reasons[2] == "poison: it says so itself"


async def test_a_dead_letter_keeps_the_bytes_as_they_came(redis, engine, servers):
    """Whatever was sent can be taken out again, bit by bit."""
    await send(redis, b"\x00\xff binary \x00")
    async with working(servers):
        await until_ended(redis, 1)
    (letter,) = read_dead(engine)
    assert letter.payload == b"\x00\xff binary \x00"
    assert (letter.stage, letter.stream, letter.attempts) == ("clean", ROW.source, 1)


async def test_an_entry_without_our_field_says_what_it_has(redis, engine, servers):
    """A publisher who used another field name is told so."""
    await redis.xadd(ROW.source, {"data": "x", "more": "y"})
    async with working(servers):
        await until_ended(redis, 1)
    (letter,) = read_dead(engine)
    assert letter.reason == "the entry has no field '__data__'; it has: data, more"
    assert letter.payload == b"data\tx\nmore\ty"


async def test_a_message_over_the_limit_is_not_parsed(redis, engine, servers):
    """Its size is enough to know."""
    await send(redis, json.dumps({"padding": "x" * 5000}).encode())
    async with working(servers, max_message_bytes=4000):
        await until_ended(redis, 1)
    (letter,) = read_dead(engine)
    assert "the limit is 0.0 MB (COPYDESK_MAX_MESSAGE_BYTES)" in letter.reason
    assert len(letter.payload) > 5000


async def test_a_skip_is_recorded_with_its_reason_and_handed_to_nobody(redis, engine, servers):
    """Nothing is wrong, and nothing is left to do."""
    await send(redis, make_ticket(1, "skip"))
    async with working(servers):
        await until_ended(redis, 1)
    assert await received(redis) == []
    assert read_dead(engine) == []
    with engine.connect() as connection:
        row = connection.execute(select(ledger)).one()
    assert (row.outcome, row.reason) == ("skipped", "nothing to stamp")


@on_each_server
async def test_a_failure_is_tried_again(redis, engine, servers):
    """The second attempt comes after a backoff, and counts as the second."""
    await send(redis, make_ticket(1, "recovers"))
    async with working(servers):
        await until_ended(redis, 1)
    (result,) = await received(redis)
    assert result.attempt == 2


async def test_a_failure_that_stays_is_a_dead_letter_after_the_last_attempt(redis, engine, servers):
    """With the exception's class and first line, and the number of attempts."""
    await send(redis, make_ticket(1, "fails"), make_ticket(2))
    async with working(servers):
        await until_ended(redis, 2)
    (letter,) = read_dead(engine)
    assert letter.reason == "failed 3 times: RuntimeError: it always fails"
    assert letter.exception == "RuntimeError: it always fails"
    assert letter.attempts == 3
    assert sorted(read_outcomes(engine).values()) == ["dead", "done"]


@on_each_server
async def test_what_was_delivered_too_often_is_given_up_unrun(redis, engine, servers):
    """An entry whose worker ended each time would end this one too."""
    (entry_id,) = await send(redis, make_ticket(1, "kills"))
    for _ in range(ROW.max_deliveries):
        await redis.xreadgroup(ROW.group, "gone", {ROW.source: ">"})
        await redis.xclaim(ROW.source, ROW.group, "gone", 0, [entry_id])
    async with working(servers):
        await until_ended(redis, 1)
    (letter,) = read_dead(engine)
    assert letter.reason == "given up after 3 deliveries: the worker ended or hung each time"


@on_each_server
async def test_entries_of_a_silent_worker_are_taken_over(redis, engine, servers):
    """What somebody took and never ended is done by somebody else."""
    await send(redis, *(make_ticket(number) for number in range(4)))
    await redis.xreadgroup(ROW.group, "gone", {ROW.source: ">"}, count=3)
    async with working(servers):
        await until_ended(redis, 4)
    assert sorted(one.attempt for one in await received(redis)) == [1, 2, 2, 2]


async def test_slow_work_is_not_taken_from_a_live_worker(redis, engine, servers):
    """Work of three claim times is renewed, so that the second worker leaves it alone."""
    await send(redis, make_ticket(1, "slow 1.2"))
    async with working(servers), working(servers):
        await until_ended(redis, 1)
    (result,) = await received(redis)
    assert result.attempt == 1


async def test_an_entry_is_taken_over_when_its_turn_has_come(redis, engine, servers):
    """While other work runs it counts no delivery: that work may end the worker."""
    (entry_id,) = await send(redis, make_ticket(1))
    await redis.xreadgroup(ROW.group, "gone", {ROW.source: ">"})
    await send(redis, make_ticket(2, "slow 2.5"))
    async with working(servers):
        await until_delivered(redis, 2)
        await asyncio.sleep(0.8)
        (pending,) = await redis.xpending_range(ROW.source, ROW.group, entry_id, entry_id, 1)
        assert (pending["consumer"], pending["times_delivered"]) == (b"gone", 1)
        await until_ended(redis, 2)
    assert sorted(one.attempt for one in await received(redis)) == [1, 2]


@on_each_server
async def test_work_done_twice_is_handed_on_once(redis, engine, servers):
    """A worker that was paused beyond the claim time finds its entry acknowledged by another."""
    (entry_id,) = await send(redis, make_ticket(1, "slow 0.5"))
    async with working(servers):
        await until_delivered(redis, 1)
        await redis.xack(ROW.source, ROW.group, entry_id)  # as the other worker would have
        await asyncio.sleep(0.6)
    assert await received(redis) == []


async def test_stopping_finishes_the_work_in_hand(redis, engine, servers):
    """SIGTERM during a turn loses nothing and leaves nothing pending."""
    await send(redis, make_ticket(1, "slow 0.5"))
    async with working(servers):
        await until_delivered(redis, 1)
    assert len(await received(redis)) == 1
    assert (await redis.xpending(ROW.source, ROW.group))["pending"] == 0


@on_each_server
async def test_stopping_releases_what_cannot_be_finished(redis, engine, servers):
    """The next worker gets it at once, not after the claim time, and it does not count as an attempt."""
    (entry_id,) = await send(redis, make_ticket(1, "slow 1.5"))
    async with working(servers, grace=0.2, claim_after=300.0):
        await until_delivered(redis, 1)
    (pending,) = await redis.xpending_range(ROW.source, ROW.group, entry_id, entry_id, 1)
    assert pending["times_delivered"] == 0
    assert pending["time_since_delivered"] > 300_000


@on_each_server
async def test_a_worker_that_stops_leaves_no_consumer_behind(redis, engine, servers):
    """The group's list of consumers does not grow with each restart."""
    async with working(servers):
        await send(redis, make_ticket(1))
        await until_ended(redis, 1)
    assert await redis.xinfo_consumers(ROW.source, ROW.group) == []
    assert await redis.zcard("copydesk.presence.clean") == 0


async def test_faststreams_own_envelope_is_read_too(redis, engine, servers):
    """A Python publisher may use broker.publish."""
    from faststream.redis import RedisBroker

    async with RedisBroker(servers.redis_url) as broker:
        await broker.publish(make_ticket(1), stream=ROW.source)
    async with working(servers):
        await until_ended(redis, 1)
    assert len(await received(redis)) == 1


async def test_what_is_handed_on_reads_as_json_in_redis_cli(redis, engine, servers):
    """No envelope: the field holds the message and nothing else."""
    await send(redis, make_ticket(1))
    async with working(servers):
        await until_ended(redis, 1)
    ((_, fields),) = await redis.xrange(ROW.target)
    assert json.loads(fields[FIELD])["text"] == "stamped plain"


@on_each_server
async def test_a_full_redis_lets_what_is_in_the_house_go_through(redis, engine, servers):
    """The entrance is refused (noeviction); the hop is not, for it has acknowledged before it adds."""
    async with working(servers):
        await send(redis, make_ticket(1, "slow 0.5"))
        await asyncio.sleep(0.3)
        await redis.config_set("maxmemory", 1)
        try:
            with pytest.raises(OutOfMemoryError):
                await send(redis, make_ticket(2))
            await until_ended(redis, 1)
        finally:
            await redis.config_set("maxmemory", 0)
    (result,) = await received(redis)
    assert result.attempt == 1

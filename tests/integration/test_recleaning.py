"""Once a source has grown its first articles are cleaned anew, by nobody's command: on real servers."""

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import update

from services.cli.outgrown import reclean_outgrown
from services.control import gauges
from services.control.service import Control
from services.control.settings import ControlSettings
from services.kit.health import Health
from services.store.tables import cleanings, source_pages, texts
from tests.integration.house import CLEAN, at_work, read_ledger, read_rows, submit, until_done
from tests.integration.test_source_pages import OFFER, clean, end_at_entities, tell

pytestmark = pytest.mark.usefixtures("house")
QUICK = {"sample_every": 0.1, "trim_every": 60, "reconcile_every": 60, "reclean_every": 0.1}


def make_control(redis, engine, **changes: float) -> Control:
    settings = ControlSettings(**{**QUICK, **changes})
    return Control(redis, engine, settings, Health(tick_limit=10, turn_limit=10), reclean=reclean_outgrown)


@asynccontextmanager
async def controlled(redis, engine, number: int = 1):
    """So many control services, from here to the end of the block."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(make_control(redis, engine).run(stop))
        yield
        stop.set()


def read_marks(engine) -> list[tuple[int, int]]:
    """Of each article: the pages known at its last cleaning, and how often it was handed in again."""
    return sorted((row.pages, row.again) for row in read_rows(engine, cleanings))


async def count_handed_in(redis) -> int:
    """Entries that the clean stage ever got; control cuts those that are done."""
    return int((await redis.xinfo_stream(CLEAN.source))["entries-added"])


async def until_settled(engine) -> None:
    """Wait until no source has outgrown what is known of its articles."""
    async with asyncio.timeout(30):
        while min(pages for pages, _ in read_marks(engine)) * 2 <= len(read_rows(engine, source_pages)):
            await asyncio.sleep(0.05)


async def test_the_first_articles_are_cleaned_anew_by_nobodys_command(redis, servers, engine):
    """The text that counts is the new one, and what the later stages owe is owed again."""
    first = (await clean(redis, servers, *(tell(number) for number in range(4))))[0]
    end_at_entities(engine, first)
    assert [OFFER in row.text for row in read_rows(engine, texts)].count(True) == 2
    async with at_work(servers), controlled(redis, engine):
        await until_settled(engine)
        await until_done(redis)
    assert not any(OFFER in row.text for row in read_rows(engine, texts))
    assert [stage for stage, *_ in read_ledger(engine)].count("entities") == 0
    assert await redis.xlen(CLEAN.target) == 6


async def test_each_is_handed_in_once_by_any_number_of_services(redis, servers, engine):
    await clean(redis, servers, *(tell(number) for number in range(4)))
    async with controlled(redis, engine, number=2):
        await until_settled(engine)
        await asyncio.sleep(0.5)
    assert await count_handed_in(redis) == 6
    assert read_marks(engine) == [(3, 0), (4, 0), (4, 1), (4, 1)]


async def test_two_that_come_to_the_same_result_at_once_hand_it_in_once(redis, servers, engine):
    """As when one was paused for longer than its lease: both have looked, and neither has said so."""
    await clean(redis, servers, *(tell(number) for number in range(4)))
    numbers = await asyncio.gather(*(reclean_outgrown(redis, engine) for _ in range(2)))
    assert sum(numbers) == 2
    assert await count_handed_in(redis) == 6
    assert read_marks(engine) == [(3, 0), (4, 0), (4, 1), (4, 1)]


async def test_a_service_that_dies_before_it_is_noted_costs_nothing(redis, servers, engine, monkeypatch):
    """The next comes to the same result, and Redis knows that it was handed in."""
    await clean(redis, servers, *(tell(number) for number in range(4)))
    with monkeypatch.context() as broken:
        broken.setattr("services.cli.outgrown._note", _fail)
        with pytest.raises(RedisConnectionError):
            await reclean_outgrown(redis, engine)
    assert read_marks(engine) == [(1, 0), (2, 0), (3, 0), (4, 0)]
    assert await reclean_outgrown(redis, engine) == 0
    assert await count_handed_in(redis) == 6
    assert await reclean_outgrown(redis, engine) == 0


def _fail(*_given: object) -> None:
    raise RedisConnectionError("as if it had been killed")


async def test_what_would_stay_the_same_is_looked_at_once(redis, servers, engine):
    """It is not handed in, and not looked at again before the source has doubled once more."""
    await clean(redis, servers, *(tell(number, more="") for number in range(4)))
    assert read_marks(engine) == [(1, 0), (2, 0), (3, 0), (4, 0)]
    assert await reclean_outgrown(redis, engine) == 0
    assert read_marks(engine) == [(3, 0), (4, 0), (4, 0), (4, 0)]
    assert await count_handed_in(redis) == 4


async def test_articles_of_one_batch_know_only_those_before_them(redis, servers, engine):
    """A new source that comes all at once is not taken for known."""
    await submit(redis, *(tell(number) for number in range(4)))
    async with at_work(servers):
        await until_done(redis)
    assert read_marks(engine) == [(1, 0), (2, 0), (3, 0), (4, 0)]


async def test_a_cleaning_anew_is_noted_like_any_other(redis, servers, engine):
    """By the clean stage, which may know more by then; how often it was handed in stays."""
    await clean(redis, servers, *(tell(number) for number in range(4)))
    await reclean_outgrown(redis, engine)
    with engine.begin() as tx:
        tx.execute(update(cleanings).values(pages=0))
    await clean(redis, servers)
    assert read_marks(engine) == [(0, 0), (0, 0), (4, 1), (4, 1)]


async def test_an_article_that_ingest_would_refuse_today_keeps_its_text(redis, servers, engine):
    """And is not looked at in vain again and again."""
    await clean(redis, servers, *(tell(number) for number in range(4)))
    with engine.begin() as tx:
        tx.exec_driver_sql("update revisions set raw = '   '")
    assert await reclean_outgrown(redis, engine) == 0
    assert read_marks(engine) == [(3, 0), (4, 0), (4, 0), (4, 0)]


async def test_only_so_many_are_looked_at_in_one_go(redis, servers, engine, monkeypatch):
    """Those first of which the least was known."""
    monkeypatch.setattr("services.cli.outgrown.AT_ONCE", 1)
    await clean(redis, servers, *(tell(number) for number in range(4)))
    assert [await reclean_outgrown(redis, engine) for _ in range(3)] == [1, 1, 0]


@contextmanager
def control_process(servers, log: Path):
    """The control service as the command starts it; at the end of the block it is told to stop."""
    environment = {
        **os.environ,
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
    }
    with log.open("wb") as output:
        command = [sys.executable, "-m", "services.cli.control"]
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield
        process.terminate()
        assert process.wait(20) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


async def test_the_service_as_it_is_started_does_it(redis, servers, engine, tmp_path):
    """The command brings the duty along."""
    await clean(redis, servers, *(tell(number) for number in range(4)))
    with control_process(servers, tmp_path / "log"):
        await until_settled(engine)
    assert "articles_cleaned_anew" in (tmp_path / "log").read_text()


async def test_it_can_be_turned_off(redis, engine):
    duties = {duty.name for duty in make_control(redis, engine)._upkeep}
    assert duties - {duty.name for duty in make_control(redis, engine, reclean_every=0)._upkeep} == {
        "reclean"
    }


async def test_the_service_counts_what_it_hands_in(redis, servers, engine):
    await clean(redis, servers, *(tell(number) for number in range(4)))
    before = gauges.RECLEANED._value.get()
    async with controlled(redis, engine):
        await until_settled(engine)
        async with asyncio.timeout(10):
            while gauges.RECLEANED._value.get() < before + 2:
                await asyncio.sleep(0.02)

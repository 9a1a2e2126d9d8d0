"""Workers die at any moment, and every article still ends once.

    COPYDESK_TEST_ARTICLES=1000 python -m pytest tests/chaos -s

runs the long form; by default it is short.
"""

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select

from bench.articles import vary_examples
from schemas import TOPOLOGY, StageName
from services.control.publication import Candidate, find_ended, publish
from services.embedded.processes import Crew
from services.ingest import find_ref
from services.store.tables import articles, claims, dead_letters, ledger

ARTICLES = int(os.environ.get("COPYDESK_TEST_ARTICLES", "120"))
SEED = int(os.environ.get("COPYDESK_TEST_SEED", "7"))


@pytest.mark.slow
@pytest.mark.timeout(60 + 4 * ARTICLES)
async def test_killed_workers_lose_nothing_and_do_nothing_twice(
    house, redis: Redis, engine, servers, tmp_path: Path
):
    """SIGKILL for a random worker every few seconds: all articles done, each claim once, nothing pending."""
    chance = random.Random(SEED)
    environment = {
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COPYDESK_CLAIM_AFTER": "4",
    }
    crew = Crew(environment, tmp_path / "logs")
    crew.start({**dict.fromkeys(StageName, 1), StageName.ENTITIES: 2, StageName.CLAIMS: 2})
    candidates = [Candidate(str(n), one, find_ref(one)) for n, one in enumerate(vary_examples(ARTICLES))]
    kills, began = 0, time.monotonic()
    try:
        published = await publish(redis, engine, candidates)
        next_kill = 0.0
        while len(ended := await asyncio.to_thread(find_ended, engine, published)) < len(published):
            crew.watch()
            if ended and time.monotonic() > next_kill:
                os.kill(chance.choice(sorted(crew.pids())), signal.SIGKILL)
                kills += 1
                next_kill = time.monotonic() + chance.uniform(2, 5)
            await asyncio.sleep(0.2)
        # An end is stored before its entry is acknowledged: one killed in between leaves it to the next.
        while any([(await redis.xpending(row.source, row.group))["pending"] for row in TOPOLOGY]):
            crew.watch()
            await asyncio.sleep(0.2)
    finally:
        crew.stop()

    with engine.connect() as connection:
        done = connection.execute(
            select(func.count()).where(ledger.c.stage == StageName.CLAIMS, ledger.c.outcome == "done")
        ).scalar_one()
        stored = connection.execute(select(func.count()).select_from(articles)).scalar_one()
        dead = connection.execute(select(dead_letters.c.reason)).scalars().all()
        found = connection.execute(select(claims.c.article_id, claims.c.record)).all()
    assert not dead
    assert {one.ending.value for one in ended} == {"done"}
    assert done == stored == ARTICLES
    spans = [
        (row.article_id, tuple((s["start"], s["end"]) for s in row.record["content"]), row.record["kind"])
        for row in found
    ]
    assert len(spans) == len(set(spans)) > 0
    for row in TOPOLOGY:
        assert (await redis.xpending(row.source, row.group))["pending"] == 0
        assert await redis.xlen(row.target) == ARTICLES, (
            f"{row.stage} handed on {row.target} more or less than once"
        )
    assert kills > 0
    seconds = time.monotonic() - began
    print(f"\n{ARTICLES} articles, {kills} kills, {len(found)} claims, 0 lost, 0 twice, {seconds:.0f} s")

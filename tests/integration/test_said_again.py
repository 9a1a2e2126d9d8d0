"""From the claims worker to the cluster: on real servers, by itself, and by `copydesk recluster`."""

import asyncio
import json

import pytest
from redis.asyncio import Redis
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from schemas import EntitiesExtracted, StageName, find_stage
from services.claims.handler import build_handler
from services.claims.settings import ClaimsSettings
from services.cli.main import app
from services.cli.matching import Matcher
from services.control import gauges
from services.control.service import Control
from services.control.settings import ControlSettings
from services.kit.health import Health
from services.kit.wire import FIELD, encode
from services.store.clusters import list_clusters, read_cluster
from services.store.tables import claims
from services.store.wordings import count_unsettled
from tests.integration.house import until_done
from tests.integration.records import describe
from tests.integration.telling import arrive, find, name_claim, read_state, tell
from tests.integration.test_recleaning import control_process
from tests.pipeline.stagehand import working

pytestmark = pytest.mark.usefixtures("house")
CLAIMS = find_stage(StageName.CLAIMS)
ONE = """Kestrel Foods will close its plant in Osterby and cut 450 jobs, the company said on Tuesday.

Workers gathered in front of the gates in the evening."""
OTHER = """"It is a black day," said Tomas Ferrand, the mayor.

According to Ferrand, 450 jobs are to go as Kestrel Foods shuts its factory in Osterby."""


async def detect(redis: Redis, servers, engine: Engine, *texts: str) -> None:
    """Have the claims worker find the claims of these articles."""
    for article, text in enumerate(texts):
        arrive(engine, article, minute=article)
        message = EntitiesExtracted(**describe(article, "a", article), text=text)
        await redis.xadd(CLAIMS.source, {FIELD: encode(message)})
    async with working(servers, build_handler(ClaimsSettings())):
        await until_done(redis, CLAIMS, seconds=90)


async def test_what_the_worker_finds_in_two_articles_is_one_claim(redis, servers, engine):
    await detect(redis, servers, engine, ONE, OTHER)
    while Matcher().match(engine).changes:
        pass
    with engine.connect() as connection:
        (row,) = list_clusters(connection, limit=5)
        cluster = read_cluster(connection, row.cluster_id)
        worded = set(connection.execute(select(claims.c.wording_id)).scalars())
    assert cluster is not None
    assert (cluster.repetitions, cluster.outlets) == (1, ("Outlet 0", "Outlet 1"))
    assert [speaker for speaker in cluster.speakers if "Ferrand" in speaker]
    assert len(worded - {None}) >= 2


async def test_what_only_the_store_keeps_does_not_travel(redis, servers, engine):
    await detect(redis, servers, engine, ONE)
    ((_, fields),) = await redis.xrange(CLAIMS.target)
    assert "wordings" not in json.loads(fields[FIELD])


def make_control(redis: Redis, engine: Engine, **changes: float) -> Control:
    slow = {"sample_every": 0.1, "trim_every": 60, "reconcile_every": 60, "reclean_every": 0}
    settings = ControlSettings(**{**slow, "match_every": 0.1, **changes})
    return Control(
        redis, engine, settings, Health(tick_limit=10, turn_limit=10), match=Matcher().match_claims
    )


async def test_control_matches_by_nobodys_command(redis, engine):
    stop, before = asyncio.Event(), gauges.MATCHED._value.get()
    tell(engine, 1, "Crime in Harbourton has fallen by a third since 2019.")
    async with asyncio.TaskGroup() as group, asyncio.timeout(30):
        for _ in range(2):
            group.create_task(make_control(redis, engine).run(stop))
        tell(engine, 2, "Since 2019 crime in Harbourton has dropped by one third.", minute=1)
        while await asyncio.to_thread(_count_waiting, engine) or gauges.MATCHED._value.get() < before + 2:
            await asyncio.sleep(0.05)
        stop.set()
    cluster = find(engine, 1, "Crime in Harbourton has fallen by a third since 2019.")
    assert cluster is not None
    assert cluster.repetitions == 1


def _count_waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return count_unsettled(connection)


async def test_the_service_as_it_is_started_does_it(redis, servers, engine, tmp_path):
    """The command brings the duty along."""
    tell(engine, 1, "Crime in Harbourton has fallen by a third since 2019.")
    with control_process(servers, tmp_path / "log"):
        async with asyncio.timeout(30):
            while await asyncio.to_thread(_count_waiting, engine):
                await asyncio.sleep(0.05)
    assert find(engine, 1, "Crime in Harbourton has fallen by a third since 2019.") is not None


async def test_it_can_be_turned_off(redis, engine):
    assert [duty.name for duty in make_control(redis, engine)._matching] == ["match"]
    assert make_control(redis, engine, match_every=0)._matching == []


def test_the_command_matches_everything_anew(redis, servers, engine, monkeypatch):
    monkeypatch.setenv("COPYDESK_REDIS_URL", servers.redis_url)
    monkeypatch.setenv("COPYDESK_DATABASE_URL", servers.database_url)
    tell(engine, 1, "Kestrel Foods will close its plant in Osterby and cut 450 jobs.")
    tell(engine, 2, "450 jobs are to go as Kestrel Foods shuts its factory in Osterby.", minute=1)
    ran = CliRunner().invoke(app, ["recluster", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout) == {"worded": 0, "wordings": 2, "clusters": 1, "repeated": 1}
    assert "wordings placed: 2 of 2" in ran.stderr
    state = read_state(engine)
    assert state["clusters"][0].first_claim_id == name_claim(
        1, "Kestrel Foods will close its plant in Osterby and cut 450 jobs."
    )
    again = CliRunner().invoke(app, ["recluster", "--anew"])
    assert "2 wordings make 1 claims" in again.stdout.replace("\n", " ")
    assert read_state(engine) == state

"""The house is full at a number of unfinished articles, or where Redis has no memory left."""

import pytest
from redis import Redis
from typer.testing import CliRunner

from services.cli.exits import Exit
from services.cli.main import app
from services.control.publication import HouseFull, publish
from services.control.room import Limits, find_room
from tests.integration.test_publication import make_candidate, read_entrance

pytestmark = pytest.mark.usefixtures("house")


async def test_there_is_room_for_what_the_limit_leaves(redis, engine):
    await publish(redis, engine, [make_candidate(1), make_candidate(2)])
    assert (await find_room(redis, Limits(unfinished=5))).free == 3
    full = await find_room(redis, Limits(unfinished=2))
    assert full.free == 0
    assert "2 articles are on their way" in full.reason


async def test_what_redis_has_no_memory_for_is_said_and_the_rest_is_accepted(redis, engine):
    await redis.config_set("maxmemory", "1")
    try:
        with pytest.raises(HouseFull) as full:
            await publish(redis, engine, [make_candidate(1), make_candidate(2)])
        assert "Redis uses" in (await find_room(redis, Limits())).reason
    finally:
        await redis.config_set("maxmemory", "0")
    assert (full.value.accepted, len(full.value.left)) == ([], 2)
    assert len(await publish(redis, engine, full.value.left)) == 2
    assert len(await read_entrance(redis)) == 2


def test_publish_refuses_by_choice_and_never_passes_the_limit(servers, engine, tmp_path, monkeypatch):
    client = Redis.from_url(servers.redis_url)
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"The council met on day {number} and closed the bridge.")
    monkeypatch.setenv("COPYDESK_REDIS_URL", servers.redis_url)
    monkeypatch.setenv("COPYDESK_DATABASE_URL", servers.database_url)
    monkeypatch.setenv("COPYDESK_FULL_UNFINISHED", "3")
    done = CliRunner().invoke(app, ["publish", str(tmp_path), "--no-wait"])
    assert done.exit_code == Exit.LIMIT, done.output
    assert client.xlen("article.submitted") == 3
    client.close()

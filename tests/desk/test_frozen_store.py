"""A store that is there and says nothing: what needs it is refused soon, what does not goes on."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services.desk.line import PLACES
from services.desk.pages.static import address
from services.desk.process import build
from services.desk.settings import DeskSettings
from services.kit.settings import Settings
from tests.chaos.proxy import Lines, lines_to
from tests.desk.conftest import RunningDesk, running

CROWD = 60
"""Reads at once: more than the desk has connections."""
READ = "/api/v1/articles"


@pytest.fixture
async def lines(servers, house) -> AsyncIterator[Lines]:
    async with lines_to(servers) as lines:
        yield lines


@pytest.fixture
async def desk(lines) -> AsyncIterator[RunningDesk]:
    async with running(lines.addresses) as desk:
        yield desk


async def ask(client: httpx.AsyncClient, path: str = READ) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = await client.get(path)
    return answer, time.monotonic() - began


async def freeze(desk: RunningDesk, lines: Lines, client: httpx.AsyncClient) -> None:
    """Have the store say nothing any more on connections that are open already."""
    for answer, _ in await asyncio.gather(*(ask(client) for _ in range(PLACES))):
        assert answer.status_code == 200
    lines.postgres.fall_silent()


async def test_a_crowd_is_refused_soon_and_told_when_to_come_again(desk, lines):
    async with desk.client(limits=httpx.Limits(max_connections=None)) as client:
        await freeze(desk, lines, client)
        answers = await asyncio.gather(*(ask(client) for _ in range(CROWD)))
    waits = sorted(seconds for _, seconds in answers)
    assert {answer.status_code for answer, _ in answers} == {503}
    assert all(answer.headers["retry-after"] for answer, _ in answers)
    assert waits[CROWD // 2] < 9.0, f"half of them waited longer than {waits[CROWD // 2]:.1f} s"
    assert waits[-1] < 15.0, f"one waited {waits[-1]:.1f} s"


async def test_what_needs_no_store_goes_on(desk, lines):
    async with desk.client("submit", limits=httpx.Limits(max_connections=None)) as client:
        await freeze(desk, lines, client)
        async with asyncio.TaskGroup() as crowd:
            for _ in range(CROWD):
                crowd.create_task(ask(client))
            await asyncio.sleep(0.2)
            for path in ("/livez", address("desk.css"), "/sign-in"):
                answer, seconds = await ask(client, path)
                assert (answer.status_code, seconds < 4.0) == (200, True), f"{path}: {seconds:.1f} s"
            began = time.monotonic()
            refused = await client.post(READ, json={"text": "No address but this.", "url": "nowhere"})
            assert (refused.status_code, time.monotonic() - began < 4.0) == (422, True)
            answer, seconds = await ask(client, "/readyz")
            assert (answer.status_code, list(answer.json()), seconds < 6.0) == (503, ["store"], True)


async def test_the_lag_is_shown_all_the_same(desk, lines):
    async with desk.client(limits=httpx.Limits(max_connections=None)) as client:
        await freeze(desk, lines, client)
        answers = await asyncio.gather(*(ask(client, "/api/v1/pipeline") for _ in range(20)))
    assert {answer.status_code for answer, _ in answers} == {200}
    assert {stage["dead_letters"] for answer, _ in answers for stage in answer.json()["stages"]} == {None}
    assert max(seconds for _, seconds in answers) < 15.0


async def test_it_is_served_again_as_soon_as_the_store_speaks(desk, lines):
    async with desk.client(limits=httpx.Limits(max_connections=None)) as client:
        await freeze(desk, lines, client)
        await asyncio.gather(*(ask(client) for _ in range(CROWD)))
        await lines.postgres.restore()
        answer, seconds = await ask(client)
    assert (answer.status_code, seconds < 4.0) == (200, True)


async def test_what_waits_for_the_store_is_let_go_when_the_desk_stops(lines):
    app = build(
        Settings(redis_url=lines.addresses.redis_url, database_url=lines.addresses.database_url),
        DeskSettings(),
    )
    async with app.router.lifespan_context(app):
        house = app.state.house
        lines.postgres.swallow_answer(b"the answer")
        asking = asyncio.create_task(house.read(lambda tx: tx.execute(text("select 'the answer'"))))
        await asyncio.sleep(0.5)
    with pytest.raises(OperationalError):
        await asyncio.wait_for(asking, 2.0)

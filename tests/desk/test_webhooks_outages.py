"""`copydesk webhooks run` while its servers are away or silent: it says so, waits, and goes on."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from services.store.engine import Patience, connect
from tests.chaos.proxy import Lines, lines_to
from tests.conftest import wait_until
from tests.desk.delivering import delivering, until_done
from tests.desk.test_claims_stream import detect, tell
from tests.desk.test_webhooks_deaths import start_process
from tests.servers import find_port


@pytest.fixture
async def lines(servers) -> AsyncIterator[Lines]:
    async with lines_to(servers) as lines:
        yield lines


async def test_the_process_may_start_before_its_servers(lines, redis, engine, receiver, add):
    await add(receiver)
    port = find_port()
    for line in (lines.redis, lines.postgres):
        line.refuse()
    quick = {"webhooks_allow": "127.0.0.1/32", "webhooks_look_every": "0.05", "health_port": str(port)}
    process = await start_process(lines.addresses, **quick)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

            async def ask(path: str) -> httpx.Response | None:
                await asyncio.sleep(0.1)
                try:
                    return await client.get(path)
                except httpx.TransportError:
                    return None

            while (said := await ask("/readyz")) is None or "store" not in said.json():
                assert process.returncode is None
            assert said.status_code == 503
            assert (await ask("/livez")).status_code == 200
            await tell(redis, detect(1, "Fees rise."))
            for line in (lines.redis, lines.postgres):
                await line.restore()
            await until_done(engine, 1, 30)
            while (await ask("/readyz")).status_code != 200:
                assert process.returncode is None
            assert 'copydesk_webhooks{state="active"} 1.0' in (await ask("/metrics/")).text
        process.terminate()
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_silent_store_is_given_up_and_asked_again(lines, redis, engine, receiver, add):
    await add(receiver)
    store = connect(lines.addresses.database_url, patience=Patience(0.5), connect_within=2)
    async with delivering(redis, store) as health:
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
        lines.postgres.fall_silent()
        await tell(redis, detect(2, "Two."))
        await wait_until(lambda: "store" in health.ready, 20, "it says that the store lacks")
        await lines.postgres.restore()
        await until_done(engine, 2, 30)
        await wait_until(lambda: not health.ready, 30, "it says that nothing lacks")
    store.dispose()

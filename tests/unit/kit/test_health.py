"""What a worker answers when it is asked how it is."""

import asyncio
import socket
import time
from urllib.request import urlopen

import httpx
import pytest

from services.kit import metrics
from services.kit.health import Health, HealthServer, build_routes


@pytest.fixture
def health() -> Health:
    return Health(tick_limit=10.0, turn_limit=600.0)


async def ask(health: Health, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(build_routes(health))
    async with httpx.AsyncClient(transport=transport, base_url="http://worker") as client:
        return await client.get(path, follow_redirects=True)


async def asked(health: Health, path: str) -> tuple[int, dict[str, str]]:
    answer = await ask(health, path)
    return answer.status_code, answer.json()


async def test_a_worker_that_makes_progress_is_live(health):
    assert await asked(health, "/livez") == (200, {})


async def test_a_worker_without_a_heartbeat_is_not_live(health):
    health.ticked = time.monotonic() - 75
    assert await asked(health, "/livez") == (503, {"heartbeat": "none for 75 s"})


async def test_a_turn_that_does_not_end_makes_the_worker_not_live(health):
    health.turn_began = time.monotonic() - 700
    assert await asked(health, "/livez") == (503, {"turn": "not ended for 700 s"})


async def test_a_turn_within_its_limit_is_no_failure(health):
    health.turn_began = time.monotonic() - 300
    assert await asked(health, "/livez") == (200, {})


async def test_a_worker_whose_read_loop_has_ended_is_not_live(health):
    health.reading = False
    assert await asked(health, "/livez") == (503, {"reader": "the subscriber's loop has ended"})


async def test_every_failure_is_named(health):
    health.ticked = time.monotonic() - 75
    health.reading = False
    status, failures = await asked(health, "/livez")
    assert (status, set(failures)) == (503, {"heartbeat", "reader"})


async def test_a_worker_that_lacks_nothing_is_ready(health):
    assert await asked(health, "/readyz") == (200, {})


async def test_a_worker_says_what_it_waits_for(health):
    health.lacks("store", "OperationalError: connection refused")
    health.lacks("model", "not loaded yet")
    assert await asked(health, "/readyz") == (
        503,
        {"store": "OperationalError: connection refused", "model": "not loaded yet"},
    )


async def test_a_worker_is_ready_again_when_the_server_is_back(health):
    health.lacks("redis", "away")
    health.lacks("redis", None)
    health.lacks("redis", None)
    assert await asked(health, "/readyz") == (200, {})


async def test_a_worker_that_waits_for_a_server_is_live_all_the_same(health):
    """Starting it again would not bring the server back."""
    health.lacks("store", "away")
    assert await asked(health, "/livez") == (200, {})


async def test_metrics_are_served_with_their_help(health):
    metrics.MESSAGES.labels("proofreading", "done").inc(3)
    page = (await ask(health, "/metrics")).text
    assert "# HELP copydesk_messages_total Stream entries that ended at a stage, by outcome." in page
    assert 'copydesk_messages_total{outcome="done",stage="proofreading"} 3.0' in page


async def test_any_other_path_is_not_found(health):
    assert (await ask(health, "/")).status_code == 404


def read(address: str, path: str) -> bytes:
    with urlopen(f"http://{address}{path}", timeout=5) as answer:
        return answer.read()


async def test_port_0_takes_a_free_port_and_stopping_frees_it(health):
    server = HealthServer(health, "127.0.0.1", 0)
    host, _, port = server.address.partition(":")
    await server.start()
    try:
        assert await asyncio.to_thread(read, server.address, "/livez") == b"{}"
    finally:
        await server.stop()
    socket.create_server((host, int(port))).close()

"""The five examples of docs/client.md, run in their order against a whole house."""

import contextlib
import io
import time
from pathlib import Path

import pytest
from redis import Redis

from schemas import TOPOLOGY
from services.client import Client
from services.kit.wire import FIELD
from tests.client.conftest import TOKEN, read_examples

PAGE = Path(__file__).parents[2] / "docs" / "client.md"
PUBLISH, FOLLOW, SEARCH, STREAM, REPLAY = read_examples(PAGE)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_examples_do_what_they_say(address, servers):
    names: dict[str, object] = {}

    def run(example: str) -> str:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(example.replace("http://127.0.0.1:8400", address), names)
        return said.getvalue()

    assert run(PUBLISH).startswith("accepted ")
    assert [line.split()[:2] for line in run(FOLLOW).splitlines()] == [
        [row.stage, "done"] for row in TOPOLOGY
    ]
    found = run(SEARCH)
    assert "9,000 lorries" in found
    assert "Ilse Brandt: " in found
    assert run(STREAM).startswith("Lorries on the bridge | ")

    with Redis.from_url(servers.redis_url) as redis, Client(address, TOKEN) as desk:
        redis.xadd(TOPOLOGY[0].source, {FIELD: b'{"text": 7}'})
        letters = wait_for_letters(desk)
        assert str(letters[0].dead_id) in run(REPLAY)
        assert not list(desk.find_dead_letters())
    names["desk"].close()


def wait_for_letters(desk: Client) -> list[object]:
    deadline = time.monotonic() + 60
    while not (letters := list(desk.find_dead_letters())):
        assert time.monotonic() < deadline, "no dead letter within a minute"
        time.sleep(0.2)
    return letters

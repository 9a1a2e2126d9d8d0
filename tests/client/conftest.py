"""A whole house with a desk in front of it: servers, workers and the desk are processes of their own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from schemas import StageName
from services.embedded.addresses import Addresses
from services.embedded.processes import Crew
from tests.servers import find_port

TOKEN = "words-of-your-token"


@pytest.fixture
def address(servers: Addresses, house: None, tmp_path: Path) -> Iterator[str]:
    """Address of the desk of a house at work."""
    address = f"http://127.0.0.1:{find_port()}"
    environment = {
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COPYDESK_DESK_PORT": address.rpartition(":")[2],
        "COPYDESK_DESK_TOKENS": f"tests:submit+operate:{TOKEN}",
    }
    crew = Crew(environment, tmp_path / "logs")
    desk = subprocess.Popen(
        [sys.executable, "-m", "services.cli.desk", "--stop-with-parent"],
        stdin=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    try:
        crew.start(dict.fromkeys(StageName, 1))
        wait_for(address)
        yield address
    finally:
        crew.stop()
        desk.terminate()
        desk.communicate(timeout=30)


def wait_for(address: str, seconds: float = 60.0) -> None:
    """Return as soon as the desk is ready."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"no desk at {address} within {seconds} s")


def read_examples(page: Path) -> list[str]:
    """The Python examples of a page."""
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)

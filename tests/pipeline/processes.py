"""The stage of `stagehand` in processes of its own, one at a time or started again and again."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from services.embedded import Addresses


@contextmanager
def stage_process(servers: Addresses, log: Path, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the stage; it is killed at the end of the block if it still runs."""
    environment = {
        **os.environ,
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COPYDESK_LOG_FORMAT": "json",
        **{f"COPYDESK_{name.upper()}": str(value) for name, value in settings.items()},
    }
    command = [sys.executable, "-m", "tests.pipeline.stage_process"]
    with log.open("ab") as output:
        worker = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait(10)


@asynccontextmanager
async def supervised(servers: Addresses, log: Path, **settings: object) -> AsyncIterator[list[int]]:
    """A worker that is started again each time it ends; gives the exit codes of those that ended."""
    codes: list[int] = []
    running = asyncio.create_task(_supervise(servers, log, codes, settings))
    try:
        yield codes
    finally:
        running.cancel()
        await asyncio.wait({running})


async def _supervise(servers: Addresses, log: Path, codes: list[int], settings: dict[str, object]) -> None:
    while True:
        with stage_process(servers, log, **settings) as worker:
            while (code := worker.poll()) is None:
                await asyncio.sleep(0.05)
            codes.append(code)

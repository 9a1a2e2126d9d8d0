"""`copydesk publish` as a process of its own, and things to publish."""

import asyncio
import contextlib
import gzip
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from backports import zstd
from redis.asyncio import Redis

from services.cli.exits import Exit
from services.embedded import Addresses
from tests.fetching.archives import capture
from tests.fetching.site import reply
from tests.integration.house import INGEST

FILES = 300
NUMBER = 150
AT_ONCE = 120
"""Articles that fit into the house while nobody works: here the command waits, and is interrupted."""


def write_story(number: int) -> str:
    return f"The pier number {number} opened on Monday, said the harbour master of Port Halvern."


def write_page(number: int) -> str:
    return f"<html><body><article><p>{write_story(number)}</p></article></body></html>"


@asynccontextmanager
async def publishing(
    servers: Addresses, *arguments: str | Path, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`copydesk publish` as a process of its own."""
    environment = {
        **os.environ,
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COPYDESK_FETCH_ALLOW": "127.0.0.1/32",
        "COPYDESK_FETCH_DELAY": "0",
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli.main", "publish", *map(str, arguments),
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def run(servers: Addresses, *arguments: str | Path, **more: str) -> tuple[int, str, str]:
    """Its exit code, standard output and standard error, at its end."""
    async with publishing(servers, *arguments, **more) as process:
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def interrupt(servers: Addresses, redis: Redis, *arguments: str | Path) -> str:
    """Ctrl-C when the house is full; returns what was said on standard error."""
    async with publishing(servers, *arguments, COPYDESK_FULL_UNFINISHED=str(AT_ONCE)) as process:
        async with asyncio.timeout(60):
            while await redis.xlen(INGEST.source) < AT_ONCE:
                assert process.returncode is None, (await process.communicate())[1].decode()
                await asyncio.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert process.returncode == Exit.INTERRUPTED, err.decode()
    return err.decode()


def write_folder(folder: Path) -> Path:
    """Articles as text, HTML, JSON and JSON Lines, packed and not, and an archive."""
    stories = iter(range(FILES))
    write: dict[str, Callable[[int], bytes]] = {
        "txt": lambda n: write_story(n).encode(),
        "html": lambda n: write_page(n).encode(),
        "json": lambda n: json.dumps({"text": write_story(n)}).encode(),
        "txt.gz": lambda n: gzip.compress(write_story(n).encode()),
        "html.zst": lambda n: zstd.compress(write_page(n).encode()),
    }
    for suffix, make in write.items():
        (folder / suffix).mkdir(parents=True)
        for number in [next(stories) for _ in range(30)]:
            (folder / suffix / f"{number}.{suffix}").write_bytes(make(number))
    lines = [json.dumps({"text": write_story(next(stories))}) for _ in range(60)]
    (folder / "wire.jsonl").write_text("\n".join(lines[:30]))
    (folder / "wire.ndjson.gz").write_bytes(gzip.compress("\n".join(lines[30:]).encode()))
    captures = [capture(f"https://herald.example/{n}", reply(write_page(n))) for n in stories]
    (folder / "herald.warc.gz").write_bytes(b"".join(captures))
    return folder

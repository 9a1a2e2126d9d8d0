"""Publishers in other languages: JSON in one field of a stream entry is all it takes."""

import asyncio
import json
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.embedded import Addresses
from services.ingest.handler import build_handler
from services.ingest.settings import IngestSettings
from services.store.tables import articles, revisions
from tests.integration.house import INGEST, read_dead, read_ledger, read_rows, until_done
from tests.pipeline.stagehand import working

pytestmark = pytest.mark.usefixtures("house")


async def add(redis_cli: Path, servers: Addresses, *fields: str) -> str:
    """`redis-cli XADD article.submitted * FIELD VALUE …`; returns the entry's id."""
    command = [str(redis_cli), "-u", servers.redis_url, "XADD", INGEST.source, "*", *fields]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    return said.decode().strip()


async def ingest_all(redis: Redis, servers: Addresses) -> None:
    async with working(servers, build_handler(IngestSettings())):
        await until_done(redis, INGEST)


async def test_an_article_from_redis_cli_stands_in_the_store(redis_cli, redis, engine, servers):
    entry_id = await add(redis_cli, servers, "__data__", '{"text": "The bridge opened on Friday."}')
    await ingest_all(redis, servers)
    (article,) = read_rows(engine, articles)
    (revision,) = read_rows(engine, revisions)
    assert (revision.article_id, revision.raw) == (article.article_id, b"The bridge opened on Friday.")
    assert article.submitted_at.timestamp() == int(entry_id.partition("-")[0]) / 1000
    assert read_ledger(engine) == [("ingest", "done", None)]


async def test_every_field_of_a_submission_can_be_given(redis_cli, redis, engine, servers):
    submission = {
        "html": "<html><body><p>Die Brücke öffnet.</p></body></html>",
        "url": "https://harbourpost.example/bruecke",
        "source": "Hafenpost",
        "title": "Brücke öffnet – endlich",
        "published_at": "2026-11-23T10:00:00+01:00",
    }
    await add(redis_cli, servers, "__data__", json.dumps(submission, ensure_ascii=False))
    await ingest_all(redis, servers)
    (article,) = read_rows(engine, articles)
    assert (article.source, article.title) == ("Hafenpost", "Brücke öffnet – endlich")
    assert article.published_at.isoformat() == "2026-11-23T09:00:00+00:00"
    assert read_rows(engine, revisions)[0].raw == submission["html"].encode()


async def test_a_publisher_that_makes_a_mistake_finds_it_named(redis_cli, redis, engine, servers):
    await add(redis_cli, servers, "data", '{"text": "The bridge opened."}')
    await add(redis_cli, servers, "__data__", '{"body": "The bridge opened."}')
    await add(redis_cli, servers, "__data__", "The bridge opened.")
    await ingest_all(redis, servers)
    reasons = [reason for _, reason in read_dead(engine)]
    assert reasons[0] == "the entry has no field '__data__'; it has: data"
    assert reasons[1].endswith("give exactly one of text, html, raw, or a url alone; given: none")
    assert reasons[2].startswith("not JSON: ")

"""The same story in several outlets, on real servers: one is the first, and the others know it."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from schemas import ArticleSubmitted
from services.clean.handler import build_handler
from services.clean.settings import CleanSettings
from services.cli.main import app
from services.ingest.handler import build_handler as build_ingest
from services.ingest.settings import IngestSettings
from services.store.tables import signatures, texts
from tests.integration.house import CLEAN, INGEST, read_ledger, read_rows, submit, until_done
from tests.pipeline.stagehand import working
from tests.unit.clean.test_copies import OTHER, STORY

pytestmark = pytest.mark.usefixtures("house")


def hand_in(outlet: str, text: str, minute: int = 0) -> ArticleSubmitted:
    return ArticleSubmitted.model_validate(
        {
            "source": outlet,
            "source_id": "1",
            "text": text,
            "submitted_at": f"2026-11-23T10:{minute:02}:00Z",
        }
    )


async def clean(redis, servers, *given: ArticleSubmitted, workers: int = 1, **settings: str) -> None:
    """Hand in the articles and have them cleaned by so many workers."""
    handlers = [build_handler(CleanSettings(**settings)) for _ in range(workers)]
    await submit(redis, *given)
    async with working(servers, build_ingest(IngestSettings())):
        await until_done(redis, INGEST)
    async with asyncio.TaskGroup() as group:
        stop = asyncio.Event()
        for handler in handlers:
            group.create_task(_work(servers, handler, stop))
        await until_done(redis, CLEAN)
        stop.set()


async def _work(servers, handler, stop: asyncio.Event) -> None:
    async with working(servers, handler, batch=1):
        await stop.wait()


async def test_the_same_text_again_never_reaches_the_next_stage(redis, servers, engine):
    await clean(redis, servers, hand_in("Harbour Post", STORY))
    await clean(redis, servers, hand_in("Highton News", STORY, minute=1))
    first = next(row.article_id for row in read_rows(engine, signatures) if row.copy_of is None)
    assert read_ledger(engine)[-1] == ("clean", "skipped", f"the same text as article {first}")
    assert await redis.xlen(CLEAN.target) == 1
    assert len(read_rows(engine, texts)) == 2


async def test_an_edited_copy_is_worked_on_and_points_to_the_first(redis, servers, engine):
    edited = f"{STORY}\n\nNobody in Highton was asked about it, said the people there."
    await clean(redis, servers, hand_in("Harbour Post", STORY), hand_in("Highton News", edited, minute=1))
    assert await redis.xlen(CLEAN.target) == 2
    (copy,) = [row for row in read_rows(engine, signatures) if row.copy_of]
    assert copy.copied == pytest.approx(6 / 7)
    assert copy.alike > 0.7


async def test_an_edited_copy_is_only_linked_where_the_house_wants_it(redis, servers, engine):
    edited = f"{STORY}\n\nNobody in Highton was asked about it, said the people there."
    given = hand_in("Harbour Post", STORY), hand_in("Highton News", edited, minute=1)
    await clean(redis, servers, *given, copies="link")
    assert await redis.xlen(CLEAN.target) == 1
    (reason,) = [reason for _, outcome, reason in read_ledger(engine) if outcome == "skipped"]
    assert "86% of its paragraphs stand there" in (reason or "")


async def test_of_many_workers_one_makes_the_first(redis, servers, engine):
    """Twelve outlets bring one story at once; all but one are skipped, and all name the same one."""
    given = [hand_in(f"Outlet {number}", STORY, minute=number) for number in range(12)]
    await clean(redis, servers, *given, hand_in("Outlet 12", OTHER), workers=3)
    rows = read_rows(engine, signatures)
    assert await redis.xlen(CLEAN.target) == 2
    assert len({row.copy_of for row in rows} - {None}) == 1
    assert sum(row.copy_of is None for row in rows) == 2


async def test_an_earlier_article_that_comes_in_late_becomes_the_first(redis, servers, engine):
    edited = f"{STORY}\n\nNobody in Highton was asked about it, said the people there."
    await clean(redis, servers, hand_in("Highton News", edited, minute=5))
    await clean(redis, servers, hand_in("Harbour Post", STORY, minute=1))
    first, copy = sorted(read_rows(engine, signatures), key=lambda row: row.submitted_at)
    assert (first.copy_of, copy.copy_of) == (None, first.article_id)


async def test_an_article_that_is_cleaned_again_stays_what_it_is(redis, servers, engine):
    await clean(redis, servers, hand_in("Harbour Post", STORY, minute=5))
    await clean(redis, servers, hand_in("Highton News", STORY, minute=1))
    before = [(row.article_id, row.copy_of) for row in read_rows(engine, signatures)]
    for _, fields in await redis.xrange(CLEAN.source):
        await redis.xadd(CLEAN.source, fields)
    await clean(redis, servers)
    assert [(row.article_id, row.copy_of) for row in read_rows(engine, signatures)] == before


async def test_the_trace_of_an_article_names_what_it_copies(redis, servers, engine):
    await clean(redis, servers, hand_in("Harbour Post", STORY))
    await clean(redis, servers, hand_in("Highton News", STORY, minute=1))
    (copy,) = [row for row in read_rows(engine, signatures) if row.copy_of]
    shown = await asyncio.to_thread(trace, servers, str(copy.article_id))
    assert f"copies article {copy.copy_of}: 100% alike, 100% of its paragraphs" in " ".join(shown.split())
    assert "copied by 1 other article" in await asyncio.to_thread(trace, servers, str(copy.copy_of))
    entries = json.loads(await asyncio.to_thread(trace, servers, str(copy.article_id), "--json"))
    assert [entry.get("copy_of") for entry in entries] == [None, str(copy.copy_of)]


def trace(servers, *arguments: str) -> str:
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}
    result = CliRunner().invoke(app, ["trace", *arguments], env={**environment, "COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout

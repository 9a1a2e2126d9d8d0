"""Ingest and clean one after the other on real servers: every submission comes to one counted end."""

import asyncio

import pytest
from click.testing import Result
from typer.testing import CliRunner

from schemas import ArticleCleaned, ArticleSubmitted
from services.clean.handler import build_handler as build_clean
from services.clean.settings import CleanSettings
from services.cli.main import app
from services.ingest.handler import build_handler as build_ingest
from services.ingest.settings import IngestSettings
from services.kit.wire import FIELD
from services.store.tables import articles, texts
from tests.integration.house import (
    CLEAN,
    at_work,
    read_dead,
    read_ledger,
    read_rows,
    submit,
    until_done,
)
from tests.pipeline.stagehand import working

pytestmark = pytest.mark.usefixtures("house")

STORY = """\
The city council voted on Tuesday to close the old harbour bridge to lorries from next spring.
Engineers had found cracks in two of the four piers during an inspection last month.

"We would rather close it a year too early than a day too late," said Ilse Brandt, the mayor.
The council expects the detour to add about twenty minutes to each delivery.
"""
PAGE = f"""<!doctype html><html lang="en"><head><title>Bridge to close</title>
<meta property="og:site_name" content="Harbour Post"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Bridge to close</h1>{"".join(f"<p>{part}</p>" for part in STORY.split(chr(10) * 2))}</article>
<footer>All rights reserved.</footer></body></html>"""
GERMAN = """\
Der Stadtrat hat am Dienstag beschlossen, die alte Hafenbrücke ab dem Frühjahr für Lastwagen zu sperren.
Bei einer Prüfung im vergangenen Monat hatten Ingenieure Risse in zwei der vier Pfeiler gefunden.
Die Umleitung verlängert jede Lieferung nach Angaben der Stadt um etwa zwanzig Minuten.
"""
URL = "https://harbourpost.example/2026/bridge"


@pytest.fixture
async def cleaned(redis, servers):
    """Hand in submissions, have them ingested and cleaned, and return what was handed on."""

    async def clean(*given: ArticleSubmitted | bytes) -> list[ArticleCleaned]:
        await submit(redis, *given)
        async with at_work(servers):
            await until_done(redis)
        entries = await redis.xrange(CLEAN.target)
        return [ArticleCleaned.model_validate_json(fields[FIELD]) for _, fields in entries]

    return clean


async def test_a_text_becomes_a_clean_text_in_the_store(cleaned, engine):
    (article,) = await cleaned(ArticleSubmitted(text=STORY, source="Harbour Post"))
    assert article.text.startswith("The city council voted on Tuesday")
    assert article.metadata.language == "en"
    (row,) = read_rows(engine, texts)
    assert (row.text, row.revision) == (article.text, article.revision)
    assert read_ledger(engine) == [("ingest", "done", None), ("clean", "done", None)]


async def test_a_page_becomes_the_text_of_its_article(cleaned, engine):
    (article,) = await cleaned(ArticleSubmitted(html=PAGE, url=URL))
    assert "Ilse Brandt" in article.text
    assert "Sport" not in article.text
    (row,) = read_rows(engine, articles)
    assert (row.title, row.source, row.url) == ("Bridge to close", "Harbour Post", URL)


async def test_an_article_keeps_its_trace_from_stage_to_stage(cleaned):
    trace = f"00-{'7' * 32}-{'1' * 16}-01"
    (article,) = await cleaned(ArticleSubmitted(text=STORY, traceparent=trace))
    assert article.traceparent.split("-")[1] == "7" * 32


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The bridge opened.", "only 3 words of article text; at least 25 are needed"),
        (GERMAN, "no model for language 'de'"),
    ],
)
async def test_what_is_not_worth_the_later_stages_work_is_skipped(cleaned, engine, text, reason):
    assert await cleaned(ArticleSubmitted(text=text)) == []
    assert read_ledger(engine) == [("ingest", "done", None), ("clean", "skipped", reason)]
    assert read_rows(engine, texts) == []


async def test_bad_submissions_harm_none_of_their_batch(cleaned, engine):
    done = await cleaned(
        ArticleSubmitted(text=STORY),
        b"not JSON at all",
        ArticleSubmitted(text=""),
        ArticleSubmitted(raw="JVBERi0xLjcKJeLjz9MKAAECAwQFBgcICQ=="),
        ArticleSubmitted(text=GERMAN),
        ArticleSubmitted(html=PAGE.replace("twenty", "thirty")),
    )
    assert len(done) == 2
    assert {stage for stage, _ in read_dead(engine)} == {"ingest"}
    assert len(read_dead(engine)) == 2
    assert sorted(outcome for stage, outcome, _ in read_ledger(engine) if stage == "clean") == [
        "done",
        "done",
        "skipped",
    ]


async def test_the_text_of_a_new_revision_is_the_one_that_counts(cleaned, engine):
    later = STORY.replace("twenty minutes", "thirty minutes")
    await cleaned(
        ArticleSubmitted(text=STORY, url=URL, submitted_at="2026-11-23T10:00:00Z"),
        ArticleSubmitted(text=later, url=URL, submitted_at="2026-11-23T10:05:00Z"),
    )
    (article,) = read_rows(engine, articles)
    current = next(row.text for row in read_rows(engine, texts) if row.revision == article.revision)
    assert "thirty minutes" in current


async def test_what_was_replaced_on_its_way_is_superseded(redis, cleaned, engine):
    """The older revision waits before clean when the newer one is ingested."""
    later = STORY.replace("twenty minutes", "thirty minutes")
    done = await cleaned(
        ArticleSubmitted(text=STORY, url=URL, submitted_at="2026-11-23T10:00:00Z"),
        ArticleSubmitted(text=later, url=URL, submitted_at="2026-11-23T10:05:00Z"),
    )
    assert [("thirty minutes" in article.text) for article in done] == [True]
    outcomes = sorted(outcome for stage, outcome, _ in read_ledger(engine) if stage == "clean")
    assert outcomes == ["done", "superseded"]


async def test_article_text_is_not_logged(cleaned, capfd):
    await cleaned(ArticleSubmitted(text=STORY), ArticleSubmitted(text=GERMAN), b'{"text": ["Hafen"]}')
    said = "".join(capfd.readouterr())
    assert "dead_letter" in said
    for word in ("council", "Brandt", "Hafen"):
        assert word not in said


async def test_a_skipped_language_is_done_once_there_is_a_model(cleaned, redis, servers, engine):
    await cleaned(ArticleSubmitted(text=GERMAN), ArticleSubmitted(text="Too short."))
    said = await asyncio.to_thread(replay, servers, "--skipped", "no model for language", "--dry-run")
    assert said.stdout.split("\t")[1:] == ["clean", "no model for language 'de'\n"]
    await asyncio.to_thread(replay, servers, "--skipped", "no model for language")
    ingest, clean = build_ingest(IngestSettings()), build_clean(CleanSettings(languages=["en", "de"]))
    async with working(servers, ingest), working(servers, clean):
        await until_done(redis)
    (row,) = read_rows(engine, texts)
    assert row.metadata["language"] == "de"
    assert min(read_ledger(engine)) == ("clean", "done", None)
    assert (await asyncio.to_thread(replay, servers, "--skipped", "no model", code=3)).stdout == ""


def replay(servers, *arguments: str, code: int = 0) -> Result:
    """The command, against the test's servers."""
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}
    result = CliRunner().invoke(app, ["replay", *arguments], env=environment)
    assert result.exit_code == code, result.output
    return result

"""The ingest worker on real servers: submissions become identified articles, each once."""

import json
from base64 import b64encode

import pytest

from schemas import LONGEST_SOURCE, ArticleIngested, ArticleSubmitted, derive_id
from services.ingest.handler import build_handler
from services.ingest.identity import identify
from services.ingest.settings import IngestSettings
from services.kit.wire import FIELD
from services.store.tables import articles, dead_letters, ledger, revisions, submissions
from tests.integration.house import (
    INGEST,
    read_dead,
    read_ledger,
    read_rows,
    read_submissions,
    submit,
    until_done,
)
from tests.pipeline.stagehand import working

pytestmark = pytest.mark.usefixtures("house")

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + bytes(range(256)) * 4
URL = "https://harbourpost.example/2026/bridge"


@pytest.fixture
async def ingested(redis, servers):
    """Hand in submissions, have them ingested, and return what was handed on."""

    async def ingest(*given: ArticleSubmitted | bytes, **more: object) -> list[ArticleIngested]:
        await submit(redis, *given)
        async with working(servers, build_handler(IngestSettings()), **more):
            await until_done(redis, INGEST)
        entries = await redis.xrange(INGEST.target)
        return [ArticleIngested.model_validate_json(fields[FIELD]) for _, fields in entries]

    return ingest


async def test_a_submission_becomes_an_article_with_identity_and_bytes(ingested, engine):
    submission = ArticleSubmitted(text="The bridge opened on Friday.", url=f"{URL}?utm_source=mail")
    (article,) = await ingested(submission)
    identity = identify(submission)
    assert (article.article_id, article.revision) == (identity.article_id, identity.revision)
    assert article.metadata.url == URL
    (revision,) = read_rows(engine, revisions)
    assert (revision.raw, revision.revision) == (b"The bridge opened on Friday.", identity.revision)
    assert read_ledger(engine) == [("ingest", "done", None)]


async def test_bytes_are_stored_as_they_came(ingested, engine):
    page = "<html><body><p>Der Brückenzoll fällt.</p></body></html>".encode("cp1252")
    (article,) = await ingested(ArticleSubmitted(raw=b64encode(page)))
    assert "Brückenzoll" in article.content
    assert read_rows(engine, revisions)[0].raw == page


async def test_a_submission_without_an_id_is_known_by_its_entry(redis, ingested, engine):
    await ingested(ArticleSubmitted(text="The bridge opened."))
    ((entry_id, _),) = await redis.xrange(INGEST.source)
    (submission,) = read_rows(engine, submissions)
    assert submission.submission_id == derive_id("submission", entry_id.decode())


async def test_a_submission_without_content_is_skipped_with_its_reason(ingested, engine):
    assert await ingested(ArticleSubmitted(text=" \n ")) == []
    assert read_ledger(engine) == [("ingest", "skipped", "empty: text holds only blanks")]


async def test_a_binary_file_is_a_dead_letter_with_its_bytes(ingested, engine):
    assert await ingested(ArticleSubmitted(raw=b64encode(PDF), source="Harbour Post")) == []
    (letter,) = read_rows(engine, dead_letters)
    assert "PDF" in letter.reason
    assert letter.source == "Harbour Post"
    assert json.loads(letter.payload)["raw"] == b64encode(PDF).decode()


async def test_content_over_the_limit_is_a_dead_letter_that_names_the_setting(ingested, engine):
    assert await ingested(ArticleSubmitted(text="word " * 1_200_000)) == []
    ((stage, reason),) = read_dead(engine)
    assert (stage, reason) == (
        "ingest",
        "content is 6.0 MB; the limit is 5.0 MB (COPYDESK_INGEST_MAX_BYTES)",
    )


async def test_an_outlets_name_over_the_limit_is_a_dead_letter_that_names_the_field(ingested, engine):
    longest = ArticleSubmitted(text="The bridge opened.", source="é" * LONGEST_SOURCE)
    longer = {"text": "The bridge is open.", "source": "é" * (LONGEST_SOURCE + 1)}
    (article,) = await ingested(json.dumps(longer).encode(), longest)
    assert article.metadata.source == longest.source
    ((stage, reason),) = read_dead(engine)
    assert stage == "ingest"
    assert "source: String should have at most 500 characters" in reason


async def test_a_message_of_20_mb_is_a_dead_letter_and_its_neighbours_are_done(ingested, engine):
    done = await ingested(
        ArticleSubmitted(text="The bridge opened."),
        ArticleSubmitted(text="word " * 4_000_000),
        ArticleSubmitted(text="The bridge closed."),
    )
    assert [article.content for article in done] == ["The bridge opened.", "The bridge closed."]
    ((stage, reason),) = read_dead(engine)
    assert (stage, reason.split(";")[0]) == ("ingest", "the message has 20.0 MB")


async def test_the_same_article_twice_in_a_batch_is_one_article_and_a_duplicate(ingested, engine):
    submission = ArticleSubmitted(text="The bridge opened.", url=URL)
    assert len(await ingested(submission, submission)) == 1
    assert len(read_rows(engine, articles)) == 1
    assert read_submissions(engine) == ["done", "duplicate"]
    assert read_ledger(engine) == [("ingest", "done", None)]


async def test_a_duplicate_that_comes_later_is_not_handed_on(ingested, engine):
    submission = ArticleSubmitted(text="The bridge opened.", url=URL)
    await ingested(submission)
    assert len(await ingested(submission)) == 1
    assert read_submissions(engine) == ["done", "duplicate"]


async def test_a_new_revision_is_handed_on_and_counts(ingested, engine):
    first, second = await ingested(
        ArticleSubmitted(text="The bridge cost 40 million.", url=URL, submitted_at="2026-11-23T10:00:00Z"),
        ArticleSubmitted(text="The bridge cost 41 million.", url=URL, submitted_at="2026-11-23T10:05:00Z"),
    )
    assert first.article_id == second.article_id
    (article,) = read_rows(engine, articles)
    assert article.revision == second.revision
    assert len(read_rows(engine, revisions)) == 2


async def test_an_older_revision_that_comes_late_is_superseded(ingested, engine):
    (newer,) = await ingested(
        ArticleSubmitted(text="The bridge cost 41 million.", url=URL, submitted_at="2026-11-23T10:05:00Z"),
        ArticleSubmitted(text="The bridge cost 40 million.", url=URL, submitted_at="2026-11-23T10:00:00Z"),
    )
    assert read_rows(engine, articles)[0].revision == newer.revision
    assert read_submissions(engine) == ["done", "superseded"]
    assert sorted(outcome for _, outcome, _ in read_ledger(engine)) == ["done", "superseded"]


async def test_a_time_from_the_future_counts_as_now(ingested, engine):
    (article,) = await ingested(
        ArticleSubmitted(text="Tomorrow's news.", submitted_at="2999-01-01T00:00:00Z")
    )
    assert article.submitted_at <= article.produced_at


async def test_an_entry_id_that_the_publisher_chose_from_the_far_future_harms_nobody(redis, ingested, engine):
    """Microseconds where milliseconds belong: no calendar goes that far."""
    await submit(redis, ArticleSubmitted(text="The bridge opened."))
    await redis.xadd(INGEST.source, {FIELD: b'{"text": "The bridge closed."}'}, id="1795430400000000-1")
    assert len(await ingested()) == 2
    assert {row.queued_at.year < 2100 for row in read_rows(engine, ledger)} == {True}


@pytest.mark.parametrize("field", ["source", "traceparent", "title", "source_id", "url"])
async def test_a_null_character_in_any_field_ends_like_any_other_submission(ingested, engine, field):
    """No store takes it: done or dead, but not delivered for ever."""
    bad = {"raw": b64encode(PDF).decode(), field: "x\0y"}
    fine = {"text": "The bridge opened.", field: "x\0y"}
    await ingested(json.dumps(bad).encode(), json.dumps(fine).encode(), max_deliveries=1)
    assert 1 <= len(read_dead(engine)) <= 2
    assert len(read_rows(engine, articles)) + len(read_dead(engine)) == 2
    assert "given up" not in str(read_dead(engine))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_time_beyond_the_calendar_is_a_dead_letter_and_its_neighbour_is_done(
    ingested, engine, moment
):
    odd = json.dumps({"text": "Old news.", "published_at": moment}).encode()
    assert len(await ingested(odd, ArticleSubmitted(text="The bridge opened."))) == 1
    ((_, reason),) = read_dead(engine)
    assert reason.startswith("not a valid ArticleSubmitted: published_at: ")

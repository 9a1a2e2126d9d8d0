"""What owes a stage and is in no stream is handed in again from the store; nothing else is."""

from base64 import b64encode

import pytest
from redis.asyncio import Redis
from sqlalchemy import Engine

from schemas import ArticleCleaned, ArticleSubmitted, Outcome, StageName, find_stage
from services.control.reconciliation import reconcile
from services.control.topology import apply_topology
from services.ingest.handler import build_handler as build_ingest
from services.ingest.settings import IngestSettings
from services.kit.wire import FIELD, encode
from services.store.articles import save_arrival
from services.store.ledger import record_entries
from services.store.tables import revisions
from tests.integration.house import CLEAN, INGEST, at_work, read_rows, submit, until_done
from tests.integration.records import make_arrival, make_cleaned, make_entry
from tests.pipeline.stagehand import working

pytestmark = pytest.mark.usefixtures("house")
ENTITIES = find_stage(StageName.ENTITIES)
STORY = "The harbour board closed the old bridge on Monday, and the mayor said that it would reopen in May. "
HTML_STORY = STORY.replace("Monday", "Friday") * 4
AS_TEXT = ArticleSubmitted(url="https://post.example/1", text=STORY * 4, language="en", title="A bridge")
AS_HTML = ArticleSubmitted(
    url="https://post.example/2", html=f"<html><body><article><p>{HTML_STORY}</p></article></body></html>"
)
AS_RAW = ArticleSubmitted(url="https://post.example/3", raw=b64encode((STORY * 5).encode()).decode())


async def read_cleaned(redis: Redis) -> dict[object, dict[str, object]]:
    entries = await redis.xrange(ENTITIES.source)
    messages = [ArticleCleaned.model_validate_json(fields[FIELD]) for _, fields in entries]
    assert len({one.article_id for one in messages}) == len(messages)
    shown = {one.article_id: one.model_dump(exclude={"produced_at", "attempt"}) for one in messages}
    for fields in shown.values():
        # The store keeps the trace, and the step at which the message came in: not the one that handed it on.
        fields["traceparent"] = fields["traceparent"] and fields["traceparent"].split("-")[1]
    return shown


async def lose_everything(redis: Redis, engine: Engine) -> None:
    await redis.flushall()
    await apply_topology(redis, engine)


def save(engine: Engine, *outcomes: tuple[StageName, Outcome], revision: str = "a", minute: int = 0) -> None:
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(revision=revision, minute=minute))
        record_entries(tx, [make_entry(1, revision, stage, outcome) for stage, outcome in outcomes])


def published(found) -> dict[str, int]:
    return {one.stage: one.published for one in found}


async def test_the_rebuilt_message_is_what_clean_had_handed_on(servers, redis, engine):
    async with at_work(servers):
        await submit(redis, AS_TEXT, AS_HTML)
        await until_done(redis)
    before = await read_cleaned(redis)
    await lose_everything(redis, engine)
    found = await reconcile(redis, engine, patience=0)
    assert published(found)["entities"] == len(before) == 2
    assert await read_cleaned(redis) == before


@pytest.mark.parametrize("submission", [AS_TEXT, AS_HTML, AS_RAW], ids=["text", "html", "raw"])
async def test_a_submission_lost_before_clean_ends_done_once(servers, redis, engine, submission):
    async with working(servers, build_ingest(IngestSettings())):
        await submit(redis, submission)
        await until_done(redis, INGEST)
    taken = [(row.article_id, row.revision) for row in read_rows(engine, revisions)]
    await lose_everything(redis, engine)
    assert published(await reconcile(redis, engine, patience=0))["clean"] == 1
    async with at_work(servers):
        await until_done(redis)
    assert [(row.article_id, row.revision) for row in read_rows(engine, revisions)] == taken
    assert len(await read_cleaned(redis)) == 1


@pytest.mark.parametrize("delivered", [False, True])
async def test_what_its_own_stream_holds_is_not_handed_in_again(redis, engine, delivered):
    save(engine, (StageName.INGEST, Outcome.DONE))
    await redis.xadd(CLEAN.source, {FIELD: encode(make_cleaned())})
    if delivered:
        await redis.xreadgroup(CLEAN.group, "c", {CLEAN.source: ">"})
    assert published(await reconcile(redis, engine, patience=0))["clean"] == 0


async def test_what_is_pending_at_the_stage_before_is_not_handed_in_again(redis, engine):
    save(engine, (StageName.INGEST, Outcome.DONE), (StageName.CLEAN, Outcome.DONE))
    await redis.xadd(CLEAN.source, {FIELD: encode(make_cleaned())})
    await redis.xreadgroup(CLEAN.group, "c", {CLEAN.source: ">"})
    assert published(await reconcile(redis, engine, patience=0))["entities"] == 0


async def test_what_is_lost_is_found_while_others_are_on_their_way(redis, engine):
    save(engine, (StageName.INGEST, Outcome.DONE))
    for number in (2, 3):
        await redis.xadd(CLEAN.source, {FIELD: encode(make_cleaned(number))})
    assert published(await reconcile(redis, engine, patience=0, dry_run=True))["clean"] == 1


async def test_a_dry_run_hands_nothing_in(redis, engine):
    save(engine, (StageName.INGEST, Outcome.DONE))
    assert published(await reconcile(redis, engine, patience=0, dry_run=True))["clean"] == 1
    assert await redis.xlen("article.submitted") == 0


@pytest.mark.parametrize("outcome", [Outcome.DEAD, Outcome.SKIPPED])
async def test_what_ended_owes_nothing(redis, engine, outcome):
    save(engine, (StageName.INGEST, Outcome.DONE), (StageName.CLEAN, outcome))
    assert set(published(await reconcile(redis, engine, patience=0)).values()) == {0}


async def test_a_superseded_revision_owes_nothing(redis, engine):
    save(engine, (StageName.INGEST, Outcome.DONE))
    save(engine, (StageName.INGEST, Outcome.SKIPPED), revision="b", minute=5)
    assert set(published(await reconcile(redis, engine, patience=0)).values()) == {0}

"""Articles whose source has grown since they were cleaned: some at a time are looked at and cleaned anew."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from sqlalchemy import Engine, Row

from schemas import ArticleIngested, StageName, find_stage
from services.kit import wire
from services.store.cleanings import find_outgrown, note_look

log = structlog.get_logger()

AT_ONCE = 20
"""Articles looked at in one go: about a second's work."""
REMEMBERED = 3600
"""Seconds for which Redis knows that an article was handed in, should the store not come to know it."""

# KEYS: the mark, the stream. ARGV: field, message, seconds. Looking and handing in are one act: of two
# services that have come to the same result one hands it in.
HAND_IN = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[2])
redis.call('SET', KEYS[1], 1, 'EX', ARGV[3])
return 1
"""


async def reclean_outgrown(redis: "Redis", engine: Engine) -> int:
    """Hand in again, to the clean stage, those that would be cleaned otherwise by now; how many they were.

    Each is looked at once for each time that its source has doubled, also where its text stays the same.
    """
    outgrown = await asyncio.to_thread(_find, engine)
    if not outgrown:
        return 0
    outdated = await asyncio.to_thread(_compare, engine, outgrown)
    handed_in = {
        row.article_id
        for row in outgrown
        if row.article_id in outdated and await _hand_in(redis, outdated[row.article_id], row.known)
    }
    await asyncio.to_thread(_note, engine, outgrown, handed_in)
    log.info("articles_cleaned_anew", looked_at=len(outgrown), articles=len(handed_in))
    return len(handed_in)


def _find(engine: Engine) -> Sequence[Row[Any]]:
    with engine.connect() as connection:
        return find_outgrown(connection, AT_ONCE)


def _compare(engine: Engine, rows: Sequence[Row[Any]]) -> dict[UUID, ArticleIngested]:
    """The messages of those whose text would be another."""
    from services.clean.settings import CleanSettings  # loaded where there is something to clean
    from services.cli.recleaning import compare

    return {one.article.article_id: one.article for one in compare(engine, rows, CleanSettings().policy())}


async def _hand_in(redis: "Redis", article: ArticleIngested, known: int) -> bool:
    """Whether it is handed in now; False where another did so for the same state of the source."""
    stream = find_stage(StageName.CLEAN).source
    mark = f"copydesk.cleaned_anew.{article.article_id}.{known}"
    script = redis.register_script(HAND_IN)
    return bool(await script(keys=[mark, stream], args=[wire.FIELD, wire.encode(article), REMEMBERED]))


def _note(engine: Engine, rows: Sequence[Row[Any]], handed_in: set[UUID]) -> None:
    with engine.begin() as tx:
        for row in sorted(rows, key=lambda row: row.article_id):
            note_look(tx, row.article_id, row.pages, row.article_id in handed_in)

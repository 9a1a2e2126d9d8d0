"""Stored articles whose cleaning would change with what is known of their sources now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row

from schemas import ArticleIngested, Skipped, StageName, Unprocessable, derive_id
from services.clean import Cleaned, Memory, Policy, clean, name_source
from services.clean.handler import recall_memory
from services.control.rebuilding import rebuild_submission
from services.ingest import ingest
from services.store.owed import list_cleaned

PAGE = 100
"""Articles looked at together."""


@dataclass(frozen=True)
class Outdated:
    """An article whose clean text would be another."""

    article: ArticleIngested
    before: int
    """Characters of the text that is stored."""
    after: int
    """Characters of the text that would be."""


def find_outdated(engine: Engine, policy: Policy, source: str | None = None) -> Iterator[Outdated]:
    """Each of them, in the order of their ids; `source` narrows to one outlet.

    An article that would be skipped or refused now keeps the text that it has.
    """
    after: UUID | None = None
    while rows := _read_page(engine, source, after):
        after = rows[-1].article_id
        yield from compare(engine, rows, policy)


def compare(engine: Engine, rows: Sequence[Row[Any]], policy: Policy) -> Iterator[Outdated]:
    """Those of the articles, each with its submission and its clean text, whose text would be another."""
    stored = [(row.text, article) for row in rows if (article := _ingest_again(row))]
    memory = _recall(engine, [article for _, article in stored])
    for text, article in stored:
        if outdated := _compare(text, article, memory, policy):
            yield outdated


def _read_page(engine: Engine, source: str | None, after: UUID | None) -> list[Row[Any]]:
    with engine.connect() as connection:
        return list(list_cleaned(connection, source, after, PAGE))


def _recall(engine: Engine, articles: list[ArticleIngested]) -> Memory:
    with engine.connect() as connection:
        return recall_memory(connection, {name for one in articles if (name := name_source(one.metadata))})


def _ingest_again(row: Row[Any]) -> ArticleIngested | None:
    """The message that the clean stage once got; None where ingest would refuse it today."""
    try:
        ingested = ingest(rebuild_submission(row), row.submitted_at, limit=len(row.raw))
    except Unprocessable:
        return None
    if isinstance(ingested, Skipped):
        return None
    return ArticleIngested(
        message_id=derive_id("message", row.article_id, row.revision, StageName.INGEST),
        article_id=row.article_id,
        revision=row.revision,
        submitted_at=row.submitted_at,
        produced_at=datetime.now(UTC),
        metadata=ingested.metadata,
        media_type=ingested.media_type,
        content=ingested.content,
    )


def _compare(text: str, article: ArticleIngested, memory: Memory, policy: Policy) -> Outdated | None:
    template = memory.find(name_source(article.metadata), str(article.article_id))
    try:
        cleaned = clean(article.content, article.media_type, article.metadata, policy, template)
    except Unprocessable:
        return None
    if not isinstance(cleaned, Cleaned) or cleaned.text == text:
        return None
    return Outdated(article, len(text), len(cleaned.text))

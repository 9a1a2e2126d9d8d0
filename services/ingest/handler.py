"""Consumes submissions, identifies the article, stores its revision and bytes, publishes the article."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from schemas import (
    ArticleIngested,
    ArticleSubmitted,
    Outcome,
    Skipped,
    StageName,
    Unprocessable,
    derive_id,
    find_stage,
)
from services.ingest.addresses import canonical_url
from services.ingest.fetch import Fetch, FetchedArticle
from services.ingest.identity import identify
from services.ingest.ingestion import find_content, ingest
from services.ingest.settings import IngestSettings
from services.kit.work import Handler, Job, Ref, carry, each
from services.store.articles import Arrival, save_arrival
from services.store.pages import FetchedPage, save_pages

ROW = find_stage(StageName.INGEST)
Submitted = Job[ArticleSubmitted]


def ingest_article(job: Submitted, limit: int) -> ArticleIngested | Skipped:
    """The identified article of one submission."""
    ingested = ingest(job.message, job.queued_at, limit)
    if isinstance(ingested, Skipped):
        return ingested
    identity = ingested.identity
    return ArticleIngested(
        **carry(job, ROW, (identity.article_id, identity.revision), ingested.submitted_at),
        metadata=ingested.metadata,
        media_type=ingested.media_type,
        content=ingested.content,
    )


def submission_id(job: Submitted) -> UUID:
    """The publisher's id, else one that derives from the entry: the same at each delivery."""
    return job.message.message_id or derive_id("submission", job.entry_id)


def settle_arrivals(tx: Connection, done: Sequence[tuple[Submitted, ArticleIngested]]) -> list[Outcome]:
    """Store the articles one by one, always in the same order, so that two workers never wait in a ring."""
    outcomes = {}
    for job, article in sorted(done, key=lambda pair: pair[1].article_id):
        outcomes[job.entry_id] = save_arrival(tx, describe_arrival(job, article))
    save_pages(tx, [page for job, article in done if (page := describe_page(job, article))])
    return [outcomes[job.entry_id] for job, _ in done]


def describe_arrival(job: Submitted, article: ArticleIngested) -> Arrival:
    """What the store keeps of a submission, so that it can be handed in again."""
    given, raw = find_content(job.message)
    rest = job.message.model_dump(mode="json", exclude={"text", "html", "raw"}, exclude_none=True)
    return Arrival(submission_id(job), article, given, raw, rest)


def describe_page(job: Submitted, article: ArticleIngested) -> FetchedPage | None:
    """What the store remembers of the address that the article was fetched from; None where it was given."""
    given = job.message
    if not isinstance(given, FetchedArticle):
        return None
    url = canonical_url(given.requested_url)
    page_id = derive_id("article", "url", url)
    known = {"etag": given.etag, "last_modified": given.last_modified, "fetched_at": job.now}
    return FetchedPage(page_id, url, article.article_id, article.revision, **known)  # type: ignore[arg-type]


def refer_submission(submission: ArticleSubmitted) -> Ref | None:
    """The article and revision of a submission; None where it has no identity."""
    try:
        identity = identify(submission)
    except Unprocessable:
        return None
    return identity.article_id, identity.revision


def build_handler(
    settings: IngestSettings, fetch: Fetch | None = None
) -> Handler[ArticleSubmitted, ArticleIngested]:
    """The stage that gives articles their identity; `fetch` gets those that only say where they are."""
    return Handler(
        row=ROW,
        load=lambda: each(partial(ingest_article, limit=settings.max_bytes)),
        settle=settle_arrivals,
        refer=refer_submission,
        fetch=fetch,
        close=fetch.close if fetch else None,
        most_fetches=fetch.most if fetch else 1,
    )

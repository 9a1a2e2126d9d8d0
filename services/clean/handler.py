"""Consumes articles, takes what is not the article away, stores the clean text, publishes it."""

from collections.abc import Iterable, Sequence
from functools import partial

from sqlalchemy import Connection

from schemas import ArticleCleaned, ArticleIngested, Outcome, Skipped, StageName, find_stage
from services.clean.cleaning import Policy, clean
from services.clean.language import load_identifier
from services.clean.memory import Memory, name_source
from services.clean.settings import CleanSettings
from services.clean.template import Page, observe
from services.kit.work import Handler, Job, Process, attempt, carry_on, while_current
from services.store.pages import SourcePage, recall_pages, remember_pages
from services.store.texts import save_texts

ROW = find_stage(StageName.CLEAN)
Ingested = Job[ArticleIngested]
Done = Sequence[tuple[Ingested, ArticleCleaned]]


def clean_article(job: Ingested, policy: Policy, memory: Memory) -> ArticleCleaned | Skipped:
    """The clean text of one article; the memory grows by its page."""
    article = job.message
    source, name = name_source(article.metadata), str(article.article_id)
    template = memory.find(source, name)
    cleaned = clean(article.content, article.media_type, article.metadata, policy, template)
    if isinstance(cleaned, Skipped):
        return cleaned
    memory.learn(source, name, cleaned.text, cleaned.removed)
    return ArticleCleaned(
        **carry_on(job, ROW), metadata=cleaned.metadata, text=cleaned.text, removed=cleaned.removed
    )


def load(policy: Policy) -> Process[ArticleIngested, ArticleCleaned]:
    """The computation over a batch, with its model loaded."""
    load_identifier()

    def clean_articles(jobs: Sequence[Ingested]) -> list[ArticleCleaned | Skipped | Exception]:
        return [attempt(partial(clean_article, job, policy, job.recalled)) for job in jobs]

    return clean_articles


def recall_sources(tx: Connection, jobs: Sequence[Ingested]) -> Memory:
    """What is known of the pages of the articles' sources."""
    return recall_memory(tx, {name for job in jobs if (name := name_source(job.message.metadata))})


def recall_memory(tx: Connection, sources: Iterable[str]) -> Memory:
    """What the store remembers of the sources."""
    return Memory.recall(
        (
            row.source,
            Page(str(row.article_id), frozenset(row.around), frozenset(row.within), frozenset(row.told)),
        )
        for row in recall_pages(tx, sources)
    )


def settle(tx: Connection, done: Done, pages: int) -> list[Outcome | Skipped]:
    """Store the texts that count, and remember their pages."""
    outcomes = list(while_current(save_texts)(tx, done))
    kept = [pair for pair, outcome in zip(done, outcomes, strict=True) if outcome is Outcome.DONE]
    remember_pages(tx, [page for pair in kept for page in describe_page(*pair)], pages)
    return outcomes


def describe_page(job: Ingested, cleaned: ArticleCleaned) -> list[SourcePage]:
    """What the store remembers of the article's page; nothing where its source is not known."""
    source = name_source(job.message.metadata)
    if source is None:
        return []
    page = observe(str(cleaned.article_id), cleaned.text, cleaned.removed)
    return [
        SourcePage(
            source, cleaned.article_id, job.now, tuple(page.around), tuple(page.within), tuple(page.told)
        )
    ]


def build_handler(settings: CleanSettings) -> Handler[ArticleIngested, ArticleCleaned]:
    """The stage that makes copy clean."""
    return Handler(
        row=ROW,
        load=lambda: load(settings.policy()),
        settle=partial(settle, pages=settings.remembered_pages),
        recall=recall_sources,
    )

"""Consumes articles, takes what is not the article away, stores the clean text, publishes it."""

from functools import partial

from schemas import ArticleCleaned, ArticleIngested, Skipped, StageName, find_stage
from services.clean.cleaning import Policy, clean
from services.clean.language import load_identifier
from services.clean.settings import CleanSettings
from services.kit.work import Handler, Job, Process, carry_on, each, while_current
from services.store.texts import save_texts

ROW = find_stage(StageName.CLEAN)


def clean_article(job: Job[ArticleIngested], policy: Policy) -> ArticleCleaned | Skipped:
    """The clean text of one article."""
    article = job.message
    cleaned = clean(article.content, article.media_type, article.metadata, policy)
    if isinstance(cleaned, Skipped):
        return cleaned
    return ArticleCleaned(
        **carry_on(job, ROW), metadata=cleaned.metadata, text=cleaned.text, removed=cleaned.removed
    )


def load(policy: Policy) -> Process[ArticleIngested, ArticleCleaned]:
    """The computation over a batch, with its model loaded."""
    load_identifier()
    return each(partial(clean_article, policy=policy))


def build_handler(settings: CleanSettings) -> Handler[ArticleIngested, ArticleCleaned]:
    """The stage that makes copy clean."""
    return Handler(row=ROW, load=lambda: load(settings.policy()), settle=while_current(save_texts))

"""Consumes articles, takes what is not the article away, stores the clean text, publishes it."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from schemas import ArticleCleaned, ArticleIngested, Outcome, Skipped, StageName, find_stage
from services.clean.cleaning import Policy, clean
from services.clean.clusters import Copy, Member, judge_copy, place
from services.clean.copies import Signature, sign
from services.clean.language import load_identifier
from services.clean.memory import Memory, name_source
from services.clean.settings import CleanSettings
from services.clean.template import Page, observe
from services.kit.work import Handler, Job, Process, attempt, carry_on, while_current
from services.store.cleanings import Cleaning, note_cleanings
from services.store.copies import SignedText, find_alike, lock_signatures, point_to, save_signature
from services.store.source_pages import SourcePage, recall_pages, remember_pages
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
        nothing = Memory()
        return [attempt(partial(clean_article, job, policy, job.recalled or nothing)) for job in jobs]

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


def settle(tx: Connection, done: Done, settings: CleanSettings) -> list[Outcome | Skipped]:
    """Store the texts that count, remember their pages, and find out which of them are copies."""
    outcomes = list(while_current(save_texts)(tx, done))
    kept = [pair for pair, outcome in zip(done, outcomes, strict=True) if outcome is Outcome.DONE]
    remember_pages(tx, [page for pair in kept for page in describe_page(*pair)], settings.remembered_pages)
    note_cleanings(tx, [cleaning for job, _ in kept for cleaning in describe_cleaning(job)])
    copies = find_copies(tx, [cleaned for _, cleaned in kept])
    skipped = {article: judge_copy(copy, settings.copies) for article, copy in copies.items()}
    return [
        skipped.get(cleaned.article_id) or outcome if outcome is Outcome.DONE else outcome
        for (_, cleaned), outcome in zip(done, outcomes, strict=True)
    ]


def find_copies(tx: Connection, cleaned: Sequence[ArticleCleaned]) -> dict[UUID, Copy | None]:
    """Place each text in its cluster, the first handed in first; what each copies."""
    ordered = sorted(cleaned, key=lambda one: (one.submitted_at, one.article_id))
    signed = [(one, Member(one.article_id, one.submitted_at, sign(one.text))) for one in ordered]
    if signed:
        lock_signatures(tx)
    return {one.article_id: place_text(tx, one.revision, new) for one, new in signed}


def place_text(tx: Connection, revision: str, new: Member) -> Copy | None:
    """What a text copies, as the store knows it from now on; what was worked on once is no copy later."""
    signature = new.signature
    found = [read_member(row) for row in find_alike(tx, new.article_id, signature.digest, signature.bands)]
    if any(one.is_kept_as(new) for one in found):
        return None
    placed = place(new, [one for one in found if one.article_id != new.article_id])
    save_signature(tx, describe_signature(new, revision, placed.copy))
    point_to(tx, new.article_id, [(one.article_id, one.alike, one.copied) for one in placed.later])
    return placed.copy


def read_member(row: Row[Any]) -> Member:
    """A stored signature."""
    values, bands = tuple(row.minhash), tuple(row.bands)
    signature = Signature(row.digest, row.runs, values, bands, frozenset(row.paragraphs))
    return Member(row.article_id, row.submitted_at, signature, row.copy_of)


def describe_signature(new: Member, revision: str, copy: Copy | None) -> SignedText:
    """What the store keeps of a text's signature."""
    signature = new.signature
    return SignedText(
        article_id=new.article_id,
        revision=revision,
        submitted_at=new.submitted_at,
        digest=signature.digest,
        runs=signature.runs,
        minhash=signature.values,
        bands=signature.bands,
        paragraphs=tuple(signature.paragraphs),
        copy_of=copy.first if copy else None,
        alike=copy.alike if copy else None,
        copied=copy.copied if copy else None,
    )


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


def describe_cleaning(job: Ingested) -> list[Cleaning]:
    """What was known when the article was cleaned; nothing where its source is not known."""
    source, article_id = name_source(job.message.metadata), job.message.article_id
    if source is None:
        return []
    return [Cleaning(article_id, source, (job.recalled or Memory()).count_known(str(article_id)))]


def build_handler(settings: CleanSettings) -> Handler[ArticleIngested, ArticleCleaned]:
    """The stage that makes copy clean."""
    return Handler(
        row=ROW,
        load=lambda: load(settings.policy()),
        settle=partial(settle, settings=settings),
        recall=recall_sources,
    )

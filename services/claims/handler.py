"""Consumes texts with their entities, finds who claims what, stores that, publishes it."""

from collections.abc import Sequence

from schemas import ClaimsDetected, EntitiesExtracted, StageName, find_stage
from services.claims import Article, detect, load_pipeline
from services.claims.settings import ClaimsSettings
from services.kit.work import Handler, Job, Process, carry_on, while_current
from services.store.claims import save_claims

ROW = find_stage(StageName.CLAIMS)


def load(settings: ClaimsSettings) -> Process[EntitiesExtracted, ClaimsDetected]:
    """The computation over a batch, with its model loaded."""
    nlp = load_pipeline(settings.pipeline, settings.attribution, settings.base_rate)

    def detect_claims(jobs: Sequence[Job[EntitiesExtracted]]) -> list[ClaimsDetected]:
        articles = [_read(job.message) for job in jobs]
        found = detect(nlp, articles, asserted_from=settings.asserted_from)
        return [
            ClaimsDetected(
                **carry_on(job, ROW),
                metadata=job.message.metadata,
                claims=claims,
                entities=job.message.entities,
            )
            for job, claims in zip(jobs, found, strict=True)
        ]

    return detect_claims


def _read(message: EntitiesExtracted) -> Article:
    return Article(
        article_id=message.article_id,
        text=message.text,
        metadata=message.metadata,
        mentions=message.mentions,
        entities=message.entities,
    )


def build_handler(settings: ClaimsSettings) -> Handler[EntitiesExtracted, ClaimsDetected]:
    """The stage that finds claims."""
    return Handler(row=ROW, load=lambda: load(settings), settle=while_current(save_claims))

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
    nlp = load_pipeline(settings.pipeline, settings.attribution)

    def detect_claims(jobs: Sequence[Job[EntitiesExtracted]]) -> list[ClaimsDetected]:
        found = detect(nlp, [_read(job.message) for job in jobs])
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

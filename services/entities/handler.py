"""Consumes clean texts, finds who and what is named in them, stores that, publishes it."""

from collections.abc import Sequence

from schemas import ArticleCleaned, EntitiesExtracted, StageName, find_stage
from services.entities import extract, load_pipeline
from services.entities.settings import EntitiesSettings
from services.kit.work import Handler, Job, Process, carry_on, while_current
from services.store.entities import save_entities

ROW = find_stage(StageName.ENTITIES)


def load(pipeline: str) -> Process[ArticleCleaned, EntitiesExtracted]:
    """The computation over a batch, with its model loaded."""
    nlp = load_pipeline(pipeline)

    def extract_entities(jobs: Sequence[Job[ArticleCleaned]]) -> list[EntitiesExtracted]:
        found = extract(nlp, [(job.message.article_id, job.message.text) for job in jobs])
        return [
            EntitiesExtracted(
                **carry_on(job, ROW),
                metadata=job.message.metadata,
                text=job.message.text,
                mentions=extraction.mentions,
                entities=extraction.entities,
            )
            for job, extraction in zip(jobs, found, strict=True)
        ]

    return extract_entities


def build_handler(settings: EntitiesSettings) -> Handler[ArticleCleaned, EntitiesExtracted]:
    """The stage that finds names."""
    return Handler(row=ROW, load=lambda: load(settings.pipeline), settle=while_current(save_entities))

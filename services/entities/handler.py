"""Consumes clean texts, finds who and what is named in them, stores that, publishes it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from schemas import ArticleCleaned, EntitiesExtracted, EntityKind, StageName, find_stage
from services.entities import extract, load_pipeline
from services.entities.linking import Known, KnownName, index_names, link
from services.entities.settings import EntitiesSettings
from services.kit.work import Handler, Job, Process, carry_on, while_current
from services.store.entities import save_entities
from services.store.known_names import read_names, read_version

ROW = find_stage(StageName.ENTITIES)


class Directory:
    """The known names, read anew when they were imported anew."""

    def __init__(self) -> None:
        self._version: datetime | None = None
        self._known: Known = {}

    def read(self, tx: Connection) -> Known:
        """The Wikidata ids of the names as they are known now."""
        version = read_version(tx)
        if version != self._version:
            self._known = index_names(
                KnownName(EntityKind(row.kind), row.key, row.wikidata, row.is_alias) for row in read_names(tx)
            )
            self._version = version
        return self._known


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
                entities=tuple(link(entity, job.recalled or {}) for entity in extraction.entities),
            )
            for job, extraction in zip(jobs, found, strict=True)
        ]

    return extract_entities


def build_handler(settings: EntitiesSettings) -> Handler[ArticleCleaned, EntitiesExtracted]:
    """The stage that finds names."""
    directory = Directory()
    return Handler(
        row=ROW,
        load=lambda: load(settings.pipeline),
        settle=while_current(save_entities),
        recall=lambda tx, _: directory.read(tx),
    )

"""Consumes texts with their entities, finds who claims what, stores that, publishes it."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection

from schemas import Claim, ClaimsDetected, EntitiesExtracted, StageName, find_stage
from services.claims import Article, detect, load_pipeline
from services.claims.settings import ClaimsSettings
from services.encoder.sentences import embed
from services.encoder.sessions import open_encoder
from services.kit.work import Handler, Job, Process, carry_on, while_current
from services.matching.wordings import Wording, find_wording
from services.store.claims import save_claims

ROW = find_stage(StageName.CLAIMS)


class LedgerEntry(ClaimsDetected):
    """The claims of an article, and what the store alone keeps of them."""

    wordings: dict[UUID, Wording] = Field(default={}, exclude=True)
    """How each is put, by the claim's id."""


def load(settings: ClaimsSettings) -> Process[EntitiesExtracted, LedgerEntry]:
    """The computation over a batch, with its model loaded."""
    nlp = load_pipeline(settings.pipeline, settings.attribution, settings.base_rate)

    def detect_claims(jobs: Sequence[Job[EntitiesExtracted]]) -> list[LedgerEntry]:
        articles = [_read(job.message) for job in jobs]
        found = detect(nlp, articles, asserted_from=settings.asserted_from)
        return [
            LedgerEntry(
                **carry_on(job, ROW),
                metadata=job.message.metadata,
                claims=claims,
                entities=job.message.entities,
                wordings=find_wordings(job.message, claims),
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


def find_wordings(article: EntitiesExtracted, claims: Sequence[Claim]) -> dict[UUID, Wording]:
    """How each claim of an article is put, as far as it can be said again."""
    day = (article.metadata.published_at or article.submitted_at).date()
    vectors = partial(embed, open_encoder())
    found = ((claim.claim_id, find_wording(claim, day, vectors)) for claim in claims)
    return {claim_id: wording for claim_id, wording in found if wording is not None}


def save(tx: Connection, entries: Sequence[LedgerEntry]) -> None:
    """Store the claims with their wordings."""
    wordings = {one: vars(wording) for entry in entries for one, wording in entry.wordings.items()}
    save_claims(tx, entries, wordings)


def build_handler(settings: ClaimsSettings) -> Handler[EntitiesExtracted, LedgerEntry]:
    """The stage that finds claims."""
    return Handler(row=ROW, load=lambda: load(settings), settle=while_current(save))

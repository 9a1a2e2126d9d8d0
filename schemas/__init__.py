"""The contract: messages, the records inside them, and the topology. Standard library and Pydantic only."""

from schemas.articles import LONGEST_SOURCE, MediaType, Metadata, RemovalReason, Removed
from schemas.claims import (
    CheckReason,
    CheckWorthiness,
    Claim,
    Claimant,
    ClaimKind,
    Cue,
    FoundBy,
    Modality,
    Polarity,
    Provenance,
    QuoteType,
    Reason,
    Standalone,
    StandaloneEdit,
)
from schemas.entities import Entity, EntityKind, Mention
from schemas.identity import derive_id, derive_revision
from schemas.messages import (
    ArticleCleaned,
    ArticleIngested,
    ArticleMessage,
    ArticleSubmitted,
    ClaimsDetected,
    EntitiesExtracted,
    Message,
)
from schemas.outcomes import Outcome, Skipped, Unprocessable
from schemas.record import Record, UtcTime
from schemas.spans import Span
from schemas.topology import STREAMS, TOPOLOGY, StageName, StageRow, find_stage

__all__ = [
    "LONGEST_SOURCE",
    "STREAMS",
    "TOPOLOGY",
    "ArticleCleaned",
    "ArticleIngested",
    "ArticleMessage",
    "ArticleSubmitted",
    "CheckReason",
    "CheckWorthiness",
    "Claim",
    "ClaimKind",
    "Claimant",
    "ClaimsDetected",
    "Cue",
    "EntitiesExtracted",
    "Entity",
    "EntityKind",
    "FoundBy",
    "MediaType",
    "Mention",
    "Message",
    "Metadata",
    "Modality",
    "Outcome",
    "Polarity",
    "Provenance",
    "QuoteType",
    "Reason",
    "Record",
    "RemovalReason",
    "Removed",
    "Skipped",
    "Span",
    "StageName",
    "StageRow",
    "Standalone",
    "StandaloneEdit",
    "Unprocessable",
    "UtcTime",
    "derive_id",
    "derive_revision",
    "find_stage",
]

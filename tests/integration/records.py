"""Records as the stages make them, for tests that store or publish them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas import (
    ArticleCleaned,
    ArticleIngested,
    CheckWorthiness,
    Claim,
    Claimant,
    ClaimKind,
    ClaimsDetected,
    EntitiesExtracted,
    Entity,
    EntityKind,
    FoundBy,
    MediaType,
    Mention,
    Metadata,
    Outcome,
    Provenance,
    QuoteType,
    Span,
    StageName,
    derive_id,
    find_stage,
)
from services.store.articles import Arrival
from services.store.dead_letters import DeadLetter
from services.store.ledger import Entry

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "Mayor Ilse Brandt said the bridge cost 41 million euros. The Harbour Board disagreed."


def describe(article: int, revision: str, minute: int = 0) -> dict[str, Any]:
    """The fields that every message about an article carries."""
    return {
        "message_id": derive_id("message", article, revision),
        "article_id": derive_id("article", article),
        "revision": revision,
        "submitted_at": NOON + timedelta(minutes=minute),
        "produced_at": NOON + timedelta(minutes=minute),
    }


def make_arrival(
    article: int = 1, revision: str = "a", minute: int = 0, submission: object = None, **metadata: Any
) -> Arrival:
    """A submission of `revision`, handed in `minute` minutes after noon."""
    return Arrival(
        submission_id=derive_id("submission", submission or (article, revision, minute)),
        article=ArticleIngested(
            **describe(article, revision, minute),
            metadata=Metadata(**metadata),
            media_type=MediaType.TEXT,
            content=f"content of {revision}",
        ),
        given="text",
        raw=f"bytes of {revision}".encode(),
        submission={},
    )


def make_cleaned(article: int = 1, revision: str = "a", text: str = TEXT, **metadata: Any) -> ArticleCleaned:
    """The clean text of a revision."""
    return ArticleCleaned(**describe(article, revision), metadata=Metadata(**metadata), text=text)


def make_entity(name: str, *aliases: str) -> Entity:
    """An entity as an article names it."""
    entity_id = derive_id("entity", name)
    return Entity(entity_id=entity_id, name=name, kind=EntityKind.ORGANIZATION, aliases=aliases)


def make_mention(entity: Entity, start: int = 0, article: int = 1) -> Mention:
    """The entity's name as it stands at `start` of the article."""
    return Mention(
        mention_id=derive_id("mention", article, start, entity.entity_id),
        entity_id=entity.entity_id,
        span=Span(start=start, end=start + len(entity.name), exact=entity.name),
        label="ORG",
    )


def make_extracted(*entities: Entity, article: int = 1, revision: str = "a") -> EntitiesExtracted:
    """The entities of a revision, each mentioned once."""
    mentions = tuple(make_mention(entity, 10 * number, article) for number, entity in enumerate(entities))
    return EntitiesExtracted(
        **describe(article, revision), text=TEXT, entities=tuple(entities), mentions=mentions
    )


def make_claimant(name: str, entity_id: UUID | None) -> Claimant:
    """Who claims it."""
    return Claimant(name=name, entity_id=entity_id, found_by=FoundBy.NAME, confidence=0.9)


def make_claim(
    text: str,
    score: float = 0.5,
    article: int = 1,
    start: int = 0,
    speaker: str | None = None,
    claimant: Entity | None = None,
    about: tuple[Entity, ...] = (),
) -> Claim:
    """A claim of the article; by an entity, by somebody else, or by nobody."""
    source = claimant.name if claimant else speaker
    return Claim(
        claim_id=derive_id("claim", article, text),
        kind=ClaimKind.ATTRIBUTED,
        content=(Span(start=start, end=start + len(text), exact=text),),
        text=text,
        claimant=make_claimant(source, claimant and claimant.entity_id) if source else None,
        quote_type=QuoteType.INDIRECT,
        check_worthiness=CheckWorthiness(score=score),
        about=tuple(entity.entity_id for entity in about),
        provenance=Provenance(method="by_hand", version="1", confidence=1.0),
    )


def make_detected(*claims: Claim, article: int = 1, revision: str = "a") -> ClaimsDetected:
    """The claims of a revision."""
    return ClaimsDetected(**describe(article, revision), claims=claims)


def make_letter(number: int, stage: StageName = StageName.CLEAN, **changes: Any) -> DeadLetter:
    """A dead letter of a stage, of the entry with this number."""
    fields = {
        "stage": stage,
        "stream": find_stage(stage).source,
        "entry_id": f"{number}-0",
        "article_id": derive_id("article", number),
        "revision": "a",
        "source": "Harbour Post",
        "reason": "the content is a PDF file",
        "exception": None,
        "attempts": 1,
        "worker": "w1",
        "traceparent": None,
        "payload": b"{}",
    }
    return DeadLetter(**{**fields, **changes})


def make_entry(
    article: int = 1,
    revision: str = "a",
    stage: StageName = StageName.INGEST,
    outcome: Outcome = Outcome.DONE,
    minute: int = 0,
    **changes: Any,
) -> Entry:
    """What the ledger says of a stage's work, ended `minute` minutes after noon."""
    moment = NOON + timedelta(minutes=minute)
    fields = {
        "article_id": derive_id("article", article),
        "revision": revision,
        "stage": stage,
        "outcome": outcome,
        "reason": None,
        "attempts": 1,
        "entry_id": f"{article}-0",
        "worker": "w1",
        "traceparent": None,
        "queued_at": moment,
        "started_at": moment,
        "finished_at": moment,
    }
    return Entry(**{**fields, **changes})

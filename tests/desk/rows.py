"""Articles in the store for pages to show: made by the stages' own messages, saved by their own functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from schemas import (
    CheckReason,
    CheckWorthiness,
    Claim,
    Claimant,
    ClaimKind,
    Cue,
    EntitiesExtracted,
    Entity,
    EntityKind,
    FoundBy,
    Mention,
    Modality,
    Outcome,
    Polarity,
    Provenance,
    QuoteType,
    Reason,
    Span,
    StageName,
    derive_id,
)
from services.store.articles import save_arrival
from services.store.claims import save_claims
from services.store.entities import save_entities
from services.store.ledger import record_entries
from services.store.tables import deliveries
from services.store.texts import save_texts
from services.store.webhooks import add_webhook
from tests.integration.records import (
    describe,
    make_arrival,
    make_cleaned,
    make_detected,
    make_entry,
)

TEXT = (
    "Mayor Ilse Brandt said the Harbour Board had told her that the bridge cost 41 million euros.\n\n"
    "The Harbour Board denied that it was late. It may close in May.\n\nSign-off."
)


@dataclass(frozen=True)
class Story:
    """What was saved."""

    brandt: Entity
    board: Entity
    outer: Claim
    inner: Claim
    denied: Claim
    article_id: object


def find(text: str, words: str) -> Span:
    """Where the words stand first."""
    start = text.index(words)
    return Span.cut(text, start, start + len(words))


def make_entity(name: str, kind: EntityKind, **more: object) -> Entity:
    """An entity as an article names it."""
    return Entity(entity_id=derive_id("entity", name), name=name, kind=kind, **more)


def make_claim(
    text: str,
    words: str,
    article: int,
    cue: str | None = None,
    by: Entity | str | None = None,
    score: float = 0.5,
    **more: object,
) -> Claim:
    """A claim of the words, wherever they stand in the text."""
    name = by.name if isinstance(by, Entity) else by
    entity_id = by.entity_id if isinstance(by, Entity) else None
    claimant = name and Claimant(
        name=name,
        entity_id=entity_id,
        found_by=FoundBy.NAME if entity_id else FoundBy.UNNAMED,
        confidence=0.9,
        span=find(text, name) if name in text else None,
    )
    reasons = (
        Reason(reason=CheckReason.FIGURES, weight=1.5, words="41 million"),
        Reason(reason=CheckReason.OPINION, weight=-0.5, words=""),
    )
    return Claim(
        **{
            "claim_id": derive_id("claim", article, words),
            "kind": ClaimKind.ATTRIBUTED if by else ClaimKind.ASSERTED,
            "content": (find(text, words),),
            "text": words,
            "claimant": claimant or None,
            "cue": Cue(spans=(find(text, cue),), lemma=cue) if cue else None,
            "quote_type": QuoteType.INDIRECT if by else None,
            "check_worthiness": CheckWorthiness(score=score, reasons=reasons),
            "provenance": Provenance(method="by_hand", version="1", confidence=1.0),
            **more,
        }
    )


def save_story(
    engine: Engine,
    article: int = 1,
    revision: str = "a",
    text: str = TEXT,
    minute: int = 0,
    **metadata: object,
) -> Story:
    """An article in which one claim lies within another, and one is denied."""
    metadata = {"title": "What the bridge cost", "source": "Harbour Post", **metadata}
    brandt = make_entity("Ilse Brandt", EntityKind.PERSON, titles=("Mayor",), wikidata="Q4242")
    board = make_entity("Harbour Board", EntityKind.ORGANIZATION, aliases=("the Board",))
    outer = make_claim(
        text,
        "the Harbour Board had told her that the bridge cost 41 million euros",
        article,
        "said",
        brandt,
        0.9,
        about=(board.entity_id,),
    )
    inner = make_claim(
        text, "the bridge cost 41 million euros", article, "told", board, 0.8, nested_in=outer.claim_id
    )
    denied = make_claim(text, "it was late", article, "denied", board, 0.4, polarity=Polarity.DENIED)
    hedged = make_claim(text, "It may close in May", article, None, None, 0.3, modality=Modality.HEDGED)
    mentions = tuple(
        Mention(
            mention_id=derive_id("mention", article, entity.name),
            entity_id=entity.entity_id,
            span=find(text, entity.name),
            label="ORG",
        )
        for entity in (brandt, board)
    )
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(article, revision, minute, **metadata))
        save_texts(tx, [make_cleaned(article, revision, text, **metadata)])
        extracted = EntitiesExtracted(
            **describe(article, revision, minute), text=text, entities=(brandt, board), mentions=mentions
        )
        save_entities(tx, [extracted])
        save_claims(tx, [make_detected(outer, inner, denied, hedged, article=article, revision=revision)])
        entries = [
            make_entry(article, revision, stage, Outcome.DONE, minute + number)
            for number, stage in enumerate(StageName)
        ]
        record_entries(tx, entries)
    return Story(brandt, board, outer, inner, denied, derive_id("article", article))


def list_pages(story: Story) -> Sequence[str]:
    """Every page that shows something of the story."""
    return (
        "/claims",
        "/claims?triage=open&order=newest",
        "/claims?q=bridge&speaker=brandt&min_score=0.5",
        f"/claims?speaker_id={story.brandt.entity_id}&entity_id={story.board.entity_id}",
        f"/claims/{story.outer.claim_id}",
        f"/claims/{story.inner.claim_id}",
        f"/claims/{story.inner.claim_id}/again",
        "/articles",
        "/articles?title=bridge&source=post",
        f"/articles/{story.article_id}",
        "/entities",
        "/entities?q=brand",
        f"/entities/{story.brandt.entity_id}",
        f"/entities/{story.board.entity_id}",
        "/digest?date=2026-11-23",
        "/sign-in",
    )


def save_receivers(engine: Engine) -> None:
    """Receivers of claims in each state: well, failing, disabled."""
    now = datetime.now(UTC)
    states: dict[str, dict[str, object]] = {
        "well": {},
        "failing": {"failures": 3, "failing_since": now},
        "disabled": {"state": "disabled", "disabled_at": now, "disabled_why": "it has failed for 72 hours"},
    }
    with engine.begin() as tx:
        for name, more in states.items():
            hook = {"url": f"https://{name}.example/hook", "filter": {"min_score": 0.7}, "secret": "whsec_"}
            hook_id = derive_id("webhook", name)
            add_webhook(tx, hook_id, **hook, since_entry="0-0", **more)
            for number, told in enumerate(({"next_at": now}, {"error": "no answer"}, {"done_at": now})):
                key = {"delivery_id": derive_id("delivery", name, number), "webhook_id": hook_id}
                tx.execute(deliveries.insert().values(**key, event="claim.detected", payload="{}", **told))

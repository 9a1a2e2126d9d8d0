"""Claims: stored by their article, read as a ranked list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, exists, func, or_, select

from schemas import Claim, ClaimsDetected
from services.store.tables import articles, claims, entities
from services.store.upsert import upsert
from services.store.wordings import note_gone, note_wordings

NO_WORDINGS: Mapping[UUID, Mapping[str, Any]] = {}


def save_claims(
    tx: Connection,
    detected: Sequence[ClaimsDetected],
    wordings: Mapping[UUID, Mapping[str, Any]] = NO_WORDINGS,
) -> None:
    """Replace what is stored for these articles; `wordings` are those of the claims, by the claims' ids."""
    article_ids = [message.article_id for message in detected]
    note_gone(tx, article_ids)
    tx.execute(claims.delete().where(claims.c.article_id.in_(article_ids)))
    rows = [_row(message, claim, wordings) for message in detected for claim in message.claims]
    upsert(tx, claims, rows)
    stored = {row["claim_id"] for row in rows}
    note_wordings(tx, {one: wording for one, wording in wordings.items() if one in stored})


def _row(message: ClaimsDetected, claim: Claim, wordings: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    claimant = claim.claimant
    return {
        "claim_id": claim.claim_id,
        "article_id": message.article_id,
        "revision": message.revision,
        "kind": claim.kind,
        "quote_type": claim.quote_type,
        "polarity": claim.polarity,
        "modality": claim.modality,
        "claimant": claimant.name if claimant else None,
        "claimant_entity_id": claimant.entity_id if claimant else None,
        "text": claim.text,
        "standalone": claim.standalone.text if claim.standalone else None,
        "check_worthiness": claim.check_worthiness.score,
        "nested_in": claim.nested_in,
        "position": claim.content[0].start,
        "record": claim.model_dump(mode="json"),
        "wording_id": wordings.get(claim.claim_id, {}).get("wording_id"),
    }


@dataclass(frozen=True)
class ClaimFilter:
    """Which claims to read; what is None does not narrow."""

    speaker: str | None = None
    """Part of the claimant's name, in any case."""
    entity: str | None = None
    """Part of a name or alias of an entity that the content is about or that claims it."""
    since: datetime | None = None
    """Published at or after; articles without a date count from when they were submitted."""
    min_score: float | None = None
    source: str | None = None
    article_ids: tuple[UUID, ...] | None = None
    limit: int | None = None


def find_claims(tx: Connection, wanted: ClaimFilter) -> Sequence[Row[Any]]:
    """Rows of claims with title, url, source and published_at of their article, most check-worthy first."""
    query: Select[Any] = select(
        claims.c.claim_id,
        claims.c.article_id,
        claims.c.claimant,
        claims.c.text,
        claims.c.standalone,
        claims.c.polarity,
        claims.c.modality,
        claims.c.kind,
        claims.c.quote_type,
        claims.c.check_worthiness,
        claims.c.record,
        articles.c.title,
        articles.c.url,
        articles.c.source,
        articles.c.published_at,
    ).join(articles, articles.c.article_id == claims.c.article_id)
    query = _narrow(query, wanted)
    ranked = query.order_by(claims.c.check_worthiness.desc(), claims.c.article_id, claims.c.position)
    return tx.execute(ranked.limit(wanted.limit)).all()


def _narrow(query: Select[Any], wanted: ClaimFilter) -> Select[Any]:
    conditions = [
        wanted.speaker and claims.c.claimant.icontains(wanted.speaker, autoescape=True),
        wanted.entity and _about(wanted.entity),
        wanted.since and func.coalesce(articles.c.published_at, articles.c.submitted_at) >= wanted.since,
        wanted.min_score and claims.c.check_worthiness >= wanted.min_score,
        wanted.source and articles.c.source.icontains(wanted.source, autoescape=True),
        wanted.article_ids is not None and claims.c.article_id.in_(wanted.article_ids or ()),
    ]
    return query.where(*(condition for condition in conditions if isinstance(condition, ColumnElement)))


def _about(name: str) -> ColumnElement[bool]:
    """Whether an entity of that name is the claimant or is named in the content."""
    named = or_(
        entities.c.name.icontains(name, autoescape=True),
        cast(entities.c.aliases, Text).icontains(name, autoescape=True),
    )
    refers = or_(
        entities.c.entity_id == claims.c.claimant_entity_id,
        claims.c.record["about"].has_key(cast(entities.c.entity_id, Text)),
    )
    return exists().where(entities.c.article_id == claims.c.article_id, named, refers)


def count_claims(tx: Connection, wanted: ClaimFilter) -> int:
    """How many claims the filter lets through, whatever its limit."""
    query: Select[Any] = select(func.count()).select_from(claims.join(articles))
    return int(tx.execute(_narrow(query, wanted)).scalar_one())

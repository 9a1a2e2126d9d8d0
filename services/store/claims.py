"""Claims: stored by their article, with what they are searched by."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from schemas import Claim, ClaimsDetected
from services.store.claim_filter import ClaimFilter, Order, Position, read_position
from services.store.claim_search import count_claims, find_claims, read_claim
from services.store.names import save_names
from services.store.search_tables import ENGLISH
from services.store.tables import articles, claims
from services.store.upsert import replacing
from services.store.wordings import note_gone, note_wordings

__all__ = [
    "ClaimFilter",
    "Order",
    "Position",
    "count_claims",
    "find_claims",
    "follow_articles",
    "read_claim",
    "read_position",
    "save_claims",
]

LONGEST = 50_000
"""Characters of a text that are searched: Postgres refuses a megabyte of words."""


NO_WORDINGS: Mapping[UUID, Mapping[str, Any]] = {}


def save_claims(
    tx: Connection,
    detected: Sequence[ClaimsDetected],
    wordings: Mapping[UUID, Mapping[str, Any]] = NO_WORDINGS,
) -> None:
    """Replace what is stored for these articles; `wordings` are those of the claims, by the claims' ids."""
    ids = [message.article_id for message in detected]
    note_gone(tx, ids)
    tx.execute(claims.delete().where(claims.c.article_id.in_(ids)))
    of = {
        row.article_id: row for row in tx.execute(_describe_articles().where(articles.c.article_id.in_(ids)))
    }
    rows = [
        {**_row(message, claim, of[message.article_id]), **_refer(claim, wordings)}
        for message in detected
        for claim in message.claims
    ]
    if rows:
        tx.execute(_insert(), rows)
    stored = {row["claim_id"] for row in rows}
    note_wordings(tx, {one: wording for one, wording in wordings.items() if one in stored})
    claimants = [claim.claimant for message in detected for claim in message.claims if claim.claimant]
    save_names(tx, ((claimant.name, claimant.entity_id) for claimant in claimants))


def _refer(claim: Claim, wordings: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    return {"wording_id": wordings.get(claim.claim_id, {}).get("wording_id")}


def _describe_articles() -> Select[Any]:
    said_at = func.coalesce(articles.c.published_at, articles.c.submitted_at)
    return select(articles.c.article_id, articles.c.source, articles.c.title, said_at.label("said_at"))


def _row(message: ClaimsDetected, claim: Claim, article: Row[Any]) -> dict[str, Any]:
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
        "about": list(claim.about),
        "source": article.source,
        "said_at": article.said_at,
        "title": article.title,
        "record": claim.model_dump(mode="json"),
    }


def _insert() -> Insert:
    """A claim's row; made with its words for the search, to which the title of its article belongs."""
    words = ("text", "standalone", "claimant", "title")
    given = [column.name for column in claims.c if column.name not in {"search", "detected_at"}]
    search = index_words(*(bindparam(name, type_=Text) for name in words))
    values = {**{name: bindparam(name, type_=claims.c[name].type) for name in given}, "search": search}
    return replacing(insert(claims).values(values), claims, values)


def index_words(*words: ColumnElement[Any]) -> ColumnElement[Any]:
    """Text, standalone, claimant and title as they are searched: what is claimed weighs most."""
    parts = [
        func.setweight(
            func.to_tsvector(ENGLISH, func.left(func.coalesce(part, ""), LONGEST)),
            literal_column(f"'{weight}'"),
        )
        for part, weight in zip(words, "AABC", strict=True)
    ]
    whole: ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        whole = whole.op("||")(part)
    return whole


def follow_articles(tx: Connection, article_ids: Collection[UUID]) -> None:
    """Bring what claims hold of their articles up to what is known of these."""
    now = _describe_articles().subquery("article")
    search = index_words(claims.c.text, claims.c.standalone, claims.c.claimant, now.c.title)
    changed = or_(
        claims.c.source.is_distinct_from(now.c.source),
        claims.c.said_at != now.c.said_at,
        claims.c.search != search,
    )
    tx.execute(
        claims.update()
        .where(claims.c.article_id == any_(literal(sorted(article_ids), ARRAY(Uuid))))
        .where(claims.c.article_id == now.c.article_id, changed)
        .values(source=now.c.source, said_at=now.c.said_at, search=search)
    )

"""Claims that were said again: counted for each cluster, and read with all their variants.

A claim's wording has its cluster and its repetitions: `claims` joined with `wordings` by `wording_id` is
enough to sort by them. Where a claim has not been matched yet there is no row, and nothing was repeated.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, delete, func, or_, select, text

from services.store.tables import articles, claim_clusters, claims, signatures, wordings
from services.store.wordings import SEEN

# Copies of one text are one telling, whatever outlet has them. What the outlet or the article itself asserts
# has no speaker.
COUNT = text(
    """
    insert into claim_clusters
    select
        cluster_id,
        (array_agg(claim_id order by seen_at, claim_id))[1],
        min(seen_at),
        max(seen_at),
        count(distinct telling) - 1,
        count(*),
        count(distinct article_id),
        count(distinct lower(source)),
        count(distinct lower(claimant)) filter (where kind = 'attributed'),
        count(distinct wording_id),
        max(check_worthiness)
    from (
        select
            wordings.cluster_id, claims.claim_id, claims.article_id, claims.wording_id, claims.claimant,
            claims.kind, claims.check_worthiness, articles.source,
            coalesce(articles.published_at, articles.submitted_at) as seen_at,
            coalesce(signatures.copy_of, claims.article_id) as telling
        from wordings
        join claims on claims.wording_id = wordings.wording_id
        join articles on articles.article_id = claims.article_id
        left join signatures on signatures.article_id = claims.article_id
        where cast(:all as boolean) or wordings.cluster_id = any(:clusters)
    ) as said
    group by cluster_id
    """
)
SPREAD = text(
    """
    update wordings set repetitions = claim_clusters.repetitions
    from claim_clusters
    where claim_clusters.cluster_id = wordings.cluster_id
        and wordings.repetitions <> claim_clusters.repetitions
        and (cast(:all as boolean) or wordings.cluster_id = any(:clusters))
    """
)


def count_clusters(tx: Connection, cluster_ids: Collection[UUID] | None = None) -> None:
    """Count these clusters anew, or all; those without a claim go."""
    gone = delete(claim_clusters)
    if cluster_ids is not None:
        gone = gone.where(claim_clusters.c.cluster_id == func.any(list(cluster_ids)))
    given = {"all": cluster_ids is None, "clusters": list(cluster_ids or ())}
    tx.execute(gone)
    tx.execute(COUNT, given)
    tx.execute(SPREAD, given)


def list_cluster_ids(tx: Connection) -> set[UUID]:
    """Every cluster that some wording is in, or that was counted."""
    placed, counted = select(wordings.c.cluster_id), select(claim_clusters.c.cluster_id)
    return set(tx.execute(placed.union(counted)).scalars())


@dataclass(frozen=True)
class Variant:
    """A claim of a cluster, and where it was made."""

    claim_id: UUID
    text: str
    claimant: str | None
    outlet: str | None
    seen_at: datetime
    """When it was published, else when it was handed in."""
    url: str | None
    title: str | None
    article_id: UUID
    copy_of: UUID | None
    """The article that its article copies: then it counts as no repetition."""


@dataclass(frozen=True)
class Cluster:
    """A claim, wherever it is made."""

    cluster_id: UUID
    repetitions: int
    """Tellings after the first that are no copies of one another."""
    first_seen_at: datetime
    last_seen_at: datetime
    first_claim_id: UUID
    claims: int
    articles: int
    wordings: int
    outlets: tuple[str, ...]
    speakers: tuple[str, ...]
    variants: tuple[Variant, ...]
    """In the order in which they were said."""


def find_cluster_of(tx: Connection, claim_id: UUID) -> UUID | None:
    """The cluster of a claim; None where it is not matched yet."""
    query = (
        select(wordings.c.cluster_id)
        .join(claims, claims.c.wording_id == wordings.c.wording_id)
        .where(claims.c.claim_id == claim_id)
    )
    return tx.execute(query).scalar_one_or_none()


def read_cluster(tx: Connection, cluster_id: UUID, limit: int | None = None) -> Cluster | None:
    """A cluster with its variants, at most so many of them; None where there is none of that id."""
    counted = tx.execute(select(claim_clusters).where(claim_clusters.c.cluster_id == cluster_id)).first()
    if counted is None:
        return None
    rows = tx.execute(_said(cluster_id).limit(limit)).all()
    return Cluster(
        cluster_id=cluster_id,
        repetitions=counted.repetitions,
        first_seen_at=counted.first_seen_at,
        last_seen_at=counted.last_seen_at,
        first_claim_id=counted.first_claim_id,
        claims=counted.claims,
        articles=counted.articles,
        wordings=counted.wordings,
        outlets=_distinct(row.source for row in rows),
        speakers=_distinct(row.claimant for row in rows if row.kind == "attributed"),
        variants=tuple(_variant(row) for row in rows),
    )


def read_cluster_of(tx: Connection, claim_id: UUID, limit: int | None = None) -> Cluster | None:
    """The cluster of a claim; None where the claim is not known, or not matched yet."""
    cluster_id = find_cluster_of(tx, claim_id)
    return None if cluster_id is None else read_cluster(tx, cluster_id, limit)


def list_clusters(
    tx: Connection, limit: int, least: int = 1, after: tuple[int, UUID] | None = None
) -> Sequence[Row[Any]]:
    """Clusters of at least so many repetitions, the most repeated first, with the first claim's `text`.

    `after` is the repetitions and the id of the last one before.
    """
    said = func.coalesce(claims.c.standalone, claims.c.text).label("text")
    query = (
        select(claim_clusters, said, claims.c.claimant)
        .join(claims, claims.c.claim_id == claim_clusters.c.first_claim_id)
        .where(claim_clusters.c.repetitions >= least)
        .order_by(claim_clusters.c.repetitions.desc(), claim_clusters.c.cluster_id)
        .limit(limit)
    )
    if after is not None:
        often, cluster_id = claim_clusters.c.repetitions, claim_clusters.c.cluster_id
        equal = and_(often == after[0], cluster_id > after[1])
        query = query.where(often <= after[0], or_(often < after[0], equal))
    return tx.execute(query).all()


def _said(cluster_id: UUID) -> Select[Any]:
    return (
        select(
            claims.c.claim_id,
            claims.c.article_id,
            func.coalesce(claims.c.standalone, claims.c.text).label("text"),
            claims.c.claimant,
            claims.c.kind,
            articles.c.source,
            articles.c.url,
            articles.c.title,
            SEEN.label("seen_at"),
            signatures.c.copy_of,
        )
        .join(wordings, wordings.c.wording_id == claims.c.wording_id)
        .join(articles, articles.c.article_id == claims.c.article_id)
        .outerjoin(signatures, signatures.c.article_id == claims.c.article_id)
        .where(wordings.c.cluster_id == cluster_id)
        .order_by(SEEN, claims.c.claim_id)
    )


def _variant(row: Row[Any]) -> Variant:
    return Variant(
        claim_id=row.claim_id,
        text=row.text,
        claimant=row.claimant,
        outlet=row.source,
        seen_at=row.seen_at,
        url=row.url,
        title=row.title,
        article_id=row.article_id,
        copy_of=row.copy_of,
    )


def _distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    """Names in the order of their first mention, whatever their case."""
    known: dict[str, str] = {}
    for name in names:
        if name:
            known.setdefault(name.lower(), name)
    return tuple(known.values())

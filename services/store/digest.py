"""What a day brought: the claims most worth a check, what was said again, who spoke, what is left to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from services.store.claims import ClaimFilter, count_claims, find_claims
from services.store.tables import claim_clusters, claims, wordings
from services.store.triage import TriageFilter, TriageState, read_judged


@dataclass(frozen=True)
class Speaker:
    """Who spoke, and how often."""

    name: str
    entity_id: UUID | None
    claims: int


@dataclass(frozen=True)
class Digest:
    """A stretch of time."""

    since: datetime
    until: datetime
    claims: int
    articles: int
    worthy: Sequence[Row[Any]]
    """Rows of claims that nobody has settled, the most check-worthy first."""
    again: Sequence[Row[Any]]
    """Clusters that were told again in that time, each with the newest claim's `text` and `claim_id`."""
    speakers: Sequence[Speaker]
    to_check: Sequence[Row[Any]]
    """What is still to be checked, whenever it was said, those that wait longest first."""


def read_digest(tx: Connection, since: datetime, until: datetime, limit: int) -> Digest:
    """What was published in that time, at most so many of each."""
    wanted = ClaimFilter(since=since, until=until)
    within = and_(claims.c.said_at >= since, claims.c.said_at < until)
    number = select(func.count(claims.c.article_id.distinct())).where(within)
    return Digest(
        since=since,
        until=until,
        claims=count_claims(tx, wanted, None),
        articles=int(tx.execute(number).scalar_one()),
        worthy=find_claims(tx, ClaimFilter(since=since, until=until, triage=TriageFilter.OPEN, limit=limit)),
        again=_list_again(tx, within, limit),
        speakers=_list_speakers(tx, within, limit),
        to_check=read_judged(tx, TriageState.TO_CHECK, limit=limit),
    )


def _list_again(tx: Connection, within: ColumnElement[bool], limit: int) -> Sequence[Row[Any]]:
    """One claim of each cluster, the newest of that time: its first telling says nothing again."""
    said = func.coalesce(claims.c.standalone, claims.c.text).label("text")
    newest_first = claims.c.said_at.desc(), claims.c.claim_id.desc()
    numbered = (
        select(
            wordings.c.cluster_id,
            claims.c.claim_id,
            said,
            claims.c.claimant,
            claims.c.polarity,
            func.row_number().over(partition_by=wordings.c.cluster_id, order_by=newest_first).label("number"),
        )
        .join(wordings, wordings.c.wording_id == claims.c.wording_id)
        .where(within, wordings.c.repetitions > 0)
        .subquery()
    )
    counted = claim_clusters.c
    return tx.execute(
        select(numbered, counted.repetitions, counted.first_seen_at, counted.outlets, counted.speakers)
        .join(claim_clusters, counted.cluster_id == numbered.c.cluster_id)
        .where(numbered.c.number == 1, numbered.c.claim_id != counted.first_claim_id)
        .order_by(counted.repetitions.desc(), numbered.c.claim_id)
        .limit(limit)
    ).all()


def _list_speakers(tx: Connection, within: ColumnElement[bool], limit: int) -> list[Speaker]:
    number = func.count()
    rows = tx.execute(
        select(func.min(claims.c.claimant).label("name"), claims.c.claimant_entity_id, number.label("claims"))
        .where(within, claims.c.claimant_entity_id.is_not(None), claims.c.kind == "attributed")
        .group_by(claims.c.claimant_entity_id)
        .order_by(number.desc(), "name")
        .limit(limit)
    )
    return [Speaker(row.name, row.claimant_entity_id, row.claims) for row in rows]

"""How often claims were said again, for a list of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, literal, select

from services.store.tables import claim_clusters, claims, wordings


@dataclass(frozen=True)
class Repetition:
    """A claim's cluster."""

    cluster_id: UUID
    repetitions: int
    """Tellings after the first that are no copies of one another."""
    outlets: int
    speakers: int


def read_repetitions(tx: Connection, claim_ids: Collection[UUID]) -> Mapping[UUID, Repetition]:
    """The cluster of each of these claims that was said again; wire copies do not count."""
    if not claim_ids:
        return {}
    wanted = literal(list(claim_ids), ARRAY(Uuid))
    counted = claim_clusters.c
    rows = tx.execute(
        select(claims.c.claim_id, counted.cluster_id, counted.repetitions, counted.outlets, counted.speakers)
        .join(wordings, wordings.c.wording_id == claims.c.wording_id)
        .join(claim_clusters, counted.cluster_id == wordings.c.cluster_id)
        .where(claims.c.claim_id == any_(wanted), counted.repetitions > 0)
    )
    return {
        row.claim_id: Repetition(row.cluster_id, row.repetitions, row.outlets, row.speakers) for row in rows
    }

"""The words around a claim in the clean text of its article."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Integer, Uuid, and_, any_, cast, func, literal, select

from services.store.tables import claims, texts

MARGIN = 600
"""Characters before and after the claim."""


@dataclass(frozen=True)
class Surroundings:
    """A stretch of a clean text: `text` begins at the character `start`."""

    start: int
    text: str


def read_surroundings(tx: Connection, claim_ids: Collection[UUID]) -> Mapping[UUID, Surroundings]:
    """For each of these claims the text around it, of the revision that it was found in."""
    end = cast(claims.c.record["content"][-1]["end"].astext, Integer)
    start = func.greatest(claims.c.position - MARGIN, 0)
    length = func.greatest(end, claims.c.position) - start + MARGIN
    same = and_(texts.c.article_id == claims.c.article_id, texts.c.revision == claims.c.revision)
    rows = tx.execute(
        select(
            claims.c.claim_id,
            start.label("start"),
            func.substr(texts.c.text, start + 1, length).label("text"),
        )
        .join(texts, same)
        .where(claims.c.claim_id == any_(literal(list(claim_ids), ARRAY(Uuid))))
    )
    return {row.claim_id: Surroundings(row.start, row.text) for row in rows}

"""Articles that claim something, stored as the claims worker stores them; and what came of matching them."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, select

from schemas import Claim, Standalone, derive_id
from services.encoder.sentences import embed
from services.encoder.sessions import open_encoder
from services.matching.wordings import find_wording
from services.store.articles import save_arrival
from services.store.claims import save_claims
from services.store.clusters import Cluster, read_cluster_of
from services.store.tables import claim_clusters, claims, unsettled_wordings, wordings
from tests.integration.records import NOON, make_arrival, make_claim, make_detected


@cache
def read_vector(text: str) -> bytes:
    return embed(open_encoder(), text)


def make_said(text: str, article: int, speaker: str | None = None, **changes: Any) -> Claim:
    """A claim that stands on its own."""
    claim = make_claim(text, article=article, speaker=speaker)
    return claim.model_copy(update={"standalone": Standalone(text=text), **changes})


def tell(
    engine: Engine, article: int, *texts: str, minute: int = 0, outlet: str | None = None, **more: Any
) -> None:
    """An article of these claims, published so many minutes after noon."""
    arrive(engine, article, minute, outlet)
    claim(engine, article, *(make_said(text, article, **more) for text in texts))


def arrive(
    engine: Engine, article: int, minute: int = 0, outlet: str | None = None, revision: str = "a"
) -> None:
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(article, revision, minute, source=outlet or f"Outlet {article}"))


def claim(engine: Engine, article: int, *said: Claim, revision: str = "a") -> None:
    """Store the claims of an article, with their wordings."""
    found = {one.claim_id: find_wording(one, NOON.date(), read_vector) for one in said}
    with engine.begin() as tx:
        save_claims(
            tx,
            [make_detected(*said, article=article, revision=revision)],
            {claim_id: vars(wording) for claim_id, wording in found.items() if wording},
        )


def name_claim(article: int, text: str) -> Any:
    return derive_id("claim", article, text)


def find(engine: Engine, article: int, text: str) -> Cluster | None:
    """The cluster of an article's claim."""
    with engine.connect() as connection:
        return read_cluster_of(connection, name_claim(article, text))


def repeat(tx: Connection, text: str, repetitions: int) -> None:
    """Have claims of this text be said again so often, as whoever matches them writes it."""
    wording_id = derive_id("wording", text)
    row = {"wording_id": wording_id, "text": text, "denied": False, "vector": b"", "said_at": NOON}
    tx.execute(wordings.insert().values(**row, cluster_id=wording_id, repetitions=repetitions))
    tx.execute(claims.update().where(claims.c.text == text).values(wording_id=wording_id))


def read_state(engine: Engine) -> dict[str, Any]:
    """Every wording's cluster, and every cluster's counts."""
    placed = select(
        wordings.c.wording_id, wordings.c.cluster_id, wordings.c.said_at, wordings.c.repetitions
    ).order_by(wordings.c.wording_id)
    counted = select(claim_clusters).order_by(claim_clusters.c.cluster_id)
    with engine.connect() as connection:
        return {
            "wordings": list(connection.execute(placed)),
            "clusters": list(connection.execute(counted)),
            "waiting": list(connection.execute(select(unsettled_wordings))),
        }

"""How claims are put: what came and went since they were last matched, and wordings with their clusters."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, delete, func, null, select, text
from sqlalchemy.dialects.postgresql import insert

from services.store.tables import articles, claims, unsettled_wordings, wordings
from services.store.upsert import upsert

# Any number: while one settles wordings, no other does.
LOCK = 0x61676169
OF_WORDING = ("text", "day", "denied", "speaker", "vector")
SEEN = func.coalesce(articles.c.published_at, articles.c.submitted_at)
"""When an article's claims were made, as far as is known."""


def lock_wordings(tx: Connection, wait: bool = True) -> bool:
    """Keep others from settling wordings until the transaction ends; claims are stored meanwhile.

    False where another does so, and none of that is to be waited for.
    """
    if wait:
        tx.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        return True
    return bool(tx.execute(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}).scalar_one())


def note_wordings(tx: Connection, noted: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Leave the wordings of claims that came, as columns, for whoever settles them."""
    rows = [{"claim_id": claim_id, **wording} for claim_id, wording in noted.items()]
    upsert(tx, unsettled_wordings, rows)


def note_gone(tx: Connection, article_ids: Sequence[UUID]) -> None:
    """Leave word that claims of these articles go: those that stay are looked at without harm."""
    of_articles = claims.c.article_id.in_(article_ids), claims.c.wording_id.is_not(None)
    nothing = [null().label(name) for name in OF_WORDING]
    gone = select(claims.c.claim_id, claims.c.wording_id, *nothing).where(*of_articles)
    statement = insert(unsettled_wordings).from_select(["claim_id", "wording_id", *OF_WORDING], gone)
    keys = ["claim_id", "wording_id"]
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=dict.fromkeys(OF_WORDING)))


def count_unsettled(tx: Connection) -> int:
    """How many claims came or went whose wordings are not settled."""
    return int(tx.execute(select(func.count()).select_from(unsettled_wordings)).scalar_one())


def take_unsettled(tx: Connection, limit: int | None = None) -> Sequence[Row[Any]]:
    """Take what came and went; the rows are gone when the transaction ends well.

    What a worker is just writing is left out: nobody waits for the other.
    """
    table = unsettled_wordings
    keys = table.c.claim_id, table.c.wording_id
    free = select(*keys).limit(limit).with_for_update(skip_locked=True).cte("free")
    taken = delete(table).where(keys[0] == free.c.claim_id, keys[1] == free.c.wording_id)
    return tx.execute(taken.returning(*table.c)).all()


def read_waiting(tx: Connection) -> Sequence[Row[Any]]:
    """What came and is not settled, left where it is."""
    query: Select[Any] = select(unsettled_wordings).where(unsettled_wordings.c.vector.is_not(None))
    return tx.execute(query).all()


def date_wordings(tx: Connection, wording_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Since when each is said, as far as any claim still has it."""
    query = (
        select(claims.c.wording_id, func.min(SEEN).label("said_at"))
        .join(articles, articles.c.article_id == claims.c.article_id)
        .where(claims.c.wording_id == func.any(list(wording_ids)))
        .group_by(claims.c.wording_id)
    )
    return {row.wording_id: row.said_at for row in tx.execute(query)}


def read_wordings(tx: Connection, wording_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """The stored wordings of these ids."""
    if not wording_ids:
        return []
    query = select(wordings).where(wordings.c.wording_id == func.any(list(wording_ids)))
    return tx.execute(query).all()


def read_members(tx: Connection, cluster_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """The wordings of these clusters."""
    if not cluster_ids:
        return []
    query = select(wordings).where(wordings.c.cluster_id == func.any(list(cluster_ids)))
    return tx.execute(query).all()


def read_added(tx: Connection, after: int, limit: int) -> Sequence[Row[Any]]:
    """Id, vector and number of wordings that were added after the one of that number, in their order."""
    query: Select[Any] = select(wordings.c.wording_id, wordings.c.vector, wordings.c.added)
    return tx.execute(query.where(wordings.c.added > after).order_by(wordings.c.added).limit(limit)).all()


def add_wordings(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new wordings."""
    if rows:
        tx.execute(insert(wordings), list(rows))


def date_again(tx: Connection, dates: Mapping[UUID, datetime]) -> None:
    """Since when each of these wordings is said now."""
    rows = [{"wording": one, "since": said_at} for one, said_at in dates.items()]
    if rows:
        tx.execute(text("update wordings set said_at = :since where wording_id = :wording"), rows)


def move_wordings(tx: Connection, heads: Mapping[UUID, UUID]) -> None:
    """Put each wording into the cluster of its head."""
    rows = [{"wording": one, "head": head} for one, head in heads.items()]
    if rows:
        statement = text("update wordings set cluster_id = :head where wording_id = :wording")
        tx.execute(statement, rows)


def drop_wordings(tx: Connection, wording_ids: Collection[UUID]) -> None:
    """Remove wordings that no claim has any more."""
    if wording_ids:
        tx.execute(delete(wordings).where(wordings.c.wording_id == func.any(list(wording_ids))))


def read_all(tx: Connection) -> Sequence[Row[Any]]:
    """All wordings that are stored."""
    return tx.execute(select(wordings)).all()


def read_places(tx: Connection) -> Sequence[Row[Any]]:
    """Id, date and cluster of every stored wording."""
    query: Select[Any] = select(wordings.c.wording_id, wordings.c.said_at, wordings.c.cluster_id)
    return tx.execute(query).all()


def renew_vectors(tx: Connection, vectors: Mapping[UUID, bytes]) -> None:
    """Give stored wordings other vectors, and numbers by which an index in memory finds that out."""
    rows = [{"wording": one, "vector": vector} for one, vector in vectors.items()]
    if rows:
        tx.execute(
            text("update wordings set vector = :vector, added = default where wording_id = :wording"), rows
        )


def find_unworded(tx: Connection, after: UUID | None, limit: int) -> Sequence[Row[Any]]:
    """Claims without a wording, in the order of their ids: `claim_id`, `record` and `seen_at` each.

    A claim that a worker has in hand is left out.
    """
    query: Select[Any] = (
        select(claims.c.claim_id, claims.c.record, SEEN.label("seen_at"))
        .join(articles, articles.c.article_id == claims.c.article_id)
        .where(claims.c.wording_id.is_(None))
        .order_by(claims.c.claim_id)
        .limit(limit)
        .with_for_update(of=claims, skip_locked=True)
    )
    return tx.execute(query if after is None else query.where(claims.c.claim_id > after)).all()


def word_claims(tx: Connection, found: Mapping[UUID, UUID]) -> None:
    """Say of each claim which wording it has."""
    rows = [{"claim": claim, "wording": wording} for claim, wording in found.items()]
    if rows:
        tx.execute(text("update claims set wording_id = :wording where claim_id = :claim"), rows)

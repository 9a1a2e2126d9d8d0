"""Which articles tell the same story in the same words: signatures, and the first of each cluster."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    literal,
    not_,
    select,
    text,
    union_all,
)

from services.store.tables import signatures
from services.store.upsert import upsert

# Any number: while one worker looks for the first of a cluster, no other adds to it.
LOCK = 0x636F7069
MOST_ALIKE = 200
"""Of what outlets print daily, such as the weather, there are thousands that are no copies of one another."""


@dataclass(frozen=True)
class SignedText:
    """A clean text's signature, and the article that it copies, if any."""

    article_id: UUID
    revision: str
    submitted_at: datetime
    digest: str
    runs: int
    minhash: tuple[int, ...]
    bands: tuple[int, ...]
    paragraphs: tuple[int, ...]
    copy_of: UUID | None = None
    alike: float | None = None
    copied: float | None = None


def lock_signatures(tx: Connection) -> None:
    """Keep other workers from deciding what is a copy until the transaction ends."""
    tx.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def find_alike(tx: Connection, article_id: UUID, digest: str, bands: Sequence[int]) -> Sequence[Row[Any]]:
    """Signatures that say what a text copies, and the article's own former one.

    One of the same text, where another article has it: the first that is no copy, else the first. And the
    MOST_ALIKE oldest heads of clusters with a band in common. What copies another is not looked at, so that
    it costs the same to join a cluster of ten and one of ten thousand.
    """
    columns = signatures.c
    # Asked for by a query: of values that it sees, Postgres expects so many rows that it reads the table.
    sought = select(literal(list(bands), ARRAY(BigInteger))).scalar_subquery()
    others, same = columns.article_id != article_id, columns.digest == digest
    heads = and_(columns.copy_of.is_(None), columns.bands.bool_op("&&")(sought), others, not_(same))
    return tx.execute(
        union_all(
            select(signatures).where(columns.article_id == article_id),
            _find_oldest(and_(same, others), 1, columns.copy_of.is_not(None)),
            _find_oldest(heads, MOST_ALIKE),
        )
    ).all()


def _find_oldest(which: ColumnElement[bool], most: int, *order: ColumnElement[bool]) -> Select[Any]:
    """At most so many of the signatures, those handed in first."""
    oldest = signatures.c.submitted_at, signatures.c.article_id
    return select(signatures).where(which).order_by(*order, *oldest).limit(most)


def save_signature(tx: Connection, signed: SignedText) -> None:
    """Store a signature in the place of the article's former one."""
    upsert(tx, signatures, [vars(signed)])


def point_to(tx: Connection, first: UUID, copies: Iterable[tuple[UUID, float, float]]) -> None:
    """Make `first` what the copies copy: each with how alike it is and how much of it is copied."""
    for article_id, alike, copied in copies:
        tx.execute(
            signatures.update()
            .where(signatures.c.article_id == article_id)
            .values(copy_of=first, alike=alike, copied=copied)
        )


def read_copy(tx: Connection, article_id: UUID) -> Row[Any] | None:
    """What the article copies, and how many copies it has itself (`copies`); None where nothing is known."""
    others = signatures.alias("others")
    number = select(func.count()).select_from(others).where(others.c.copy_of == article_id).scalar_subquery()
    columns = signatures.c
    query: Select[Any] = select(columns.copy_of, columns.alike, columns.copied, number.label("copies"))
    return tx.execute(query.where(columns.article_id == article_id)).first()

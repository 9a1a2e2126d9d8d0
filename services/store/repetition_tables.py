"""The same claim, said again: how claims are put, and which wordings are one claim.

Workers add to `unsettled_wordings` and nothing else; the other two are written by whoever holds the lock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from services.store.catalogue import Moment, metadata

# One row a claim that came or went, until its wording is settled; of one that went only the ids.
unsettled_wordings = Table(
    "unsettled_wordings",
    metadata,
    Column("claim_id", Uuid, primary_key=True),
    Column("wording_id", Uuid, primary_key=True),
    Column("text", Text),
    Column("day", Date),
    Column("denied", Boolean),
    Column("speaker", Text),
    Column("vector", LargeBinary),
)

# One row a way of putting a claim, with the first wording of its cluster. `added` grows with each row: by it
# an index in memory knows what it lacks.
wordings = Table(
    "wordings",
    metadata,
    Column("wording_id", Uuid, primary_key=True),
    Column("text", Text, nullable=False),
    Column("day", Date),
    Column("denied", Boolean, nullable=False),
    Column("speaker", Text),
    Column("vector", LargeBinary, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("cluster_id", Uuid, nullable=False),
    Column("repetitions", Integer, nullable=False, server_default="0"),
    Column("added", BigInteger, Identity(), nullable=False),
    Index(None, "cluster_id"),
    Index(None, "repetitions"),
    Index(None, "added"),
)

# One row a claim, however it is put and by whom. The id is that of its first wording.
claim_clusters = Table(
    "claim_clusters",
    metadata,
    Column("cluster_id", Uuid, primary_key=True),
    Column("first_claim_id", Uuid, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("repetitions", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("outlets", Integer, nullable=False),
    Column("speakers", Integer, nullable=False),
    Column("wordings", Integer, nullable=False),
    Column("check_worthiness", Float, nullable=False),
    Index(None, "repetitions"),
    Index(None, "first_seen_at"),
)

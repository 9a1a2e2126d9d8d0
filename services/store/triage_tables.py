"""What people have judged of claims."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, Uuid, func

from services.store.catalogue import Moment, metadata

# One row a judgement, never changed: the newest of a claim counts. It outlives its claim, whose id is the
# same when the article is read again and says the same.
judgements = Table(
    "judgements",
    metadata,
    Column("judgement_id", BigInteger, Identity(), primary_key=True),
    Column("claim_id", Uuid, nullable=False),
    Column("article_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("judged_by", Text, nullable=False),
    Column("judged_at", Moment, nullable=False, server_default=func.now()),
    Index(None, "claim_id", "judgement_id"),
    Index(None, "article_id"),
    Index(None, "judged_at"),
)

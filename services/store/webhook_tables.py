"""Who is told of new claims, and what each has been told."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from services.store.catalogue import Moment, metadata

# One row a receiver. `since_entry` is the newest entry of claims.detected when it was added: it is told of
# what comes after. `failing_since` is when it failed first since it last took something. `old_secrets` are
# those before the present one that still sign, each with its `until`. `dropped` counts what waited for it
# when it had been disabled for too long.
webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("filter", JSONB, nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secrets", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("state", Text, nullable=False, server_default="active"),
    Column("since_entry", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failing_since", Moment),
    Column("resting_until", Moment),
    Column("disabled_at", Moment),
    Column("disabled_why", Text),
    Column("dropped", Integer, nullable=False, server_default="0"),
)

# One row a claim that a receiver is told of: at `next_at`, unless somebody has taken it until `taken_until`.
# Neither done nor with a next time: given up.
deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("webhook_id", Uuid, nullable=False),
    Column("event", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment),
    Column("taken_until", Moment),
    Column("status", Integer),
    Column("error", Text),
    Column("done_at", Moment),
    ForeignKeyConstraint(["webhook_id"], ["webhooks.webhook_id"], ondelete="CASCADE"),
    Index(
        "ix_webhook_deliveries_due",
        "webhook_id",
        "next_at",
        postgresql_where=text("next_at IS NOT NULL"),
    ),
    Index("ix_webhook_deliveries_newest", "webhook_id", "created_at", "delivery_id"),
    Index(None, "created_at"),
)

# How far whoever reads a stream for the store has come.
stream_positions = Table(
    "stream_positions",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("entry_id", Text, nullable=False),
    Column("moved_at", Moment, nullable=False, server_default=func.now(), onupdate=func.now()),
)

"""Claims are matched across articles: their wordings, and the clusters of these."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
    op.add_column("claims", sa.Column("wording_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_claims_wording_id"), "claims", ["wording_id"], unique=False)
    _create_unsettled_wordings()
    _create_wordings()
    _create_claim_clusters()


def _create_unsettled_wordings() -> None:
    op.create_table(
        "unsettled_wordings",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("wording_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("denied", sa.Boolean(), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("claim_id", "wording_id", name=op.f("pk_unsettled_wordings")),
    )


def _create_wordings() -> None:
    op.create_table(
        "wordings",
        sa.Column("wording_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("denied", sa.Boolean(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cluster_id", sa.Uuid(), nullable=False),
        sa.Column("repetitions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("added", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("wording_id", name=op.f("pk_wordings")),
    )
    for column in ("cluster_id", "repetitions", "added"):
        op.create_index(op.f(f"ix_wordings_{column}"), "wordings", [column], unique=False)


def _create_claim_clusters() -> None:
    op.create_table(
        "claim_clusters",
        sa.Column("cluster_id", sa.Uuid(), nullable=False),
        sa.Column("first_claim_id", sa.Uuid(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("outlets", sa.Integer(), nullable=False),
        sa.Column("speakers", sa.Integer(), nullable=False),
        sa.Column("wordings", sa.Integer(), nullable=False),
        sa.Column("check_worthiness", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("cluster_id", name=op.f("pk_claim_clusters")),
    )
    for column in ("repetitions", "first_seen_at"):
        op.create_index(op.f(f"ix_claim_clusters_{column}"), "claim_clusters", [column], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("claim_clusters")
    op.drop_table("wordings")
    op.drop_table("unsettled_wordings")
    op.drop_index(op.f("ix_claims_wording_id"), table_name="claims")
    op.drop_column("claims", "wording_id")

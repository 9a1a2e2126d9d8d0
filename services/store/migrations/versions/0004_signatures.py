"""Signatures of clean texts, by which copies are found."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    hashes = sa.ARRAY(sa.BigInteger())
    op.create_table(
        "signatures",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("minhash", hashes, nullable=False),
        sa.Column("bands", hashes, nullable=False),
        sa.Column("paragraphs", hashes, nullable=False),
        sa.Column("copy_of", sa.Uuid(), nullable=True),
        sa.Column("alike", sa.Float(), nullable=True),
        sa.Column("copied", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.article_id"],
            name=op.f("fk_signatures_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_digest"), "signatures", ["digest"], unique=False)
    op.create_index(op.f("ix_signatures_copy_of"), "signatures", ["copy_of"], unique=False)
    op.create_index("ix_signatures_bands", "signatures", ["bands"], unique=False, postgresql_using="gin")

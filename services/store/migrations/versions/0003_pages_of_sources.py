"""The lines of a source's newest pages, by which its template is known."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    lines = sa.ARRAY(sa.BigInteger())
    op.create_table(
        "source_pages",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("around", lines, nullable=False),
        sa.Column("within", lines, nullable=False),
        sa.Column("told", lines, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.article_id"],
            name=op.f("fk_source_pages_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source", "article_id", name=op.f("pk_source_pages")),
    )
    op.create_index(op.f("ix_source_pages_article_id"), "source_pages", ["article_id"], unique=False)
    op.create_index(
        op.f("ix_source_pages_source_seen_at"), "source_pages", ["source", "seen_at"], unique=False
    )

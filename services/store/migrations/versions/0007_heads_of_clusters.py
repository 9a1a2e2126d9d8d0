"""Signatures by what is asked of them: the same text, and the heads of clusters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    is_copy = sa.text("(copy_of IS NOT NULL)")
    op.create_index("ix_signatures_same", "signatures", ["digest", is_copy, "submitted_at", "article_id"])
    op.create_index(
        "ix_signatures_heads",
        "signatures",
        ["bands"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("copy_of IS NULL"),
    )
    # Of copies only: it must not be taken for a way to the heads.
    op.drop_index(op.f("ix_signatures_copy_of"), table_name="signatures")
    op.create_index(
        op.f("ix_signatures_copy_of"),
        "signatures",
        ["copy_of"],
        postgresql_where=sa.text("copy_of IS NOT NULL"),
    )
    op.drop_index("ix_signatures_bands", table_name="signatures")
    op.drop_index(op.f("ix_signatures_digest"), table_name="signatures")


def downgrade() -> None:
    """Take back."""
    op.create_index(op.f("ix_signatures_digest"), "signatures", ["digest"])
    op.create_index("ix_signatures_bands", "signatures", ["bands"], postgresql_using="gin")
    op.drop_index(op.f("ix_signatures_copy_of"), table_name="signatures")
    op.create_index(op.f("ix_signatures_copy_of"), "signatures", ["copy_of"])
    op.drop_index("ix_signatures_heads", table_name="signatures")
    op.drop_index("ix_signatures_same", table_name="signatures")

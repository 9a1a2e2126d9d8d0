"""Old secrets of webhooks that still sign, and how much was dropped that waited for a disabled one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply."""
    none = sa.text("'[]'::jsonb")
    op.add_column(
        "webhooks", sa.Column("old_secrets", postgresql.JSONB(), server_default=none, nullable=False)
    )
    op.add_column("webhooks", sa.Column("dropped", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take back."""
    op.drop_column("webhooks", "dropped")
    op.drop_column("webhooks", "old_secrets")

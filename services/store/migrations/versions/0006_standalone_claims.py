"""The sentence that a claim makes on its own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    op.add_column("claims", sa.Column("standalone", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("claims", "standalone")

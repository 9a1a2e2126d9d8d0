"""The ledger by time: what ended since the last look."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_index(op.f("ix_ledger_finished_at"), "ledger", ["finished_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_ledger_finished_at"), table_name="ledger")

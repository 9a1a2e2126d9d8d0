"""Names with the Wikidata ids that they stand for, and entities with theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "known_names",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("wikidata", sa.Text(), nullable=False),
        sa.Column("is_alias", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "wikidata", name=op.f("pk_known_names")),
    )
    op.create_index(op.f("ix_known_names_wikidata"), "known_names", ["wikidata"], unique=False)
    op.create_index(op.f("ix_known_names_imported_at"), "known_names", ["imported_at"], unique=False)
    op.add_column("entities", sa.Column("wikidata", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("entities", "wikidata")
    op.drop_table("known_names")

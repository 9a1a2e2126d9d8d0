"""What people have judged of claims."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "judgements",
        sa.Column("judgement_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("judgement_id", name=op.f("pk_judgements")),
    )
    for columns in (["claim_id", "judgement_id"], ["article_id"], ["judged_at"]):
        op.create_index(op.f(f"ix_judgements_{'_'.join(columns)}"), "judgements", columns, unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("judgements")

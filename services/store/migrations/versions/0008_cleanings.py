"""How much was known of an article's source when it was cleaned."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# Of what was cleaned before, no more is known than in which order: that many pages were there.
REMEMBERED = """
insert into cleanings (article_id, source, pages)
select article_id, source, pages from (
    select article_id, source, seen_at,
        row_number() over (partition by source order by seen_at, article_id) as pages,
        row_number() over (partition by article_id order by seen_at desc, source) as latest
    from source_pages
) as remembered
where latest = 1
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "cleanings",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.article_id"],
            name=op.f("fk_cleanings_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_cleanings")),
    )
    op.create_index(op.f("ix_cleanings_source_pages"), "cleanings", ["source", "pages"])
    op.execute(REMEMBERED)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_cleanings_source_pages"), table_name="cleanings")
    op.drop_table("cleanings")

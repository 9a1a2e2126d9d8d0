"""An entity's id may stand in many articles."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    op.drop_constraint(op.f("fk_mentions_entity_id_entities"), "mentions", type_="foreignkey")
    op.drop_constraint(op.f("pk_entities"), "entities", type_="primary")
    op.create_primary_key(op.f("pk_entities"), "entities", ["article_id", "entity_id"])
    op.create_foreign_key(
        op.f("fk_mentions_article_id_entity_id_entities"),
        "mentions",
        "entities",
        ["article_id", "entity_id"],
        ["article_id", "entity_id"],
        ondelete="CASCADE",
    )
    op.drop_index(op.f("ix_entities_article_id"), table_name="entities")
    op.create_index(op.f("ix_entities_entity_id"), "entities", ["entity_id"], unique=False)
    op.drop_index(op.f("ix_mentions_article_id"), table_name="mentions")
    op.drop_index(op.f("ix_mentions_entity_id"), table_name="mentions")
    op.create_index(
        op.f("ix_mentions_article_id_entity_id"), "mentions", ["article_id", "entity_id"], unique=False
    )

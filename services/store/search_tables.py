"""What names are found by, and how words are read."""

from sqlalchemy import Column, ColumnElement, Index, Table, Text, Uuid, literal_column
from sqlalchemy.dialects.postgresql import ARRAY

from services.store.catalogue import metadata

ENGLISH: ColumnElement[str] = literal_column("'english'::regconfig")
"""How Postgres takes words apart and to their stems."""

# One row a name that some article prints, for each thing it stands for there; sources that are no entity have
# the id of nothing. A name that no article prints any longer stays, and finds nothing.
names = Table(
    "names",
    metadata,
    Column("name", Text, primary_key=True),
    Column("entity_id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("words", ARRAY(Text), nullable=False),
    Index(None, "entity_id"),
    Index(None, "words", postgresql_using="gin"),
)

# One row a word of such a name, and its beginning with letters left out.
name_words = Table(
    "name_words",
    metadata,
    Column("word", Text(collation="C"), primary_key=True),
    Column("deletes", ARRAY(Text), nullable=False),
    Index(None, "deletes", postgresql_using="gin"),
)

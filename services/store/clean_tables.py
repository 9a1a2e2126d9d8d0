"""What the clean stage remembers from one article to the next."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
)

from services.store.catalogue import Moment, metadata

# One row an article: the lines of its page as hashes, by which a source's template is known. The column's
# names are those of `services.clean.template.Page`.
source_pages = Table(
    "source_pages",
    metadata,
    Column("source", Text, primary_key=True),
    Column("article_id", Uuid, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("around", ARRAY(BigInteger), nullable=False),
    Column("within", ARRAY(BigInteger), nullable=False),
    Column("told", ARRAY(BigInteger), nullable=False),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    Index(None, "source", "seen_at"),
    Index(None, "article_id"),
)

# One row an article: the MinHash of its clean text, its bands and paragraphs as hashes, and what it copies.
signatures = Table(
    "signatures",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("minhash", ARRAY(BigInteger), nullable=False),
    Column("bands", ARRAY(BigInteger), nullable=False),
    Column("paragraphs", ARRAY(BigInteger), nullable=False),
    Column("copy_of", Uuid),
    Column("alike", Float),
    Column("copied", Float),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    Index(None, "copy_of", postgresql_where=Column("copy_of", Uuid).is_not(None)),
)
# Of the same text the first that is no copy; and the heads of clusters by their bands. Each search would
# read through what fastupdate puts off.
Index(
    "ix_signatures_same",
    signatures.c.digest,
    signatures.c.copy_of.is_not(None),
    signatures.c.submitted_at,
    signatures.c.article_id,
)
Index(
    "ix_signatures_heads",
    signatures.c.bands,
    postgresql_using="gin",
    postgresql_with={"fastupdate": "off"},
    postgresql_where=signatures.c.copy_of.is_(None),
)

# One row an article of a known source: how many pages of the source were known when it was cleaned last, and
# how often it was handed in again because they had become many more.
cleanings = Table(
    "cleanings",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("again", Integer, nullable=False, server_default="0"),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    Index(None, "source", "pages"),
)

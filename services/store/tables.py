"""The tables of the shared store. Changes need a migration; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from services.store.catalogue import Moment, metadata
from services.store.clean_tables import cleanings, signatures, source_pages
from services.store.repetition_tables import claim_clusters, unsettled_wordings, wordings
from services.store.search_tables import name_words, names
from services.store.triage_tables import judgements

__all__ = [
    "articles",
    "claim_clusters",
    "claims",
    "cleanings",
    "cursors",
    "dead_letters",
    "entities",
    "feed_items",
    "feeds",
    "judgements",
    "ledger",
    "mentions",
    "metadata",
    "name_words",
    "names",
    "pages",
    "revisions",
    "signatures",
    "source_pages",
    "submissions",
    "texts",
    "unsettled_wordings",
    "wordings",
]

# One row an article: what counts now.
articles = Table(
    "articles",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("url", Text),
    Column("source", Text),
    Column("title", Text),
    Column("published_at", Moment),
    Column("first_seen_at", Moment, nullable=False, server_default=func.now()),
    Index(None, "source"),
    Index(None, "published_at"),
    Index(None, "first_seen_at"),
)

# One row a content that was ever handed in for an article: the field that it was `given` in, its raw bytes,
# and the rest of the submission, so that it can be handed in again.
revisions = Table(
    "revisions",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("submission_id", Uuid, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("submission", JSONB, nullable=False),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
)

texts = Table(
    "texts",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("metadata", JSONB, nullable=False),
    Column("removed", JSONB, nullable=False),
    ForeignKeyConstraint(
        ["article_id", "revision"], ["revisions.article_id", "revisions.revision"], ondelete="CASCADE"
    ),
)

# One row an entity of an article, as that article names it. Articles that name the same share its id and no
# row, so no two workers ever write the same one.
entities = Table(
    "entities",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("entity_id", Uuid, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("aliases", JSONB, nullable=False),
    Column("titles", JSONB, nullable=False),
    Column("wikidata", Text),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    Index(None, "entity_id"),
    Index("ix_entities_lower_name", func.lower(Column("name", Text))),
)

# One row a name of something that the user's own table knows.
known_names = Table(
    "known_names",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("wikidata", Text, primary_key=True),
    Column("is_alias", Boolean, nullable=False),
    Column("imported_at", Moment, nullable=False),
    Index(None, "wikidata"),
    Index(None, "imported_at"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("mention_id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("article_id", Uuid, nullable=False),
    Column("revision", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("exact", Text, nullable=False),
    ForeignKeyConstraint(
        ["article_id", "entity_id"], ["entities.article_id", "entities.entity_id"], ondelete="CASCADE"
    ),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    Index(None, "article_id", "entity_id"),
)

claims = Table(
    "claims",
    metadata,
    Column("claim_id", Uuid, primary_key=True),
    Column("article_id", Uuid, nullable=False),
    Column("revision", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("quote_type", Text),
    Column("polarity", Text, nullable=False),
    Column("modality", Text, nullable=False),
    Column("claimant", Text),
    Column("claimant_entity_id", Uuid),
    Column("text", Text, nullable=False),
    Column("check_worthiness", Float, nullable=False),
    Column("nested_in", Uuid),
    Column("position", Integer, nullable=False),
    Column("record", JSONB, nullable=False),
    Column("detected_at", Moment, nullable=False, server_default=func.now()),
    Column("standalone", Text),
    # Of its article, so that neither a filter nor an order needs a join.
    Column("source", Text),
    Column("said_at", Moment, nullable=False),
    Column("about", ARRAY(Uuid), nullable=False),
    Column("search", TSVECTOR, nullable=False),
    Column("wording_id", Uuid),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    Index(None, "article_id"),
    Index(None, "wording_id"),
)
Index("ix_claims_worth", claims.c.check_worthiness.desc(), claims.c.said_at.desc())
Index("ix_claims_newest", claims.c.said_at.desc())
Index("ix_claims_source", claims.c.source, claims.c.said_at.desc())
Index("ix_claims_claimant", func.left(claims.c.claimant, 200))
Index("ix_claims_claimant_entity_id", claims.c.claimant_entity_id)
Index("ix_claims_about", claims.c.about, postgresql_using="gin")
Index("ix_claims_search", claims.c.search, postgresql_using="gin")

# One row for each stage that ended its work on a revision: what is done, and so what is still owed.
ledger = Table(
    "ledger",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("traceparent", Text),
    Column("queued_at", Moment, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Index(None, "stage", "outcome"),
    Index(None, "finished_at"),
)

# One row a submission that was identified: duplicates are seen here and nowhere else.
submissions = Table(
    "submissions",
    metadata,
    Column("submission_id", Uuid, primary_key=True),
    Column("article_id", Uuid, nullable=False),
    Column("revision", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Index(None, "article_id"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("dead_id", BigInteger, Identity(), primary_key=True),
    Column("stage", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("article_id", Uuid),
    Column("revision", Text),
    Column("source", Text),
    Column("reason", Text, nullable=False),
    Column("exception", Text),
    Column("attempts", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("traceparent", Text),
    Column("payload", LargeBinary, nullable=False),
    Column("died_at", Moment, nullable=False, server_default=func.now()),
    Column("replayed_at", Moment),
    Column("replayed_as", Text),
    Index(None, "stream", "entry_id", unique=True),
    Index(None, "stage"),
    Index(None, "article_id"),
)

# One row an address that was fetched: `page_id` is the id that an article at this address would have,
# `article_id` the article that it led to.
pages = Table(
    "pages",
    metadata,
    Column("page_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("article_id", Uuid, nullable=False),
    Column("revision", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("fetched_at", Moment, nullable=False),
    Index(None, "article_id"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("source", Text),
    Column("title", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("added_at", Moment, nullable=False, server_default=func.now()),
    Column("due_at", Moment, nullable=False, server_default=func.now()),
    Column("polled_at", Moment),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Index(None, "due_at"),
)

# One row an item that a feed has named, and what it was dated.
feed_items = Table(
    "feed_items",
    metadata,
    Column("feed_id", Uuid, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("updated", Text),
    Column("seen_at", Moment, nullable=False),
    ForeignKeyConstraint(["feed_id"], ["feeds.feed_id"], ondelete="CASCADE"),
)

# One row a reading that was interrupted: how many parts it has read in full, and how much of the next.
cursors = Table(
    "cursors",
    metadata,
    Column("cursor_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("item", Integer, nullable=False),
    Column("mark", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

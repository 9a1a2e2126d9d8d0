"""Claims by their words, their time and their outlet; names by a part or despite their spelling."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import combinations
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

FILL = """
update claims set
    source = articles.source,
    said_at = coalesce(articles.published_at, articles.submitted_at),
    about = array(select jsonb_array_elements_text(claims.record->'about')::uuid),
    search = setweight(to_tsvector('english', left(claims.text, 50000)), 'A')
        || setweight(to_tsvector('english', left(coalesce(claims.standalone, ''), 50000)), 'A')
        || setweight(to_tsvector('english', left(coalesce(claims.claimant, ''), 50000)), 'B')
        || setweight(to_tsvector('english', left(coalesce(articles.title, ''), 50000)), 'C')
from articles where articles.article_id = claims.article_id
"""
NAMES = """
select claimant as name, claimant_entity_id as entity_id from claims where claimant is not null
union
select name, entity_id from entities
union
select jsonb_array_elements_text(aliases), entity_id from entities
"""
# How names were spelled when this came: a later way of doing so comes with a migration of its own.
NOBODY = UUID(int=0)
LONGEST, PREFIX = 200, 7
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "’": "'"}
)
WORD = re.compile(r"[^\W_]+")


def upgrade() -> None:
    """Apply."""
    op.add_column("claims", sa.Column("source", sa.Text(), nullable=True))
    op.add_column("claims", sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("claims", sa.Column("about", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.add_column("claims", sa.Column("search", postgresql.TSVECTOR(), nullable=True))
    # What a page shows of some ten claims is kept apart from what a search looks through.
    op.execute("alter table claims set (toast_tuple_target = 512)")
    op.execute(FILL)
    for name in ("said_at", "about", "search"):
        op.alter_column("claims", name, nullable=False)
    _index_claims()
    op.create_index(op.f("ix_articles_first_seen_at"), "articles", ["first_seen_at"])
    _make_names()
    found = op.get_bind().execute(sa.text(NAMES)).all()
    _fill_names({(row.name[:LONGEST], row.entity_id or NOBODY) for row in found})


def _index_claims() -> None:
    op.drop_index(op.f("ix_claims_check_worthiness"), table_name="claims")
    op.drop_index("ix_claims_lower_claimant", table_name="claims")
    worth, said_at = sa.text("check_worthiness DESC"), sa.text("said_at DESC")
    op.create_index("ix_claims_worth", "claims", [worth, said_at])
    op.create_index("ix_claims_newest", "claims", [said_at])
    op.create_index("ix_claims_source", "claims", ["source", said_at])
    op.create_index("ix_claims_claimant", "claims", [sa.text('"left"(claimant, 200)')])
    op.create_index("ix_claims_claimant_entity_id", "claims", ["claimant_entity_id"])
    op.create_index("ix_claims_about", "claims", ["about"], postgresql_using="gin")
    op.create_index("ix_claims_search", "claims", ["search"], postgresql_using="gin")


def _make_names() -> None:
    op.create_table(
        "names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("name", "entity_id", name=op.f("pk_names")),
    )
    op.create_index(op.f("ix_names_entity_id"), "names", ["entity_id"])
    op.create_index(op.f("ix_names_words"), "names", ["words"], postgresql_using="gin")
    op.create_table(
        "name_words",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("deletes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_name_words")),
    )
    op.create_index(op.f("ix_name_words_deletes"), "name_words", ["deletes"], postgresql_using="gin")


def _fill_names(named: Iterable[tuple[str, UUID]]) -> None:
    named = list(named)
    words = {word for name, _ in named for word in _split_words(name)}
    rows: list[dict[str, object]] = [
        {"name": name, "entity_id": entity_id, "key": _fold(name), "words": _split_words(name)}
        for name, entity_id in named
    ]
    _insert("names (name, entity_id, key, words) values (:name, :entity_id, :key, :words)", rows)
    deletes: list[dict[str, object]] = [{"word": word, "deletes": _list_deletes(word)} for word in words]
    _insert("name_words (word, deletes) values (:word, :deletes)", deletes)


def _insert(statement: str, rows: list[dict[str, object]]) -> None:
    if rows:
        op.get_bind().execute(sa.text(f"insert into {statement}"), rows)


def _fold(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c)).translate(LETTERS)
    return " ".join(plain.split())[:LONGEST]


def _split_words(name: str) -> list[str]:
    words = WORD.findall(_fold(name))
    return [*words, *_join_initials(words)]


def _join_initials(words: list[str]) -> Iterator[str]:
    joined = ""
    for word in [*words, ""]:
        if len(word) == 1:
            joined += word
            continue
        if len(joined) > 1:
            yield joined
        joined = ""


def _list_deletes(word: str) -> list[str]:
    head = word[:PREFIX]
    wrong = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
    left_out = [gone for number in range(wrong + 1) for gone in combinations(range(len(head)), number)]
    return sorted({"".join(c for at, c in enumerate(head) if at not in gone) for gone in left_out})


def downgrade() -> None:
    """Take back."""
    op.drop_table("name_words")
    op.drop_table("names")
    op.drop_index(op.f("ix_articles_first_seen_at"), table_name="articles")
    op.execute("alter table claims reset (toast_tuple_target)")
    for name in ("source", "said_at", "about", "search"):
        op.drop_column("claims", name)
    op.drop_index("ix_claims_worth", table_name="claims", if_exists=True)
    op.drop_index("ix_claims_claimant", table_name="claims")
    op.drop_index("ix_claims_claimant_entity_id", table_name="claims")
    op.create_index("ix_claims_lower_claimant", "claims", [sa.text("lower(claimant)")])
    op.create_index(op.f("ix_claims_check_worthiness"), "claims", ["check_worthiness"])

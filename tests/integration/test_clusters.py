"""How much the store looks at to tell what a text copies: it does not grow with the cluster."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from schemas import derive_id
from services.clean.clusters import Member
from services.clean.copies import sign
from services.clean.handler import describe_signature
from services.store.copies import SignedText, find_alike
from services.store.tables import articles, signatures
from services.store.upsert import upsert
from tests.integration.records import NOON
from tests.unit.clean.test_copies import OTHER, STORY

NEW = derive_id("article", "new")
EDITED = f"{STORY}\n\nNobody in Highton was asked about it, said the people there."
EDITED_AGAIN = STORY.replace("lorries", "trucks")
LOOKED_AT = text(
    "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables"
    " where relname = 'signatures'"
)


def describe(number: int, said: str) -> SignedText:
    """The signature of an article of a number, handed in as many seconds after noon."""
    new = Member(derive_id("article", number), NOON + timedelta(seconds=number), sign(said))
    return describe_signature(new, "a", None)


def tell_of_its_own(number: int) -> str:
    """A story that no other is like."""
    return " ".join(random.Random(number).choices(OTHER.split(), k=80))


def fill(tx: Connection, copies: int) -> None:
    """A cluster of a first and so many copies of one wording, beside as many stories of their own."""
    first, edited = describe(0, STORY), describe(1, EDITED)
    cluster = [
        replace(edited, article_id=derive_id("article", number), copy_of=first.article_id)
        for number in range(1, copies + 1)
    ]
    others = [describe(number, tell_of_its_own(number)) for number in range(copies + 1, 2 * copies + 1)]
    rows = [first, *cluster, *others]
    columns = ("article_id", "revision", "submitted_at")
    upsert(tx, articles, [{name: getattr(row, name) for name in columns} for row in rows])
    upsert(tx, signatures, [vars(row) for row in rows])
    tx.execute(text("analyze signatures"))


def count_looks(engine: Engine, copies: int, new: str) -> int:
    """Rows of the table that are looked at for one more text, beside a cluster of so many copies."""
    signature = sign(new)
    with engine.connect() as tx:
        fill(tx, copies)
        before = tx.execute(LOOKED_AT).scalar_one()
        find_alike(tx, NEW, signature.digest, signature.bands)
        return int(tx.execute(LOOKED_AT).scalar_one() - before)


@pytest.mark.parametrize(
    ("new", "most"),
    [
        pytest.param(STORY, 2, id="the first once more"),
        pytest.param(EDITED, 2, id="what many have brought"),
        pytest.param(EDITED_AGAIN, 1, id="edited in a way of its own"),
        pytest.param(tell_of_its_own(0), 0, id="another story"),
    ],
)
def test_a_text_that_joins_a_large_cluster_is_compared_with_its_first_alone(engine, new, most):
    """Whether it has 200 copies or 2,000: with it, and with one of the same text.

    Each is rolled back, so that the second does not grow upon the first.
    """
    few, many = (count_looks(engine, copies, new) for copies in (200, 2_000))
    assert (few, many) == (most, most)


def test_the_count_of_rows_would_show_a_search_through_the_cluster(engine):
    """What is asserted above can fail."""
    with engine.connect() as tx:
        fill(tx, 200)
        before = tx.execute(LOOKED_AT).scalar_one()
        tx.execute(text("select count(revision) from signatures where copy_of is not null")).all()
        assert tx.execute(LOOKED_AT).scalar_one() - before >= 200


def test_among_many_heads_of_one_pattern_only_the_oldest_are_compared(engine):
    """Daily texts that are no copies of one another share bands all the same."""
    pattern = describe(0, STORY)
    rows = [
        replace(
            pattern,
            article_id=derive_id("article", number),
            submitted_at=NOON + timedelta(minutes=number),
            digest=f"{number}",
        )
        for number in range(250)
    ]
    random.Random(1).shuffle(rows)
    with engine.connect() as tx:
        columns = ("article_id", "revision", "submitted_at")
        upsert(tx, articles, [{name: getattr(row, name) for name in columns} for row in rows])
        upsert(tx, signatures, [vars(row) for row in rows])
        found = find_alike(tx, NEW, pattern.digest, pattern.bands)
    assert [row.submitted_at for row in found] == [NOON + timedelta(minutes=minute) for minute in range(200)]

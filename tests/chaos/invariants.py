"""What must hold after any storm, read from the store alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select

from schemas import StageName
from services.control.publication import Candidate
from services.store.tables import articles, claims, dead_letters, entities, ledger, mentions
from tests.chaos.stub_worker import CLAIMS_EACH

EACH: tuple[tuple[Table, int], ...] = ((entities, 1), (mentions, 1), (claims, CLAIMS_EACH))
"""Rows that the stub workers find in every article."""


def find_missing(
    engine: Engine, candidates: Iterable[Candidate], garbage: Iterable[bytes]
) -> tuple[list[Candidate], list[bytes]]:
    """What the store knows nothing of: articles, pieces of garbage."""
    with engine.connect() as connection:
        known = set(connection.execute(select(articles.c.article_id)).scalars())
        refused = set(connection.execute(select(dead_letters.c.article_id)).scalars())
        dead = {bytes(payload) for payload in connection.execute(select(dead_letters.c.payload)).scalars()}
    missing = [one for one in candidates if one.ref and one.ref[0] not in known | refused]
    return missing, [one for one in garbage if one not in dead]


def count_owing(engine: Engine, candidates: Sequence[Candidate], garbage: Sequence[bytes]) -> int:
    """How many have no end yet."""
    ends = read_ends(engine)
    missing, unread = find_missing(engine, candidates, garbage)
    return len(missing) + len(unread) + sum(one.ref[0] not in ends for one in candidates if one.ref)


def read_ends(engine: Engine) -> dict[Any, list[str]]:
    """The ends of each article: `done` where the last stage did it, `dead` for each dead letter."""
    ends: dict[Any, list[str]] = {}
    last = select(ledger.c.article_id, ledger.c.outcome).where(
        ledger.c.stage == StageName.CLAIMS, ledger.c.outcome == "done"
    )
    other = select(ledger.c.article_id, ledger.c.outcome).where(
        ledger.c.outcome.in_(("skipped", "superseded"))
    )
    with engine.connect() as connection:
        for query in (last, other):
            for article_id, outcome in connection.execute(query):
                ends.setdefault(article_id, []).append(outcome)
        dead = select(dead_letters.c.article_id).where(dead_letters.c.article_id.is_not(None))
        for article_id in connection.execute(dead).scalars():
            ends.setdefault(article_id, []).append("dead")
    return ends


def check_store(engine: Engine, candidates: Sequence[Candidate], garbage: Sequence[bytes]) -> Counter[str]:
    """Every article ended once, every result is there once; the ends by kind of article."""
    ends = read_ends(engine)
    of_each = {one.origin: ends.get(one.ref[0], []) for one in candidates if one.ref}
    wrong = {origin: found for origin, found in of_each.items() if len(found) != 1}
    assert not wrong, f"{len(wrong)} articles did not end exactly once: {dict(list(wrong.items())[:8])}"
    done = {article_id for article_id, found in ends.items() if found == ["done"]}
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(articles)).scalar_one() == len(candidates)
        for table, each in EACH:
            found = _count_rows(connection, table)
            assert {one: found.get(one) for one in done} == dict.fromkeys(done, each), table.name
        _check_garbage(connection, garbage)
    return Counter(f"{origin.partition('-')[0]} {found[0]}" for origin, found in of_each.items())


def _count_rows(connection: Connection, table: Table) -> dict[Any, int]:
    query = select(table.c.article_id, func.count().label("rows")).group_by(table.c.article_id)
    return {row.article_id: row.rows for row in connection.execute(query)}


def _check_garbage(connection: Connection, garbage: Sequence[bytes]) -> None:
    """Each piece is a dead letter with its bytes; twice only where it was handed in twice."""
    without_article = select(dead_letters.c.payload).where(dead_letters.c.article_id.is_(None))
    payloads = {bytes(payload) for payload in connection.execute(without_article).scalars()}
    assert payloads == set(garbage)

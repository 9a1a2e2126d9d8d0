"""The claims that fulfil the conditions: gathered before they are put in order where they are few."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, select, text

from services.store.claim_filter import ClaimFilter, Conditions, list_conditions
from services.store.tables import claims

FEW = 20_000
"""Claims that are gathered and sorted sooner than a page is found by going through them in their order."""

SOME = 100
"""Articles that have so few claims that Postgres need not be asked."""


@dataclass(frozen=True)
class Search:
    """What a filter means to Postgres: found out once, for the page, its number and its facets alike."""

    conditions: Conditions
    gathers_first: bool
    """Whether what fulfils them is so little that it is best gathered before anything else."""
    has_words: bool


def prepare(tx: Connection, wanted: ClaimFilter) -> Search:
    """Look up the names in the filter, and ask how many claims it lets through."""
    conditions = list_conditions(tx, wanted)
    of_some_articles = wanted.article_ids is not None and len(wanted.article_ids) <= SOME
    few = bool(conditions.narrow) and (of_some_articles or estimate(tx, conditions.narrow) <= FEW)
    return Search(conditions, few, wanted.words is not None)


def gather(search: Search, names: Iterable[str]) -> FromClause:
    """These columns of what fulfils the conditions, in no order; apart from the rest where it is little.

    Postgres does not know what it costs to look into a text, and makes little of fetching claims one by one:
    left alone it goes through them in their order, looks into each, and stops when the page is full.
    """
    query = select(*(claims.c[name] for name in names)).where(*search.conditions)
    if search.gathers_first:
        return query.cte("found").prefix_with("materialized")
    return query.subquery("found")


@contextmanager
def by_index(tx: Connection, search: Search) -> Iterator[None]:
    """Have what is searched for words be found by the index, also where some of very many are enough.

    Looking into one text after the other seems cheaper to Postgres, and is not.
    """
    if not search.has_words:
        yield
        return
    tx.execute(text("set local enable_seqscan = off"))
    yield
    tx.execute(text("set local enable_seqscan = on"))


def estimate(tx: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many claims Postgres expects to fulfil the conditions."""
    query = select(claims.c.claim_id).where(*conditions).compile(dialect=tx.dialect)
    explained = tx.exec_driver_sql(f"explain (format json) {query}", query.params).scalar_one()
    return int(explained[0]["Plan"]["Plan Rows"])

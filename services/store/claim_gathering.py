"""The claims that fulfil the conditions: gathered before they are put in order where they are few."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, FromClause, select

from services.store.claim_filter import ClaimFilter, list_conditions
from services.store.tables import claims

FEW = 20_000
"""Claims that are gathered and sorted sooner than a page is found by going through them in their order."""


def gather(tx: Connection, wanted: ClaimFilter, names: Iterable[str]) -> FromClause:
    """These columns of what fulfils the conditions, in no order; apart from the rest where it is little.

    Postgres does not know what it costs to look into a text, and makes little of fetching claims one by one:
    left alone it goes through them in their order, looks into each, and stops when the page is full.
    """
    conditions = list_conditions(tx, wanted)
    query = select(*(claims.c[name] for name in names)).where(*conditions)
    if conditions.narrow and estimate(tx, conditions.narrow) <= FEW:
        return query.cte("found").prefix_with("materialized")
    return query.subquery("found")


def estimate(tx: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many claims Postgres expects to fulfil the conditions."""
    query = select(claims.c.claim_id).where(*conditions).compile(dialect=tx.dialect)
    explained = tx.exec_driver_sql(f"explain (format json) {query}", query.params).scalar_one()
    return int(explained[0]["Plan"]["Plan Rows"])

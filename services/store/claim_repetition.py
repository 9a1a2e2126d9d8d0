"""Claims in the order of how often they were said again, which their wordings know and not they.

Those that were repeated are found by the index of the wordings, and the others in the order of their worth:
one list of both would have to be sorted whole for each page.
"""

from typing import Any

from sqlalchemy import FromClause, Integer, Select, Subquery, exists, func, literal, select, union_all

from services.store.claim_filter import ClaimFilter, Key, list_keys, stand_after
from services.store.tables import claims, wordings

repetitions = func.coalesce(wordings.c.repetitions, 0).label("repetitions")
"""Of a claim that is joined with its wording, or has none."""


def order_by_repetition(found: FromClause, wanted: ClaimFilter) -> Subquery:
    """The first of what was found, as many as are wanted after the position: its columns, `repetitions`."""
    parts = [_list_others(found, wanted)]
    if wanted.after is None or wanted.after.repetitions > 0:
        parts.insert(0, _list_repeated(found, wanted))
    return union_all(*(part.subquery().select() for part in parts)).subquery("ordered")


def _list_repeated(found: FromClause, wanted: ClaimFilter) -> Select[Any]:
    """Most repeated first."""
    often = wordings.c.repetitions
    query = select(found, often).join(wordings, wordings.c.wording_id == found.c.wording_id)
    keys = list_keys(wanted, {**found.c, "repetitions": often})
    return _cut(query.where(often > 0), wanted, keys, starts_after=wanted.after is not None)


def _list_others(found: FromClause, wanted: ClaimFilter) -> Select[Any]:
    """Never repeated or not matched yet, most check-worthy first: after all that were repeated."""
    repeated = exists().where(wordings.c.wording_id == found.c.wording_id, wordings.c.repetitions > 0)
    query = select(found, literal(0, Integer).label("repetitions")).where(~repeated)
    columns = {**found.c, "repetitions": literal(0, Integer)}
    keys = [key for key in list_keys(wanted, columns) if key.name in found.c]
    after_repeated = wanted.after is None or wanted.after.repetitions > 0
    return _cut(query, wanted, keys, starts_after=not after_repeated)


def _cut(query: Select[Any], wanted: ClaimFilter, keys: list[Key], starts_after: bool) -> Select[Any]:
    if starts_after and wanted.after is not None:
        query = query.where(stand_after(keys, wanted.after))
    return query.order_by(*(key.order() for key in keys)).limit(wanted.limit)


def join_repetitions(query: Select[Any]) -> Select[Any]:
    """Claims with their wordings, where they have one."""
    return query.outerjoin(wordings, wordings.c.wording_id == claims.c.wording_id)

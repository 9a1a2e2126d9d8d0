"""What became of what each outlet published: bounded, however much there is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, select

from schemas import Outcome, StageName
from services.store.tables import articles, dead_letters, ledger

MOST = 10_000
"""Revisions that are looked at, the newest first."""


def read_funnel(tx: Connection, after: datetime, last: StageName, most: int = MOST) -> Sequence[Row[Any]]:
    """Rows of `source`, `outcome`, `stage`, `reason`, `entries`: how the newest of each outlet ended.

    A revision counts from the moment in which the first stage ended it. One that is on its way has no
    outcome. Digits in a reason become `#`, so that "only 12 words" and "only 31 words" are one reason.
    """
    first = next(iter(StageName))
    begun = (
        select(ledger.c.article_id, ledger.c.revision)
        .where(ledger.c.stage == first, ledger.c.finished_at > after)
        .order_by(ledger.c.finished_at.desc())
        .limit(most)
        .subquery("begun")
    )
    end = ledger.alias("end")
    ended = and_(
        end.c.article_id == begun.c.article_id,
        end.c.revision == begun.c.revision,
        (end.c.outcome != Outcome.DONE) | (end.c.stage == last),
    )
    unlike = "[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+"
    reason = case((end.c.outcome == Outcome.SKIPPED, func.regexp_replace(end.c.reason, unlike, "#", "g")))
    same = (articles.c.source, end.c.outcome, end.c.stage, reason)
    query = (
        select(*same[:3], reason.label("reason"), func.count().label("entries"))
        .select_from(begun.join(articles, articles.c.article_id == begun.c.article_id).outerjoin(end, ended))
        .group_by(*same)
    )
    return tx.execute(query).all()


def count_unidentified(tx: Connection, after: datetime, most: int = MOST) -> Sequence[Row[Any]]:
    """Rows of `source`, `stage`, `entries`: what died before it was known which article it is."""
    newest = (
        select(dead_letters.c.source, dead_letters.c.stage, dead_letters.c.article_id, dead_letters.c.died_at)
        .where(dead_letters.c.replayed_at.is_(None))
        .order_by(dead_letters.c.dead_id.desc())
        .limit(most)
        .subquery("newest")
    )
    query = (
        select(newest.c.source, newest.c.stage, func.count().label("entries"))
        .where(newest.c.article_id.is_(None), newest.c.died_at > after)
        .group_by(newest.c.source, newest.c.stage)
    )
    return tx.execute(query).all()

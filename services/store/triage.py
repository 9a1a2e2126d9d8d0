"""What people have judged of claims: a history in which the newest judgement counts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Select,
    Uuid,
    any_,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert

from services.store.tables import claims
from services.store.triage_tables import judgements


class TriageState(StrEnum):
    """What is to be done with a claim."""

    OPEN = "open"
    """Nobody has judged it, or it was opened again."""
    TO_CHECK = "to_check"
    CHECKED = "checked"
    NOT_WORTH = "not_worth"


class TriageFilter(StrEnum):
    """Claims by what was judged of them."""

    OPEN = "open"
    TO_CHECK = "to_check"
    CHECKED = "checked"
    NOT_WORTH = "not_worth"
    ANY = "any"


@dataclass(frozen=True)
class Judgement:
    """What somebody judges; what is None stays as it was."""

    claim_id: UUID
    judged_by: str
    state: TriageState | None = None
    note: str | None = None


def save_judgement(tx: Connection, judgement: Judgement) -> Row[Any] | None:
    """Write it down, and return what counts now; None where there is no such claim.

    Whoever says again what counts already adds nothing to the history. Who judges the same claim at the same
    time waits: what this one leaves as it was is what the other makes of it.
    """
    of_claim = func.hashtextextended(str(judgement.claim_id), 0)
    tx.execute(select(func.pg_advisory_xact_lock(of_claim)))
    article_id = tx.execute(
        select(claims.c.article_id).where(claims.c.claim_id == judgement.claim_id)
    ).scalar()
    if article_id is None:
        return None
    before = read_current(tx, [judgement.claim_id]).get(judgement.claim_id)
    state = judgement.state or (before.state if before else TriageState.OPEN)
    note = judgement.note if judgement.note is not None else (before.note if before else "")
    note = note.replace("\0", "").strip()
    if before and (before.state, before.note, before.judged_by) == (state, note, judgement.judged_by):
        return before
    said = {
        "claim_id": judgement.claim_id,
        "article_id": article_id,
        "state": state,
        "note": note,
        "judged_by": judgement.judged_by,
    }
    return tx.execute(insert(judgements).values(said).returning(*judgements.c)).one()


def read_history(tx: Connection, claim_id: UUID) -> Sequence[Row[Any]]:
    """All judgements of a claim, newest first; also of one that is no longer there."""
    newest_first = judgements.c.judgement_id.desc()
    return tx.execute(
        select(judgements).where(judgements.c.claim_id == claim_id).order_by(newest_first)
    ).all()


def read_current(tx: Connection, claim_ids: Collection[UUID]) -> Mapping[UUID, Row[Any]]:
    """The judgement that counts of each of these claims that has one."""
    wanted = literal(list(claim_ids), ARRAY(Uuid))
    rows = tx.execute(_newest().where(judgements.c.claim_id == any_(wanted)))
    return {row.claim_id: row for row in rows}


def _newest() -> Select[Any]:
    """The judgement of each claim after which there is none."""
    later = judgements.alias("later")
    last = select(func.max(later.c.judgement_id)).where(later.c.claim_id == judgements.c.claim_id)
    return select(judgements).where(judgements.c.judgement_id == last.scalar_subquery())


def is_judged(wanted: TriageFilter) -> ColumnElement[bool]:
    """Whether a claim fits the filter."""
    newest = _newest().subquery("newest")
    judged = select(newest.c.claim_id)
    match wanted:
        case TriageFilter.ANY:
            return true()
        case TriageFilter.OPEN:
            return claims.c.claim_id.not_in(judged.where(newest.c.state != TriageState.OPEN.value))
        case _:
            return claims.c.claim_id.in_(judged.where(newest.c.state == wanted.value))


def count_states(tx: Connection, conditions: Iterable[ColumnElement[bool]] = ()) -> dict[TriageState, int]:
    """How many claims that are still there are in each state but open."""
    newest = _newest().subquery("newest")
    there = exists().where(claims.c.claim_id == newest.c.claim_id, *conditions)
    rows = tx.execute(
        select(newest.c.state, func.count())
        .where(there, newest.c.state != TriageState.OPEN)
        .group_by(newest.c.state)
    )
    found = {TriageState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in TriageState if state is not TriageState.OPEN}


def read_judged(
    tx: Connection, state: TriageState, since: datetime | None = None, limit: int | None = None
) -> Sequence[Row[Any]]:
    """Claims in a state, with their text, oldest judgement first; judged at or after `since`."""
    newest = _newest().subquery("newest")
    query = (
        select(newest, claims.c.text, claims.c.standalone, claims.c.polarity, claims.c.claimant)
        .join(claims, claims.c.claim_id == newest.c.claim_id)
        .where(newest.c.state == state)
        .order_by(newest.c.judged_at, newest.c.judgement_id)
        .limit(limit)
    )
    return tx.execute(query if since is None else query.where(newest.c.judged_at >= since)).all()

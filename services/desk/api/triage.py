"""What people judge of claims."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection, Row

from schemas.record import Record
from services.desk.callers import Reader, Submitter
from services.desk.documentation import problems
from services.desk.house import InHouse
from services.desk.problems import Problem
from services.store.triage import Judgement, TriageState, read_history, save_judgement

router = APIRouter(tags=["triage"])
LONGEST = 4_000
"""Characters of a note."""


class JudgementIn(BaseModel):
    """What is judged; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    state: TriageState | None = None
    """What is to be done with the claim."""
    note: Annotated[str, Field(max_length=LONGEST)] | None = None
    """In place of the note before; empty to take it away."""

    @model_validator(mode="after")
    def _says_something(self) -> "JudgementIn":
        if self.state is None and self.note is None:
            raise ValueError("give a state, a note, or both")
        return self


class JudgementRecord(Record):
    """A judgement."""

    state: TriageState
    """What is to be done with the claim."""
    note: str
    """Whatever the desk wants to remember."""
    judged_by: str
    """The name of the token."""
    judged_at: datetime
    """When."""


class Triage(Record):
    """What counts of a claim, and what was judged before."""

    claim_id: UUID
    """The claim."""
    state: TriageState
    """What counts now; open where nobody has judged it."""
    note: str
    """The note that counts now."""
    history: tuple[JudgementRecord, ...]
    """Every judgement, newest first."""


@router.get("/claims/{claim_id}/triage")
async def read_triage(claim_id: UUID, house: InHouse, _: Reader) -> Triage:
    """What was judged of a claim; what was judged of one that is no longer there is kept."""
    rows = await house.read(lambda tx: read_history(tx, claim_id))
    return describe_triage(claim_id, rows)


@router.post("/claims/{claim_id}/triage", responses=problems(404))
async def judge_claim(claim_id: UUID, said: JudgementIn, house: InHouse, caller: Submitter) -> Triage:
    """Judge a claim. Of two who judge at once the later counts; the history has both."""
    judgement = Judgement(claim_id, caller.name or "", said.state, said.note)

    def act(tx: Connection) -> Sequence[Row[Any]] | None:
        return None if save_judgement(tx, judgement) is None else read_history(tx, claim_id)

    rows = await house.write(act)
    if rows is None:
        raise Problem(404, f"there is no claim {claim_id}")
    return describe_triage(claim_id, rows)


def describe_triage(claim_id: UUID, rows: Iterable[Row[Any]]) -> Triage:
    """The history as the API shows it."""
    history = tuple(describe_judgement(row) for row in rows)
    now = history[0] if history else None
    return Triage(
        claim_id=claim_id,
        state=now.state if now else TriageState.OPEN,
        note=now.note if now else "",
        history=history,
    )


def describe_judgement(row: Row[Any]) -> JudgementRecord:
    """A row of the store as the API shows it."""
    return JudgementRecord(state=row.state, note=row.note, judged_by=row.judged_by, judged_at=row.judged_at)

"""What the desk answers with. Fields that this version does not know are left out."""

from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import Field

from schemas import Claim, Outcome, Record, StageName

M = TypeVar("M", bound=Record)


class Fate(StrEnum):
    """What became of a submission at the entrance."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"
    FULL = "full"


class HandedIn(Record):
    """A submission at the entrance."""

    status: Fate
    origin: str | None = None
    """Where it stood in a batch: `[3]` the third."""
    article_id: UUID | None = None
    """None where it was refused or there was no room."""
    revision: str | None = None
    submission_id: UUID | None = None
    """None where the same was handed in before."""
    field: str | None = None
    """The field to blame, where one is."""
    reason: str | None = None


def name_article(article: HandedIn | UUID) -> UUID:
    """The id of an article. ValueError where it was refused and has none."""
    article_id = article if isinstance(article, UUID) else article.article_id
    if article_id is None:
        raise ValueError("the submission was not taken, so there is no article to follow")
    return article_id


class Batch(Record):
    """What became of many."""

    items: tuple[HandedIn, ...]
    """In the order given."""


class State(StrEnum):
    """Where an article is."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    DEAD = "dead"
    SUPERSEDED = "superseded"


class Stage(Record):
    """How a stage's work on a revision ended."""

    revision: str
    stage: StageName
    outcome: Outcome
    reason: str | None = None
    attempts: int
    queued_at: datetime
    started_at: datetime
    finished_at: datetime


class Article(Record):
    """An article with its way through the stages."""

    article_id: UUID
    revision: str
    state: State
    reason: str | None = None
    """Why it was skipped, or is dead."""
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    stages: tuple[Stage, ...] = ()


class ArticleOf(Record):
    """The article that a claim stands in."""

    article_id: UUID
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published_at: datetime | None = None


class LedgerClaim(Claim):
    """A claim with its article."""

    article: ArticleOf
    repetitions: int = 0
    """How often it was said again."""


class DeadLetter(Record):
    """What could not be processed, and why."""

    dead_id: int
    stage: StageName
    reason: str
    source: str | None = None
    article_id: UUID | None = None
    attempts: int
    died_at: datetime
    replayed_at: datetime | None = None


class Replayed(Record):
    """A dead letter that went back to its stream."""

    dead_id: int
    stage: StageName
    entry_id: str


class Page(Record, Generic[M]):
    """A page of a list."""

    items: tuple[M, ...]
    next_cursor: str | None = Field(default=None, alias="next")

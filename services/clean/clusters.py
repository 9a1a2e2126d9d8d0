"""Where a text stands among those that are like it: the first, a copy, or the same text again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from schemas import Skipped
from services.clean.copies import Signature, estimate_likeness, is_copy, share_copied


class CopyPolicy(StrEnum):
    """What is done with an article that copies another."""

    PROCESS = "process"
    """It is worked on like any other."""
    LINK = "link"
    """It is skipped, and names the first of its cluster."""


@dataclass(frozen=True)
class Member:
    """An article by its signature, and what it copies."""

    article_id: UUID
    submitted_at: datetime
    signature: Signature
    copy_of: UUID | None = None

    @property
    def age(self) -> tuple[datetime, UUID]:
        """What the first is told by."""
        return self.submitted_at, self.article_id

    def is_kept_as(self, new: "Member") -> bool:
        """Whether this is the same article with the same text, found to be no copy before."""
        same = self.article_id == new.article_id and self.signature.digest == new.signature.digest
        return same and self.copy_of is None


@dataclass(frozen=True)
class Copy:
    """A member that copies another."""

    article_id: UUID
    first: UUID
    alike: float
    """Share of common runs of words."""
    copied: float
    """Share of its paragraphs that stand in the first, word for word."""
    is_same: bool
    """Whether it is the same text."""


@dataclass(frozen=True)
class Placed:
    """What a new member changes."""

    copy: Copy | None
    """What it copies itself."""
    later: tuple[Copy, ...] = ()
    """Those that came in before but were handed in after it, and that copy it."""


def place(new: Member, others: Sequence[Member]) -> Placed:
    """Find the cluster of `new` among others that may be like it.

    The same text again is a copy of the one that was worked on, whichever was handed in first. Of texts
    that are alike the first handed in is the first, also when it comes in late.
    """
    alike = [other for other in others if is_copy(new.signature, other.signature)]
    same = [other for other in alike if other.signature.digest == new.signature.digest]
    if same:
        return Placed(_compare(new, _find_first(same)))
    firsts = sorted((other for other in alike if other.copy_of is None), key=lambda other: other.age)
    if firsts and firsts[0].age < new.age:
        return Placed(_compare(new, firsts[0]))
    return Placed(None, tuple(_compare(other, new) for other in firsts))


def judge_copy(copy: Copy | None, policy: CopyPolicy) -> Skipped | None:
    """Why an article is not worked on; None where it is."""
    if copy is None or (policy is CopyPolicy.PROCESS and not copy.is_same):
        return None
    if copy.is_same:
        return Skipped(reason=f"the same text as article {copy.first}")
    return Skipped(reason=f"a copy of article {copy.first}: {copy.copied:.0%} of its paragraphs stand there")


def _find_first(same: Sequence[Member]) -> Member:
    return min(same, key=lambda other: (other.copy_of is not None, other.age))


def _compare(copy: Member, first: Member) -> Copy:
    return Copy(
        article_id=copy.article_id,
        first=first.copy_of or first.article_id,
        alike=estimate_likeness(copy.signature, first.signature),
        copied=share_copied(copy.signature, first.signature),
        is_same=copy.signature.digest == first.signature.digest,
    )

"""One word for a stage, judged over a window of samples (after Burrow's rules: no thresholds to tune)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from services.control.probe import Consumer, Sample
from services.kit.presence import SILENT_AFTER
from services.store.dead_letters import Waiting

SURE_AFTER = 30.0
"""A window shorter than this (seconds) cannot tell a long turn from a standstill."""
FEW = 2
"""So many samples cannot tell growth from chance."""


class Word(StrEnum):
    """What an operator needs to know first, from the best to the worst."""

    OK = "ok"
    BEHIND = "behind"
    STALLED = "stalled"
    STOPPED = "stopped"
    UNKNOWN = "unknown"

    def is_at_least(self, other: "Word") -> bool:
        """Whether this is the other word or a worse one."""
        return list(Word).index(self) >= list(Word).index(other)


@dataclass(frozen=True)
class Hold:
    """Why a stage takes no work although its workers live."""

    reason: str
    since: float | None
    """Seconds since the epoch; None where that is not known."""


@dataclass(frozen=True)
class Status:
    """A stage as the operator sees it. Rates are entries a second over the window; None is unknown."""

    stage: str
    status: Word
    lag: int | None
    exact: bool
    pending: int | None
    backlog: int | None
    oldest_seconds: float | None
    """Age of the oldest entry that is not acknowledged."""
    oldest_pending_seconds: float | None
    """Age of the oldest of those that were delivered."""
    rate_in: float | None
    rate_out: float | None
    drain_seconds: float | None
    """Time until the backlog is gone at the present rates; None where it does not shrink."""
    dead_letters: int | None
    oldest_dead_seconds: float | None
    """Age of the oldest dead letter that waits."""
    consumers: tuple[Consumer, ...]
    """Live ones."""
    silent: int
    """Consumers that were there within the last day and gave no sign of life lately."""
    sure: bool
    """False where the looks do not go back far enough to tell `behind` and `stalled` from `ok`."""
    held: Hold | None = None
    """Set where the dead-letter limit holds the stage."""
    since: float | None = None
    """When the word was first seen, in seconds since the epoch."""

    @property
    def severity(self) -> Word:
        """The word by which a check judges: a stage that is held counts as stalled at least."""
        held = self.held is not None and not self.status.is_at_least(Word.STALLED)
        return Word.STALLED if held else self.status


def judge(samples: Sequence[Sample], dead: Waiting | None = None, held: Hold | None = None) -> Status:
    """The status after `samples` of one stage, oldest first, at least one."""
    last = samples[-1]
    live = tuple(one for one in last.consumers if one.silent_seconds < SILENT_AFTER)
    rate_in, rate_out = _rates(samples)
    known, word = last.backlog is not None, _find_word(samples, bool(live))
    return Status(
        stage=last.stage,
        status=word,
        lag=last.lag,
        exact=last.exact,
        pending=last.pending,
        backlog=last.backlog,
        oldest_seconds=round(last.oldest_seconds, 3) if known else None,
        oldest_pending_seconds=round(last.oldest_pending_seconds, 3) if known else None,
        rate_in=rate_in,
        rate_out=rate_out,
        drain_seconds=_drain(last.backlog, rate_in, rate_out),
        dead_letters=None if dead is None else dead.letters,
        oldest_dead_seconds=None if dead is None else round(dead.oldest_seconds, 3),
        consumers=live,
        silent=len(last.consumers) - len(live),
        sure=word is not Word.OK or _is_sure(samples),
        held=held,
    )


def _is_sure(samples: Sequence[Sample]) -> bool:
    """Whether more looks could not have made `ok` another word."""
    known = [sample for sample in samples if sample.backlog is not None]
    return known[-1].backlog == 0 or (len(known) > FEW and known[-1].at - known[0].at >= SURE_AFTER)


def _find_word(samples: Sequence[Sample], live: bool) -> Word:
    known = [(sample, sample.backlog) for sample in samples if sample.backlog is not None]
    if samples[-1].backlog is None:
        return Word.UNKNOWN
    if not live:
        return Word.STOPPED
    backlogs = [backlog for _, backlog in known]
    moved = len({sample.ended for sample, _ in known}) > 1
    if min(backlogs) > 0 and not moved and samples[-1].at - known[0][0].at >= SURE_AFTER:
        return Word.STALLED
    rising = all(after >= before for before, after in pairwise(backlogs))
    if len(backlogs) > FEW and moved and rising and backlogs[-1] > backlogs[0] > 0:
        return Word.BEHIND
    return Word.OK


def _rates(samples: Sequence[Sample]) -> tuple[float | None, float | None]:
    known = [sample for sample in samples if sample.ended is not None and sample.backlog is not None]
    if len(known) < 2 or known[-1].at <= known[0].at:
        return None, None
    first, last = known[0], known[-1]
    seconds = last.at - first.at
    out = (last.ended or 0) - (first.ended or 0)
    come = out + (last.backlog or 0) - (first.backlog or 0)
    if out < 0:  # the stream was made anew
        return None, None
    return round(max(0, come) / seconds, 3), round(out / seconds, 3)


def _drain(backlog: int | None, rate_in: float | None, rate_out: float | None) -> float | None:
    if backlog == 0:
        return 0.0
    if backlog is None or rate_in is None or rate_out is None or rate_out <= rate_in:
        return None
    return round(backlog / (rate_out - rate_in), 1)

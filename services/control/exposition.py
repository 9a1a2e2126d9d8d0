"""From what was measured to the metrics: shown while this service holds the lease, withdrawn when not."""

import math
from collections.abc import Sequence

from schemas import STREAMS, TOPOLOGY, Outcome
from services.control import gauges
from services.control.endings import Endings
from services.control.observation import Observation
from services.control.reconciliation import Reconciled
from services.control.room import Limits, judge_room
from services.control.status import Status, Word
from services.control.trimming import Trimmed

UNKNOWN = math.nan

BY_STAGE_OR_STREAM = (
    gauges.STATUS,
    gauges.SINCE,
    gauges.BACKLOG,
    gauges.EXACT,
    gauges.PENDING,
    gauges.LAG,
    gauges.OLDEST_PENDING,
    gauges.MOST_DELIVERIES,
    gauges.CONSUMERS,
    gauges.STAGE_HELD,
    gauges.DEAD,
    gauges.OLDEST_DEAD,
    gauges.STREAM_ENTRIES,
    gauges.STREAM_BYTES,
)
OF_THE_HOUSE = (
    gauges.SAMPLED,
    gauges.MEMORY,
    gauges.MEMORY_LIMIT,
    gauges.UNFINISHED,
    gauges.UNFINISHED_LIMIT,
    gauges.ROOM,
    gauges.UNMATCHED,
)


def prepare() -> None:
    """Begin with nothing known, and with every counter at 0, so that its first step is seen."""
    withdraw()
    for row in TOPOLOGY:
        gauges.EXTRA_DELIVERIES.labels(row.stage)
        for outcome in Outcome:
            gauges.ENDED.labels(row.stage, outcome)
    for stream in STREAMS:
        gauges.TRIMMED.labels(stream)
        gauges.UNREAD.labels(stream)


def withdraw() -> None:
    """Show no measure any more: another service measures now, or nobody can."""
    gauges.ACTIVE.set(0)
    for gauge in BY_STAGE_OR_STREAM:
        gauge.clear()
    for gauge in OF_THE_HOUSE:
        gauge.set(UNKNOWN)


def show_statuses(statuses: Sequence[Status], now: float) -> None:
    """Show each stage as it is at `now`."""
    for one in statuses:
        _show_status(one)
    gauges.SAMPLED.set(now)
    gauges.ACTIVE.set(1)


def _show_status(one: Status) -> None:
    gauges.BACKLOG.labels(one.stage).set(_number(one.backlog))
    gauges.EXACT.labels(one.stage).set(UNKNOWN if one.backlog is None else one.exact)
    gauges.PENDING.labels(one.stage).set(_number(one.pending))
    gauges.LAG.labels(one.stage).set(_number(one.oldest_seconds))
    gauges.OLDEST_PENDING.labels(one.stage).set(_number(one.oldest_pending_seconds))
    gauges.CONSUMERS.labels(one.stage, "live").set(len(one.consumers))
    gauges.CONSUMERS.labels(one.stage, "silent").set(one.silent)
    gauges.STAGE_HELD.labels(one.stage).set(one.held is not None)
    gauges.DEAD.labels(one.stage).set(_number(one.dead_letters))
    gauges.OLDEST_DEAD.labels(one.stage).set(_number(one.oldest_dead_seconds))
    gauges.SINCE.labels(one.stage).set(_number(one.since))
    for word in Word:
        gauges.STATUS.labels(one.stage, word).set(one.status is word)


def show_observation(seen: Observation, statuses: Sequence[Status], limits: Limits) -> None:
    """Show what the streams and Redis hold, and how much room that leaves."""
    for stage, most in seen.most_deliveries.items():
        gauges.MOST_DELIVERIES.labels(stage).set(_number(most))
    for size in seen.sizes:
        gauges.STREAM_ENTRIES.labels(size.stream).set(_number(size.entries))
        gauges.STREAM_BYTES.labels(size.stream).set(_number(size.bytes))
    gauges.MEMORY.set(seen.memory.used)
    gauges.MEMORY_LIMIT.set(math.inf if seen.memory.most is None else seen.memory.most)
    backlogs = {one.stage: one.backlog for one in statuses}
    gauges.UNFINISHED.set(sum(_number(backlog) for backlog in backlogs.values()))
    gauges.UNFINISHED_LIMIT.set(limits.unfinished)
    gauges.ROOM.set(judge_room(seen.memory, backlogs, limits).free)


def show_unmatched(claims: int | None) -> None:
    """Show how many claims wait to be matched; None where that is not known."""
    gauges.UNMATCHED.set(_number(claims))


def count_endings(endings: Endings) -> None:
    """Add up what ended."""
    for one in endings.ended:
        gauges.ENDED.labels(one.stage, one.outcome).inc(one.entries)
        gauges.EXTRA_DELIVERIES.labels(one.stage).inc(one.extra_deliveries)
    for outcome, seconds in endings.ages:
        gauges.ARTICLE.labels(outcome).observe(max(0.0, seconds))


def count_trimmed(trimmed: Sequence[Trimmed]) -> None:
    """Add up what was cut."""
    for one in trimmed:
        gauges.TRIMMED.labels(one.stream).inc(one.entries)
        gauges.UNREAD.labels(one.stream).inc(one.unread)


def count_reconciled(reconciled: Sequence[Reconciled]) -> None:
    """Add up what was handed in again."""
    for one in reconciled:
        gauges.RECONCILED.labels(one.stage).inc(one.published)


def count_recleaned(articles: int) -> None:
    """Add up what was cleaned anew."""
    gauges.RECLEANED.inc(articles)


def count_matched(claims: int) -> None:
    """Add up what was matched with other articles' claims."""
    gauges.MATCHED.inc(claims)


def _number(value: float | None) -> float:
    return UNKNOWN if value is None else value

"""Metrics of the control service. Labels are bounded: stage, stream, status."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge

from services.control.reconciliation import Reconciled
from services.control.status import Status, Word
from services.control.trimming import Trimmed

BACKLOG = Gauge("copydesk_backlog_entries", "Entries that a stage has not acknowledged.", ["stage"])
EXACT = Gauge(
    "copydesk_backlog_exact", "1 where the backlog is exact, 0 where it is a lower bound.", ["stage"]
)
PENDING = Gauge("copydesk_pending_entries", "Entries delivered and not acknowledged.", ["stage"])
OLDEST = Gauge("copydesk_lag_seconds", "Age of the oldest entry that is not acknowledged.", ["stage"])
CONSUMERS = Gauge("copydesk_live_consumers", "Workers that gave a sign of life lately.", ["stage"])
STATUS = Gauge("copydesk_status", "1 for the word that holds for a stage.", ["stage", "status"])
DEAD = Gauge("copydesk_dead_letters", "Dead letters that wait for somebody.", ["stage"])
TRIMMED = Counter("copydesk_trimmed_entries_total", "Entries cut off a stream.", ["stream"])
UNREAD = Counter(
    "copydesk_unread_trimmed_entries_total",
    "Of those, entries that a foreign group had not read.",
    ["stream"],
)
RECONCILED = Counter(
    "copydesk_reconciled_articles_total", "Articles handed in again from the store.", ["stage"]
)


def show_statuses(statuses: Sequence[Status]) -> None:
    """What is unknown is NaN, never 0."""
    unknown = float("nan")
    for one in statuses:
        BACKLOG.labels(one.stage).set(unknown if one.backlog is None else one.backlog)
        EXACT.labels(one.stage).set(one.exact)
        PENDING.labels(one.stage).set(unknown if one.pending is None else one.pending)
        OLDEST.labels(one.stage).set(one.oldest_seconds)
        CONSUMERS.labels(one.stage).set(len(one.consumers))
        DEAD.labels(one.stage).set(unknown if one.dead_letters is None else one.dead_letters)
        for word in Word:
            STATUS.labels(one.stage, word).set(one.status is word)


def count_trimmed(trimmed: Sequence[Trimmed]) -> None:
    """Add up what was cut."""
    for one in trimmed:
        TRIMMED.labels(one.stream).inc(one.entries)
        UNREAD.labels(one.stream).inc(one.unread)


def count_reconciled(reconciled: Sequence[Reconciled]) -> None:
    """Add up what was handed in again."""
    for one in reconciled:
        RECONCILED.labels(one.stage).inc(one.published)

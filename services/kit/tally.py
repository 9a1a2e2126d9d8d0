"""What is counted and said of the ends of a turn, and of attempts that will be made again."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from schemas import Outcome
from services.kit import metrics
from services.kit.work import Delivery, End, Job, describe

log = structlog.get_logger()


def count_ends(stage: str, ends: Sequence[End]) -> None:
    """Metrics, and a log line for each dead letter."""
    now = datetime.now(UTC)
    for outcome, number in Counter(end.outcome for end in ends).items():
        metrics.MESSAGES.labels(stage, outcome).inc(number)
    waited = metrics.END_TO_END.labels(stage)
    for end in ends:
        if end.outcome is Outcome.DEAD:
            log.warning(
                "dead_letter",
                stage=stage,
                entry=end.delivery.entry_id,
                reason=end.reason,
                attempts=end.delivery.attempt,
            )
        if end.message is not None:
            waited.observe(max(0.0, (now - end.message.submitted_at).total_seconds()))


def count_failure(stage: str, delivery: Delivery, job: Job[Any], error: object) -> None:
    """An attempt that failed and will be made again."""
    metrics.FAILURES.labels(stage).inc()
    log.warning(
        "attempt_failed",
        stage=stage,
        entry=delivery.entry_id,
        attempt=delivery.attempt,
        error=describe(error),
        trace=job.message.traceparent,
    )

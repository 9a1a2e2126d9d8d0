"""What is in a delivery: a job, or the reason why there is none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas import Message, Outcome, Unprocessable
from services.kit import wire
from services.kit.work import Delivery, End, Job


@dataclass(frozen=True)
class Opening:
    """How a stage opens what it is given."""

    consumes: type[Message]
    max_message_bytes: int
    max_deliveries: int

    def open(self, delivery: Delivery, now: datetime) -> Job[Any] | End:
        """The job in a delivery, or its end where it holds none or has been delivered too often."""
        try:
            body = wire.take_body(delivery.fields, self.max_message_bytes)
            message = wire.decode(body, self.consumes)
        except Unprocessable as error:
            return End(delivery, Outcome.DEAD, reason=error.reason)
        job = Job(message, delivery.entry_id, delivery.attempt, now)
        if delivery.attempt <= self.max_deliveries:
            return job
        reason = f"given up after {self.max_deliveries} deliveries: the worker ended or hung each time"
        return End(delivery, Outcome.DEAD, job, reason=reason)

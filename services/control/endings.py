"""What came to an end since the last look, read from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from schemas import TOPOLOGY
from services.store.ledger import Ended, count_ended, read_ages

SETTLED = timedelta(seconds=5)
"""An entry bears the time before its commit: what is younger than this may still be added to."""


@dataclass(frozen=True)
class Endings:
    """The entries of the ledger of a stretch of time."""

    ended: Sequence[Ended]
    ages: Sequence[tuple[str, float]]
    """Outcome, and seconds since the submission, of each article that came to its end."""


class LedgerReader:
    """Reads on from where it stopped; begins at the present."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen: datetime | None = None

    def restart(self) -> None:
        """Begin at the present again: what happened meanwhile, another has read."""
        self._seen = None

    def read(self) -> Endings:
        """What ended since the last call."""
        with self._engine.connect() as connection:
            until = connection.execute(select(func.now())).scalar_one() - SETTLED
            after, last = self._seen or until, TOPOLOGY[-1].stage
            endings = Endings(
                count_ended(connection, after, until), read_ages(connection, after, until, last)
            )
        self._seen = max(after, until)
        return endings

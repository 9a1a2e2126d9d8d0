"""The table that everything about the flow derives from.

Streams, consumer groups, the workers of `copydesk up`, the lag command, the services in
`docker-compose.yml` and the diagram in `docs/architecture.md` are derived from it or checked against it.
"""

from dataclasses import dataclass
from enum import StrEnum

from schemas.messages import (
    ArticleCleaned,
    ArticleIngested,
    ArticleSubmitted,
    ClaimsDetected,
    EntitiesExtracted,
    Message,
)


class StageName(StrEnum):
    """The stages in the order of the flow."""

    INGEST = "ingest"
    CLEAN = "clean"
    ENTITIES = "entities"
    CLAIMS = "claims"


@dataclass(frozen=True)
class StageRow:
    """One stage: a consumer group on one stream that hands on to the next."""

    stage: StageName
    consumes: type[Message]
    produces: type[Message]
    batch: int
    """Entries read at most at once."""
    claim_after: float
    """Seconds without a sign of life after which another worker takes an entry over."""
    max_deliveries: int
    """Deliveries after which an entry becomes a dead letter, unrun."""

    @property
    def source(self) -> str:
        """The stream it reads."""
        return self.consumes.stream()

    @property
    def target(self) -> str:
        """The stream it hands on to."""
        return self.produces.stream()

    @property
    def group(self) -> str:
        """Its consumer group."""
        return self.stage.value


TOPOLOGY: tuple[StageRow, ...] = (
    StageRow(StageName.INGEST, ArticleSubmitted, ArticleIngested, 64, claim_after=15, max_deliveries=5),
    StageRow(StageName.CLEAN, ArticleIngested, ArticleCleaned, 32, claim_after=15, max_deliveries=5),
    StageRow(StageName.ENTITIES, ArticleCleaned, EntitiesExtracted, 16, claim_after=15, max_deliveries=5),
    StageRow(StageName.CLAIMS, EntitiesExtracted, ClaimsDetected, 16, claim_after=15, max_deliveries=5),
)

STREAMS: tuple[str, ...] = (TOPOLOGY[0].source, *(row.target for row in TOPOLOGY))


def find_stage(name: str) -> StageRow:
    """The row of a stage; KeyError with the known names where there is none."""
    for row in TOPOLOGY:
        if row.stage == name:
            return row
    raise KeyError(f"no stage {name!r}; there are {', '.join(row.stage for row in TOPOLOGY)}")

"""A claim with what it was seen in: what the stream, webhooks, feeds and exports are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas import Claim, ClaimsDetected, Entity


@dataclass(frozen=True)
class SeenIn:
    """What is known of the article."""

    article_id: UUID
    revision: str
    submitted_at: datetime
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()

    @property
    def said_at(self) -> datetime:
        """When it was published; where that is not known, when it was submitted."""
        return self.published_at or self.submitted_at


@dataclass(frozen=True)
class Sighting:
    """A claim in its article."""

    claim: Claim
    article: SeenIn
    detected_at: datetime
    entities: Mapping[UUID, Entity] = field(default_factory=dict)
    """Those of the article that the claims refer to, by their id."""

    def describe(self) -> dict[str, Any]:
        """The claim as the schema has it, with its article, as JSON."""
        article = self.article
        return {
            **self.claim.model_dump(mode="json"),
            "article": {
                "article_id": str(article.article_id),
                "title": article.title,
                "source": article.source,
                "url": article.url,
                "published_at": article.published_at.isoformat() if article.published_at else None,
            },
            "detected_at": self.detected_at.isoformat(),
        }


def read_message(message: ClaimsDetected) -> list[Sighting]:
    """The claims of a message, in their order."""
    known = message.metadata
    article = SeenIn(
        article_id=message.article_id,
        revision=message.revision,
        submitted_at=message.submitted_at,
        title=known.title,
        url=known.url,
        source=known.source or known.site_name,
        published_at=known.published_at,
        authors=known.authors,
    )
    entities = {entity.entity_id: entity for entity in message.entities}
    return [Sighting(claim, article, message.produced_at, entities) for claim in message.claims]


def read_rows(rows: "list[Any]", entities: Mapping[UUID, Mapping[UUID, Entity]]) -> list[Sighting]:
    """The claims of rows of the store; `entities` by article and id."""
    return [
        Sighting(
            Claim.model_validate(row.record),
            _read_article(row),
            row.detected_at.astimezone(UTC),
            entities.get(row.article_id, {}),
        )
        for row in rows
    ]


def _read_article(row: Any) -> SeenIn:  # noqa: ANN401
    return SeenIn(
        article_id=row.article_id,
        revision=row.revision,
        submitted_at=row.submitted_at.astimezone(UTC),
        title=row.title,
        url=row.url,
        source=row.source,
        published_at=row.published_at and row.published_at.astimezone(UTC),
        authors=tuple((row.metadata or {}).get("authors") or ()),
    )

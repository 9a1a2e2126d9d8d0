"""The five facts that travel between the stages.

Each message holds what the next stage needs, so that a stage works without reading the store.
Within one `version` changes are additive only.
"""

import re
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from schemas.articles import LONGEST_SOURCE, MediaType, Metadata, Removed
from schemas.claims import Claim
from schemas.encoding import Base64
from schemas.entities import Entity, Mention
from schemas.record import Record, UtcTime


class Message(Record):
    """What every message carries. Names are past-tense facts; the stream's name derives from the class."""

    version: Literal[1] = 1
    """Version of the message's schema."""
    traceparent: str | None = None
    """W3C Trace Context of the article's way through the house."""

    @classmethod
    def stream(cls) -> str:
        """`ArticleSubmitted` travels on `article.submitted`."""
        return ".".join(re.findall("[A-Z][a-z]+", cls.__name__)).lower()


class ArticleSubmitted(Message):
    """Somebody handed in an article: one of text, html or raw, or only the url at which it is."""

    message_id: UUID | None = None
    """The publisher's own id for this submission; by default it derives from the stream entry."""
    submitted_at: UtcTime | None = None
    """When it was handed in; by default, and at the latest, the time of the stream entry."""
    text: str | None = None
    """The article as plain text, with whatever the scraper left in it."""
    html: str | None = None
    """The article's page as HTML."""
    raw: Base64 | None = None
    """The bytes of the page or file in base64, where the encoding is not known to the publisher."""
    media_type: MediaType | None = None
    """What `raw` holds; found out from the bytes where it is not said."""
    charset: str | None = None
    """The charset that the server named for `raw`; it does not count where the bytes are not in it."""
    url: str | None = None
    """Address of the article. Where no content is given, ingest fetches the page there."""
    source: str | None = Field(default=None, max_length=LONGEST_SOURCE)
    """The outlet: a name or a host, in at most 500 characters."""
    source_id: str | None = None
    """The outlet's own id for the article, used as its identity where there is no address."""
    title: str | None = None
    """Headline, where the publisher knows it."""
    authors: tuple[str, ...] = ()
    """Authors, where the publisher knows them."""
    published_at: UtcTime | None = None
    """When the outlet published it."""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    """ISO 639-1 code, where the publisher knows it."""

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [name for name in ("text", "html", "raw") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"give exactly one of text, html, raw; given: {', '.join(given)}")
        if not given and not (self.url and self.url.strip()):
            raise ValueError("give exactly one of text, html, raw, or a url alone; given: none")
        return self

    @property
    def address_only(self) -> bool:
        """Whether the content is still to be fetched."""
        return self.text is None and self.html is None and self.raw is None


class ArticleMessage(Message):
    """What every message after ingest carries."""

    message_id: UUID
    """Derived from article, revision and stage, so that work done twice gives the same message."""
    article_id: UUID
    """The article, whatever its revision."""
    revision: str
    """SHA-256 of the content."""
    submitted_at: UtcTime
    """When this revision was handed in; the newest one counts."""
    produced_at: UtcTime
    """When the stage before made this message."""
    attempt: int = Field(default=1, ge=1)
    """Which delivery of its input led to this message."""
    metadata: Metadata = Metadata()
    """What is known of the article so far."""


class ArticleIngested(ArticleMessage):
    """A submission became an identified article."""

    media_type: MediaType
    """How `content` is written."""
    content: str
    """The page or text, decoded."""


class ArticleCleaned(ArticleMessage):
    """An article became clean text and metadata."""

    text: str
    """The clean text (NFC); paragraphs are parted by an empty line."""
    removed: tuple[Removed, ...] = ()
    """What is not part of the article, and why."""


class EntitiesExtracted(ArticleMessage):
    """Clean text became mentions, and mentions became entities."""

    text: str
    """The clean text, as in ArticleCleaned."""
    mentions: tuple[Mention, ...] = ()
    """In order of appearance; none crosses a paragraph."""
    entities: tuple[Entity, ...] = ()
    """What the mentions name, in order of first appearance."""


class ClaimsDetected(ArticleMessage):
    """Text and entities became claims."""

    claims: tuple[Claim, ...] = ()
    """In order of their content."""
    entities: tuple[Entity, ...] = ()
    """The entities that the claims refer to."""

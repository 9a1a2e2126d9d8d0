"""What is known of an article, and what cleaning took away from it."""

from enum import StrEnum

from schemas.record import Record, UtcTime

LONGEST_SOURCE = 500
"""Characters of an outlet's name that count: a row of the index on it holds some 2,700 bytes."""


class MediaType(StrEnum):
    """How the article's content is written."""

    HTML = "text/html"
    TEXT = "text/plain"


class Metadata(Record):
    """What is known of an article besides its text; only what a publisher or the page really says."""

    title: str | None = None
    """The headline."""
    authors: tuple[str, ...] = ()
    """Names of the byline, in its order."""
    unpersonal_authors: tuple[str, ...] = ()
    """What the byline names that is no person: an agency, a desk, "Staff"."""
    dateline: str | None = None
    """Place (and date, agency) in front of the first sentence, as printed."""
    published_at: UtcTime | None = None
    """When the outlet says it published the article."""
    language: str | None = None
    """ISO 639-1 code of the text."""
    url: str | None = None
    """Canonical address."""
    source: str | None = None
    """The outlet: a name or a host, as the publisher gives it."""
    site_name: str | None = None
    """The outlet's name as the page gives it."""
    section: str | None = None
    """The outlet's section or category, as the page gives it."""
    image_credits: tuple[str, ...] = ()
    """Whom the pictures are credited to, as printed."""


class RemovalReason(StrEnum):
    """Why a stretch of the given text is not part of the article."""

    READ_ALSO = "read_also"
    PHOTO_CREDIT = "photo_credit"
    COMMENT_FORM = "comment_form"
    NOTICE = "notice"
    SHARE_BAR = "share_bar"
    RELATED_LIST = "related_list"
    COPYRIGHT = "copyright"
    HEADLINE_REPEATED = "headline_repeated"
    HEADLINE = "headline"
    BYLINE = "byline"
    DATELINE = "dateline"
    DATE = "date"
    NAVIGATION = "navigation"
    REMNANT = "remnant"
    TEMPLATE_LINE = "template_line"


class Removed(Record):
    """A stretch of the given text that is not in the clean text."""

    reason: RemovalReason
    """Its class."""
    exact: str
    """The words that were taken out."""
    start: int | None = None
    """First code point in the given text (decoded and repaired); none for HTML."""
    end: int | None = None
    """Code point after the last one; none for HTML."""

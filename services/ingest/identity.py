"""Which article a submission is, and which revision of it."""

from dataclasses import dataclass
from uuid import UUID

from schemas import ArticleSubmitted, MediaType, Unprocessable, derive_id, derive_revision
from services.ingest.addresses import canonical_url
from services.ingest.decoding import decode, read_text, repair


@dataclass(frozen=True)
class Identity:
    """What a submission is known by."""

    article_id: UUID
    """The same for every revision of the article."""
    revision: str
    """64 hexadecimal digits, derived from content and title."""
    url: str | None
    """The canonical address, where one was given."""


def read_content(submission: ArticleSubmitted) -> tuple[str, MediaType]:
    """The submission's content, decoded and without what a store cannot hold. Raises Unprocessable."""
    if submission.raw is not None:
        return decode(submission.raw, submission.media_type, submission.charset)
    if submission.html is not None:
        return repair(submission.html), MediaType.HTML
    return read_text(submission.text or "")


def identify(submission: ArticleSubmitted) -> Identity:
    """The identity of a submission: by its address, else by the source's own id, else by its content.

    The same words give the same revision whether they came as text or as bytes in any encoding.
    Raises Unprocessable for an address or for bytes that cannot be read. Of an address alone the content
    is not known: its revision stands for that.
    """
    if submission.address_only:
        url = canonical_url(submission.url or "")
        return Identity(derive_id("article", "url", url), derive_revision(b"address", url.encode()), url)
    return identify_content(submission, *read_content(submission))


def identify_content(submission: ArticleSubmitted, content: str, media_type: MediaType) -> Identity:
    """As `identify`, where the content was read already."""
    title = repair(submission.title or "").strip()
    revision = derive_revision(media_type.encode(), content.encode(), title.encode())
    if submission.url and submission.url.strip():
        url = canonical_url(submission.url)
        return Identity(derive_id("article", "url", url), revision, url)
    source_id = repair(submission.source_id or "").strip()
    if source_id:
        source = repair(submission.source or "").strip().casefold()
        return Identity(derive_id("article", "source", source, source_id), revision, None)
    return Identity(derive_id("article", "content", revision), revision, None)


def find_ref(submission: ArticleSubmitted) -> tuple[UUID, str] | None:
    """The article and revision that a submission will be known by; None where ingest will refuse it."""
    try:
        identity = identify(submission)
    except Unprocessable:
        return None
    return identity.article_id, identity.revision

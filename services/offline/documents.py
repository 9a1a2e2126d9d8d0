"""Documents of the offline commands: what ingest makes of files, with the id they were given by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from schemas import ArticleSubmitted, MediaType, Metadata, Skipped, Unprocessable
from services.ingest import MAX_BYTES, ingest
from services.ingest.decoding import decode_exactly
from services.ingest.files import find_records
from services.ingest.identity import identify
from services.ingest.ingestion import check_size, describe
from services.ingest.json_records import Stream
from services.ingest.records import Found, find_id, read_submission
from services.ingest.signatures import looks_like_page
from services.offline.results import Status

NOT_TEXT = "is HTML, which has no text as given; leave --verbatim out"


@dataclass(frozen=True)
class Document:
    """An article to work on."""

    id: str
    """The id its record gives, else where it stands."""
    article_id: UUID
    """The id it would have in the store."""
    content: str
    """The page or text; in verbatim reading, every character as given."""
    media_type: MediaType
    metadata: Metadata


@dataclass(frozen=True)
class Refused:
    """An input that makes no document."""

    id: str
    status: Status
    reason: str


class NotVerbatim(Exception):
    """HTML was given where the text as given was asked for; the message says where."""


@dataclass(frozen=True)
class Reading:
    """How documents are read."""

    received_at: datetime
    """When they were handed in; with a zone."""
    verbatim: bool = False
    """Text only, to the letter, blank or not."""
    limit: int = MAX_BYTES
    """Bytes of content that a document may have."""


def read_documents(
    paths: Iterable[Path | str], reading: Reading, stdin: Stream | None = None
) -> Iterator[Document | Refused]:
    """The documents in files, folders and standard input (`-`), in their order.

    What cannot be read, or is empty, is Refused in its place. Raises NotVerbatim.
    """
    for found in find_records(paths, stdin=stdin):
        yield _read(found, reading)


def _read(found: Found, reading: Reading) -> Document | Refused:
    if found.fields is None:
        return Refused(found.origin, Status.UNPROCESSABLE, f"{found.origin}: {found.error}")
    own_id = find_id(found.fields) or found.origin
    try:
        submission = read_submission(found.fields)
        if reading.verbatim:
            return _take_verbatim(own_id, found, submission, reading.limit)
    except ValueError as error:
        return Refused(own_id, Status.UNPROCESSABLE, f"{found.origin}: {error}")
    except Unprocessable as refusal:
        return Refused(own_id, Status.UNPROCESSABLE, refusal.reason)
    return take_submission(own_id, submission, reading)


def take_submission(own_id: str, submission: ArticleSubmitted, reading: Reading) -> Document | Refused:
    """What ingest makes of a submission."""
    try:
        article = ingest(submission, reading.received_at, reading.limit)
    except Unprocessable as refusal:
        return Refused(own_id, Status.UNPROCESSABLE, refusal.reason)
    if isinstance(article, Skipped):
        return Refused(own_id, Status.SKIPPED, article.reason)
    return Document(
        own_id, article.identity.article_id, article.content, article.media_type, article.metadata
    )


def _take_verbatim(own_id: str, found: Found, submission: ArticleSubmitted, limit: int) -> Document:
    check_size(submission, limit)
    text = _read_exactly(submission)
    if text is None or (submission.raw is not None and looks_like_page(text)):
        raise NotVerbatim(f"{found.origin} {NOT_TEXT}")
    identity = identify(submission)
    return Document(own_id, identity.article_id, text, MediaType.TEXT, describe(submission, identity))


def _read_exactly(submission: ArticleSubmitted) -> str | None:
    """The text to the letter; none for HTML."""
    if submission.html is not None or submission.media_type is MediaType.HTML:
        return None
    return submission.text if submission.raw is None else decode_exactly(submission.raw)

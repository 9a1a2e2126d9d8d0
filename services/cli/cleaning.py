"""Documents become drafts: the offline form of the clean stage."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from schemas import Metadata, Removed, Skipped, Unprocessable
from services.clean import Policy
from services.clean import clean as clean_content
from services.clean.settings import CleanSettings
from services.cli.documents import Document, Refused
from services.cli.results import Cleaning, Status


@dataclass(frozen=True)
class Draft:
    """A document whose text is settled."""

    id: str
    article_id: UUID
    text: str
    metadata: Metadata
    removed: tuple[Removed, ...] = ()


def clean_documents(documents: Iterable[Document | Refused]) -> Iterator[Cleaning]:
    """The cleaning of each document, in order, one at a time, by the settings of the clean worker."""
    policy = CleanSettings().policy()
    for document in documents:
        drafted = draft(document, policy)
        yield describe(drafted) if isinstance(drafted, Draft) else Cleaning(**vars(drafted))


def draft(document: Document | Refused, policy: Policy | None) -> Draft | Refused:
    """The document's text: cleaned, or as given where there is no policy."""
    if isinstance(document, Refused):
        return document
    if policy is None:
        return Draft(document.id, document.article_id, document.content, document.metadata)
    try:
        cleaned = clean_content(document.content, document.media_type, document.metadata, policy)
    except Unprocessable as refusal:
        return Refused(document.id, Status.UNPROCESSABLE, refusal.reason)
    if isinstance(cleaned, Skipped):
        return Refused(document.id, Status.SKIPPED, cleaned.reason)
    return Draft(document.id, document.article_id, cleaned.text, cleaned.metadata, cleaned.removed)


def describe(drafted: Draft) -> Cleaning:
    """What is printed of a draft."""
    return Cleaning(id=drafted.id, text=drafted.text, metadata=drafted.metadata, removed=drafted.removed)

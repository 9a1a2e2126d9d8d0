"""Documents become drafts: the offline form of the clean stage."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from schemas import Metadata, Removed, Skipped, Unprocessable
from services.clean import Memory, Policy, name_source
from services.clean import clean as clean_content
from services.clean.settings import CleanSettings
from services.clean.template import NOTHING_KNOWN, Template
from services.offline.documents import Document, Refused
from services.offline.results import Cleaning, Learning, Status


@dataclass(frozen=True)
class Draft:
    """A document whose text is settled."""

    id: str
    article_id: UUID
    text: str
    metadata: Metadata
    removed: tuple[Removed, ...] = ()
    given: str = ""
    cut: tuple[Removed, ...] = ()


def clean_documents(
    documents: Iterable[Document | Refused], learning: Learning = Learning.NONE
) -> Iterator[Cleaning]:
    """The cleaning of each document, in order, by the settings of the clean worker.

    One at a time; learning from a whole batch needs them all at once.
    """
    policy, memory = CleanSettings().policy(), Memory()
    if learning is Learning.BATCH:
        documents = list(documents)
        for document in documents:
            _draft_and_learn(document, policy, memory)
    for document in documents:
        drafted = _draft_and_learn(document, policy, memory, learning is Learning.STREAM)
        yield describe(drafted) if isinstance(drafted, Draft) else Cleaning(**vars(drafted))


def _draft_and_learn(
    document: Document | Refused, policy: Policy, memory: Memory, learns: bool = True
) -> Draft | Refused:
    if isinstance(document, Refused):
        return document
    source, article = name_source(document.metadata), str(document.article_id)
    drafted = draft(document, policy, memory.find(source, article))
    if learns and isinstance(drafted, Draft):
        memory.learn(source, article, drafted.text, drafted.removed)
    return drafted


def draft(
    document: Document | Refused, policy: Policy | None, template: Template = NOTHING_KNOWN
) -> Draft | Refused:
    """The document's text: cleaned, or as given where there is no policy."""
    if isinstance(document, Refused):
        return document
    if policy is None:
        return Draft(document.id, document.article_id, document.content, document.metadata)
    try:
        cleaned = clean_content(document.content, document.media_type, document.metadata, policy, template)
    except Unprocessable as refusal:
        return Refused(document.id, Status.UNPROCESSABLE, refusal.reason)
    if isinstance(cleaned, Skipped):
        return Refused(document.id, Status.SKIPPED, cleaned.reason)
    return Draft(document.id, document.article_id, **vars(cleaned))


def describe(drafted: Draft) -> Cleaning:
    """What is printed of a draft."""
    return Cleaning(**{name: value for name, value in vars(drafted).items() if name in Cleaning.model_fields})

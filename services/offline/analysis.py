"""The pure code of the four stages in one process, without servers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from spacy.language import Language

from schemas import Unprocessable
from services.claims import Article, detect
from services.claims import load_pipeline as load_parser
from services.claims.settings import ClaimsSettings
from services.clean.settings import CleanSettings
from services.entities import extract
from services.entities import load_pipeline as load_recogniser
from services.entities.linking import Known, link
from services.entities.settings import EntitiesSettings
from services.offline.cleaning import Draft, describe, draft
from services.offline.documents import Document, Refused
from services.offline.results import Analysis, Status

BATCH = 16
"""Documents worked on at once; the fastest for the small English models."""
T = TypeVar("T")


@dataclass(frozen=True)
class Models:
    """The two pipelines, the score from which an article's own sentences are claims, and the known names."""

    recogniser: Language
    parser: Language
    asserted_from: float
    known: Known = field(default_factory=dict)
    """Wikidata ids by kind and name; none by default."""


def load_models() -> Models:
    """The pipelines that the settings of the two workers name. ValueError where one is not installed."""
    claims = ClaimsSettings()
    return Models(
        load_recogniser(EntitiesSettings().pipeline),
        load_parser(claims.pipeline, claims.attribution, claims.base_rate),
        claims.asserted_from,
    )


def analyze_documents(
    documents: Iterable[Document | Refused], verbatim: bool = False, models: Models | None = None
) -> Iterator[Analysis]:
    """The analysis of each document, in order, worked on in batches of BATCH.

    `verbatim` leaves the cleaning out, and with it every reason to skip. A document on which a model
    fails is unprocessable; the others of its batch are not harmed.
    """
    models = models or load_models()
    policy = None if verbatim else CleanSettings().policy()
    for batch in _batches(documents):
        drafted = [draft(document, policy) for document in batch]
        analyses = iter(_annotate(models, [item for item in drafted if isinstance(item, Draft)]))
        for item in drafted:
            yield next(analyses) if isinstance(item, Draft) else Analysis(**vars(item))


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _annotate(models: Models, drafts: Sequence[Draft]) -> list[Analysis]:
    """The analyses of a batch; one by one where the batch fails, so that only the culprit does."""
    if not drafts:
        return []
    try:
        return _annotate_batch(models, drafts)
    except Exception as error:  # whatever a model raises concerns one document, not the run
        if len(drafts) > 1:
            return [analysis for item in drafts for analysis in _annotate(models, [item])]
        reason = str(error) if isinstance(error, Unprocessable) else f"{type(error).__name__}: {error}"
        return [Analysis(id=drafts[0].id, status=Status.UNPROCESSABLE, reason=reason)]


def _annotate_batch(models: Models, drafts: Sequence[Draft]) -> list[Analysis]:
    extractions = extract(models.recogniser, [(item.article_id, item.text) for item in drafts], BATCH)
    articles = [
        Article(item.article_id, item.text, item.metadata, found.mentions, found.entities)
        for item, found in zip(drafts, extractions, strict=True)
    ]
    detected = detect(models.parser, articles, asserted_from=models.asserted_from)
    return [
        Analysis(
            **dict(describe(item)),
            mentions=found.mentions,
            entities=tuple(link(entity, models.known) for entity in found.entities),
            claims=claims,
        )
        for item, found, claims in zip(drafts, extractions, detected, strict=True)
    ]

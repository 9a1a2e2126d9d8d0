"""Mentions of one article become entities: pure, and the same whatever order the mentions come in."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from schemas import Entity, EntityKind, Mention, Span, derive_id
from services.entities.acronyms import add_defined, find_definitions, link_keys, split_bracketed
from services.entities.bodies import complete_body
from services.entities.bounds import tidy
from services.entities.found import Extraction, FoundMention, NamedSpan
from services.entities.kinds import names_something
from services.entities.names import count_full_words, fold, normalise_person, person_words
from services.entities.overlaps import resolve_overlaps
from services.entities.persons import cluster_persons
from services.entities.plausibility import keep_plausible
from services.entities.propagation import propagate_persons
from services.entities.titles import add_titles
from services.entities.voting import vote_kinds
from services.entities.words import WordIndex, index_words

Cluster = tuple[EntityKind, str]


def merge(article_id: UUID, text: str, found: Sequence[FoundMention]) -> Extraction:
    """The mentions of the article and the entities they name.

    `text` is clean text (NFC, paragraphs parted by an empty line), `found` what a model labelled in
    it, in any order; mentions may be dropped (not a name), trimmed, or added (a known surname that
    was missed). ValueError where a mention lies outside `text`.
    """
    index = index_words(text)
    spans = _tidy_all(text, index, found)
    defined = find_definitions(text, spans)
    spans = add_defined(text, index, spans, defined)
    links = link_keys(spans, defined)
    kinds = vote_kinds(text, spans, links)
    persons = [span for span in spans if kinds[links[span.key]] is EntityKind.PERSON]
    spans = propagate_persons(text, index, spans, persons, kinds)
    return _build(article_id, text, _cluster(text, spans, links, kinds))


def _tidy_all(text: str, index: WordIndex, found: Iterable[FoundMention]) -> list[NamedSpan]:
    """The names in the found mentions, in order, without overlaps."""
    named = [tidy(text, mention) for mention in sorted(set(found)) if names_something(mention.label)]
    spans = resolve_overlaps(complete_body(text, span) for span in named if span)
    return keep_plausible(text, index, split_bracketed(text, spans))


def _cluster(
    text: str, spans: Sequence[NamedSpan], links: Mapping[str, str], kinds: Mapping[str, EntityKind]
) -> list[tuple[NamedSpan, Cluster]]:
    """Each span, in order, with the kind and the key of what it names."""
    links = {span.key: span.key for span in spans} | dict(links)
    keys = {span: links[span.key] for span in spans}
    is_person = {span: kinds.get(keys[span], EntityKind.PERSON) is EntityKind.PERSON for span in spans}
    titled = {span: add_titles(text, span, spans) if is_person[span] else span for span in spans}
    persons = cluster_persons([titled[span] for span in spans if is_person[span]], links)
    return [
        (titled[span], (EntityKind.PERSON, persons[titled[span]]))
        if is_person[span]
        else (span, (kinds[keys[span]], keys[span]))
        for span in spans
    ]


def _build(article_id: UUID, text: str, clustered: Sequence[tuple[NamedSpan, Cluster]]) -> Extraction:
    groups: dict[Cluster, list[NamedSpan]] = {}
    for span, cluster in clustered:
        groups.setdefault(cluster, []).append(span)
    entities = {cluster: _build_entity(cluster, spans) for cluster, spans in groups.items()}
    mentions = tuple(
        _build_mention(article_id, text, span, entities[cluster].entity_id) for span, cluster in clustered
    )
    return Extraction(mentions, tuple(entities.values()))


def _build_entity(cluster: Cluster, spans: Sequence[NamedSpan]) -> Entity:
    kind, key = cluster
    surfaces = list(dict.fromkeys(span.surface for span in spans))
    name = max(surfaces, key=lambda surface: _fullness(surface, kind))
    return Entity(
        entity_id=derive_id("entity", kind, normalise_person(key) if kind is EntityKind.PERSON else key),
        name=name,
        kind=kind,
        aliases=tuple(surface for surface in surfaces if surface != name),
        titles=_unite(title for span in spans for title in span.titles),
    )


def _fullness(surface: str, kind: EntityKind) -> tuple[int, int, bool, int]:
    """More full words, then more initials, then not all in capitals, then more letters."""
    words = person_words(fold(surface)) if kind is EntityKind.PERSON else tuple(surface.split())
    return count_full_words(words), len(words), not surface.isupper(), len(surface)


def _unite(titles: Iterable[str]) -> tuple[str, ...]:
    """Each title once, whatever its case, as it was printed first."""
    first: dict[str, str] = {}
    for title in titles:
        first.setdefault(title.casefold(), title)
    return tuple(first.values())


def _build_mention(article_id: UUID, text: str, span: NamedSpan, entity_id: UUID) -> Mention:
    return Mention(
        mention_id=derive_id("mention", article_id, span.start, span.end, span.label),
        entity_id=entity_id,
        span=Span.cut(text, span.start, span.end),
        label=span.label,
    )

"""Articles whose entities are written down by hand."""

import re
from collections.abc import Callable
from uuid import NAMESPACE_URL, uuid5

from schemas import Claim, Claimant, ClaimKind, Entity, EntityKind, Mention, Metadata, Span, derive_id
from services.claims import Article

ARTICLE_ID = uuid5(NAMESPACE_URL, "https://example.org/article")
Detect = Callable[..., list[Claim]]


def name(kind: EntityKind, *names: str, titles: tuple[str, ...] = ()) -> Entity:
    """An entity with its fullest name first."""
    return Entity(
        entity_id=derive_id("entity", ARTICLE_ID, kind, names[0]),
        name=names[0],
        kind=kind,
        aliases=names[1:],
        titles=titles,
    )


def person(*names: str, titles: tuple[str, ...] = ()) -> Entity:
    return name(EntityKind.PERSON, *names, titles=titles)


def body(*names: str) -> Entity:
    return name(EntityKind.ORGANIZATION, *names)


def mentions_of(text: str, entity: Entity) -> list[Mention]:
    forms = sorted((entity.name, *entity.aliases), key=len, reverse=True)
    found = re.finditer("|".join(map(re.escape, forms)), text)
    return [
        Mention(
            mention_id=derive_id("mention", ARTICLE_ID, *match.span()),
            entity_id=entity.entity_id,
            span=Span.cut(text, *match.span()),
            label=entity.kind.value,
        )
        for match in found
    ]


def article(text: str, *entities: Entity, metadata: Metadata | None = None) -> Article:
    mentions = [mention for entity in entities for mention in mentions_of(text, entity)]
    mentions.sort(key=lambda mention: mention.span.start)
    return Article(ARTICLE_ID, text, metadata or Metadata(), tuple(mentions), entities)


def only(claims: list[Claim]) -> Claimant:
    """Who says the one thing that is attributed."""
    (found,) = [claim.claimant for claim in claims if claim.kind is ClaimKind.ATTRIBUTED]
    assert found is not None
    return found

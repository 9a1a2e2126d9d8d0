"""Claims as schema.org's Claim and Quotation in JSON-LD.

Never ClaimReview: that says whether something is true, and Copydesk does not.
"""

from collections.abc import Iterable
from typing import Any

from schemas import ClaimKind, Entity, EntityKind, FoundBy, QuoteType
from services.desk.exports.wording import find_url, name_urn, put
from services.desk.sightings import SeenIn, Sighting

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"
_TYPES = {
    EntityKind.PERSON: "Person",
    EntityKind.ORGANIZATION: "Organization",
    EntityKind.GROUP: "Organization",
    EntityKind.PLACE: "Place",
    EntityKind.EVENT: "Event",
    EntityKind.WORK: "CreativeWork",
    EntityKind.LAW: "Legislation",
    EntityKind.PRODUCT: "Product",
}
_QUOTED = (QuoteType.DIRECT, QuoteType.MIXED)


def describe_claims(sightings: Iterable[Sighting]) -> dict[str, Any]:
    """A document of these claims."""
    return {"@context": CONTEXT, "@graph": [node for one in sightings for node in _list_nodes(one)]}


def _list_nodes(sighting: Sighting) -> list[dict[str, Any]]:
    return [node for node in (describe_claim(sighting), describe_quotation(sighting)) if node is not None]


def describe_claim(sighting: Sighting) -> dict[str, Any]:
    """The claim as a Claim."""
    claim, article = sighting.claim, sighting.article
    appearance = describe_article(article)
    about = [_describe_entity(sighting.entities[one]) for one in claim.about if one in sighting.entities]
    return _clear(
        {
            "@type": "Claim",
            "@id": name_urn(claim.claim_id),
            "text": put(sighting),
            "author": _describe_author(sighting),
            "appearance": appearance,
            "datePublished": _date(article),
            "isBasedOn": {"@id": appearance["@id"]},
            "about": about,
        }
    )


def describe_quotation(sighting: Sighting) -> dict[str, Any] | None:
    """The quoted words as a Quotation; None where they are not quoted."""
    claim = sighting.claim
    if claim.kind is not ClaimKind.ATTRIBUTED or claim.quote_type not in _QUOTED:
        return None
    article = describe_article(sighting.article)
    return _clear(
        {
            "@type": "Quotation",
            "@id": f"{name_urn(claim.claim_id)}#quotation",
            "text": " […] ".join(span.exact for span in claim.content),
            "author": _describe_author(sighting),
            "citation": {"@id": article["@id"]},
            "isPartOf": {"@id": article["@id"]},
            "datePublished": _date(sighting.article),
            "about": {"@id": name_urn(claim.claim_id)},
        }
    )


def describe_article(article: SeenIn) -> dict[str, Any]:
    """The article; its address is its id, where it has one."""
    url = find_url(article.url)
    return _clear(
        {
            "@type": "Article",
            "@id": url or name_urn(article.article_id),
            "identifier": name_urn(article.article_id),
            "url": url,
            "headline": article.title,
            "datePublished": _date(article),
            "publisher": {"@type": "Organization", "name": article.source} if article.source else None,
            "author": [{"@type": "Person", "name": name} for name in article.authors],
        }
    )


def _describe_author(sighting: Sighting) -> dict[str, Any] | None:
    """Who claims it: the claimant, or for what the article asserts itself its outlet."""
    claim = sighting.claim
    claimant = claim.claimant
    if claimant is None:
        asserted = claim.kind is ClaimKind.ASSERTED and sighting.article.source
        return {"@type": "Organization", "name": asserted} if asserted else None
    entity = sighting.entities.get(claimant.entity_id) if claimant.entity_id else None
    if entity is None:
        kind = "Organization" if claimant.found_by is FoundBy.COLLECTIVE else "Person"
        # "Two officials" is no name.
        word = "description" if claimant.entity_id is None else "name"
        return {"@type": kind, word: claimant.name}
    described = _describe_entity(entity)
    # schema.org's authors are persons and organizations: "Washington says" speaks of those who govern there.
    kind = "Person" if entity.kind is EntityKind.PERSON else "Organization"
    return {**described, "@type": kind, "name": claimant.name}


def _describe_entity(entity: Entity) -> dict[str, Any]:
    known = f"http://www.wikidata.org/entity/{entity.wikidata}" if entity.wikidata else None
    return _clear(
        {
            "@type": _TYPES.get(entity.kind, "Thing"),
            "@id": name_urn(entity.entity_id),
            "name": entity.name,
            "sameAs": known,
        }
    )


def _date(article: SeenIn) -> str | None:
    return article.published_at.isoformat() if article.published_at else None


def _clear(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in (None, [], "")}

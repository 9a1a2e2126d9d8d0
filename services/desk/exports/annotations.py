"""Claims as W3C Web Annotations: the words are the target, the claim is the body."""

from collections.abc import Sequence
from typing import Any

from schemas import Span
from services.desk.exports.schema_org import describe_claim
from services.desk.exports.wording import find_url, name_urn
from services.desk.sightings import SeenIn, Sighting

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'
_GENERATOR = {"type": "Software", "name": "Copydesk"}


def describe_collection(address: str, article: SeenIn, sightings: Sequence[Sighting]) -> dict[str, Any]:
    """All claims of an article as an AnnotationCollection with one page; `address` is where it stands."""
    collection = {
        "@context": CONTEXT,
        "id": address,
        "type": "AnnotationCollection",
        "label": article.title or name_urn(article.article_id),
        "total": len(sightings),
    }
    page = {
        "id": f"{address}?page=0",
        "type": "AnnotationPage",
        "partOf": address,
        "startIndex": 0,
        "items": [describe_annotation(one) for one in sightings],
    }
    return {**collection, "first": page, "last": page["id"]}


def describe_page(address: str, article: SeenIn, sightings: Sequence[Sighting]) -> dict[str, Any]:
    """The one page of that collection by itself."""
    collection = describe_collection(address, article, sightings)
    page: dict[str, Any] = collection["first"]
    whole = {name: collection[name] for name in ("id", "type", "label", "total")}
    return {"@context": CONTEXT, **page, "partOf": whole}


def describe_annotation(sighting: Sighting) -> dict[str, Any]:
    """A claim as an Annotation, without the context, which the page gives."""
    claim = sighting.claim
    targets = [_describe_target(sighting.article, span) for span in claim.content]
    return {
        "id": f"{name_urn(claim.claim_id)}#annotation",
        "type": "Annotation",
        "motivation": "identifying",
        "created": sighting.detected_at.isoformat(),
        "generator": _GENERATOR,
        "body": _read_as_body(describe_claim(sighting)),
        # The pieces of a claim make it only together.
        "target": targets[0] if len(targets) == 1 else {"type": "Composite", "items": targets},
    }


def _describe_target(article: SeenIn, span: Span) -> dict[str, Any]:
    return {
        "source": find_url(article.url) or name_urn(article.article_id),
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": span.exact,
                "prefix": span.prefix,
                "suffix": span.suffix,
            },
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
        ],
    }


def _read_as_body(node: dict[str, Any]) -> dict[str, Any]:
    """A node of schema.org in the terms of the annotation context, which knows `schema:`."""
    names = {"@id": "id", "@type": "type"}
    return {names.get(name, f"schema:{name}"): _read_value(name, value) for name, value in node.items()}


def _read_value(name: str, value: Any) -> Any:  # noqa: ANN401 (any field of a message)
    if name == "@type":
        return f"schema:{value}"
    if isinstance(value, dict):
        return _read_as_body(value)
    return [_read_value("", one) for one in value] if isinstance(value, list) else value

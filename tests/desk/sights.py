"""Claims as they are exported: one that stands in a known article, and texts that are hard to export."""

from dataclasses import replace

from hypothesis import strategies as st

from schemas import Entity, EntityKind, derive_id
from services.desk.sightings import Sighting, read_message
from tests.integration.records import NOON, make_claim, make_detected

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("\0\x01\x08\x0b\x1f\x7f\ufffe\uffff\u2028<>&\"']]>\r\n\t é\U0001f600"),
        st.characters(exclude_categories=("Cs",)),  # no message can hold those
    ),
    min_size=1,
    max_size=40,
)
URLS = st.one_of(
    NASTY,
    NASTY.map(lambda text: f"https://herald.example/{text}"),
    NASTY.map(lambda text: f"javascript:{text}"),
    NASTY.map(lambda text: f'https://herald.example"{text}/'),
)
BRANDT = Entity(entity_id=derive_id("entity", 1), name="Ilse Brandt", kind=EntityKind.PERSON, wikidata="Q11")
BOARD = Entity(entity_id=derive_id("entity", 2), name="Harbour Board", kind=EntityKind.ORGANIZATION)


def see(text: str = "Fees rise.", article: dict | None = None, entities=(), **changes) -> Sighting:
    claim = make_claim(text, article=1, start=7).model_copy(update=changes)
    (found,) = read_message(make_detected(claim, article=1).model_copy(update={"entities": entities}))
    known = {
        "url": "https://herald.example/fees",
        "title": "Fees to rise",
        "source": "The Herald",
        "published_at": NOON,
        "authors": ("Jo Sand",),
    }
    return replace(found, article=replace(found.article, **{**known, **(article or {})}))


def of(document: dict, kind: str) -> list[dict]:
    return [node for node in document["@graph"] if node["@type"] == kind]

"""Entities get Wikidata ids from the user's own table, by kind and normalised name."""

import pytest

from schemas import EntityKind
from services.entities.linking import KnownName, index_names, link, normalise
from tests.unit.entities.marked_text import merge_marked

PERSON, PLACE, BODY = EntityKind.PERSON, EntityKind.PLACE, EntityKind.ORGANIZATION


def name(kind: EntityKind, given: str, wikidata: str, is_alias: bool = False) -> KnownName:
    """A row of the table."""
    return KnownName(kind, normalise(kind, given), wikidata, is_alias)


KNOWN = index_names(
    [
        name(PERSON, "Zoë Holm", "Q11"),
        name(PERSON, "J. K. Reed", "Q13"),
        name(PLACE, "United States", "Q30"),
        name(BODY, "Ministry of Ports", "Q12"),
        name(BODY, "MOP", "Q12", is_alias=True),
        name(BODY, "Harbour Holdings Ltd", "Q14"),
    ]
)


def linked(marked: str) -> list[str | None]:
    """The ids of the entities that a text names."""
    return [link(entity, KNOWN).wikidata for entity in merge_marked(marked).entities]


@pytest.mark.parametrize(
    ("marked", "wikidata"),
    [
        ("[PERSON Zoë Holm] met.", "Q11"),
        ("[PERSON ZOE HOLM] met. [PERSON Holm] left.", "Q11"),
        ("[PERSON J.K. Reed] met.", "Q13"),
        ("[GPE U.S.] troops left.", "Q30"),
        ("The [ORG Ministry of Ports] ([ORG MOP]) met.", "Q12"),
        ("The [ORG MOP] met.", "Q12"),
        ("[ORG Harbour Holdings] fell.", "Q14"),
    ],
)
def test_a_name_is_known_in_every_form_that_is_normalised_alike(marked, wikidata):
    assert linked(marked) == [wikidata]


@pytest.mark.parametrize("marked", ["[ORG Zoë Holm] met.", "[PERSON Holm] met.", "[PERSON Ben Holm] met."])
def test_another_kind_or_another_name_is_not_known(marked):
    """A surname alone is known only where the table says so."""
    assert linked(marked) == [None]


def test_an_entity_without_an_id_is_left_as_it_was():
    (entity,) = merge_marked("[PERSON Ben Holm] met.").entities
    assert link(entity, KNOWN) is entity


def test_a_name_that_stands_for_two_stands_for_none():
    rows = [name(PERSON, "Holm", "Q11", is_alias=True), name(PERSON, "Holm", "Q15", is_alias=True)]
    assert index_names(rows) == {}
    assert index_names([name(PERSON, "Anna Holm", "Q11"), name(PERSON, "Anna Holm", "Q15")]) == {}


def test_a_name_of_its_own_comes_before_an_alias():
    rows = [name(PLACE, "Ports", "Q20", is_alias=True), name(PLACE, "Ports", "Q21")]
    assert set(index_names(rows).values()) == {"Q21"}

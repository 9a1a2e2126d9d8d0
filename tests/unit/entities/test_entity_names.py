"""Organizations, places and groups: which names are one thing, and what kind of thing."""

import pytest
from marked_text import entity, exacts, mentions_of, merge_marked, names

from schemas import EntityKind


def test_an_acronym_in_brackets_belongs_to_its_long_form():
    extraction = merge_marked("The [ORG Office of Harbour Affairs] ([ORG OHA]) met. [ORG OHA] agreed.")
    assert names(extraction) == ["Office of Harbour Affairs"]
    assert entity(extraction, "Office of Harbour Affairs").aliases == ("OHA",)


def test_an_acronym_the_model_missed_is_a_mention_once_it_is_defined():
    extraction = merge_marked("The [ORG Office of Harbour Affairs] (OHA) met. Then OHA agreed.")
    assert exacts(extraction) == ["Office of Harbour Affairs", "OHA", "OHA"]


def test_a_long_form_and_its_acronym_found_as_one_are_two_mentions():
    extraction = merge_marked("The [ORG Office of Harbour Affairs (OHA)] met.")
    assert exacts(extraction) == ["Office of Harbour Affairs", "OHA"]
    assert len(extraction.entities) == 1


def test_an_acronym_belongs_to_the_only_long_form_with_its_initials():
    extraction = merge_marked("The [ORG Office of Harbour Affairs] met. Its head left [ORG OHA].")
    assert names(extraction) == ["Office of Harbour Affairs"]


def test_an_acronym_of_two_long_forms_stays_alone():
    extraction = merge_marked("[ORG Oslo Harbour Affairs], [ORG Office of Harbour Aid] and [ORG OHA].")
    assert names(extraction) == ["Oslo Harbour Affairs", "Office of Harbour Aid", "OHA"]


def test_an_unrelated_bracket_defines_nothing():
    extraction = merge_marked("The [ORG Nordic Council] (CEO) met.")
    assert exacts(extraction) == ["Nordic Council"]


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("US", "United States", "United States"),
        ("U.S.", "America", "America"),
        ("UK", "Britain", "Britain"),
        ("Russian Federation", "Russia", "Russian Federation"),
        ("the Netherlands", "Holland", "Netherlands"),
    ],
)
def test_forms_of_a_country_are_one_place(one, other, name):
    extraction = merge_marked(f"They left [GPE {one}] for [GPE {other}] twice.")
    assert names(extraction) == [name]
    assert extraction.entities[0].kind is EntityKind.PLACE


def test_a_short_form_counts_only_in_capitals():
    assert names(merge_marked("They saw [WORK_OF_ART Us] in [GPE America].")) == ["Us", "America"]


def test_a_company_with_and_without_its_form_is_one():
    assert names(merge_marked("[ORG Holm Foods Inc.] grew, and [ORG Holm Foods] sold.")) == [
        "Holm Foods Inc."
    ]


def test_one_and_many_of_a_people_are_one_group():
    extraction = merge_marked("A [NORP Dane] met other [NORP Danes].")
    assert len(extraction.entities) == 1
    assert extraction.entities[0].kind is EntityKind.GROUP


def test_one_name_has_the_kind_that_most_of_its_mentions_say():
    extraction = merge_marked("[GPE Tivoli] rose, [ORG Tivoli] fell, and [ORG Tivoli] rested.")
    assert mentions_of(extraction, "Tivoli") == ["Tivoli", "Tivoli", "Tivoli"]
    assert extraction.entities[0].kind is EntityKind.ORGANIZATION


@pytest.mark.parametrize("marked", ["[GPE Tivoli] and [ORG Tivoli]", "[ORG Tivoli] and [GPE Tivoli]"])
def test_a_tie_of_kinds_does_not_hang_on_the_order(marked):
    assert [e.kind for e in merge_marked(marked).entities] == [EntityKind.ORGANIZATION]


def test_a_seat_of_power_is_an_organization_and_not_its_country():
    extraction = merge_marked("The [GPE Kremlin] spoke for [GPE Russia]; [FAC the Kremlin] insisted.")
    assert mentions_of(extraction, "Kremlin") == ["Kremlin", "Kremlin"]
    assert entity(extraction, "Kremlin").kind is EntityKind.ORGANIZATION
    assert names(extraction) == ["Kremlin", "Russia"]


def test_a_country_is_a_place_whatever_the_model_says():
    assert merge_marked("Then [PERSON Sri Lanka] won.").entities[0].kind is EntityKind.PLACE


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("PER", EntityKind.PERSON),
        ("FAC", EntityKind.PLACE),
        ("LAW", EntityKind.LAW),
        ("MISC", EntityKind.OTHER),
    ],
)
def test_labels_stand_for_kinds(label, kind):
    assert merge_marked(f"They saw [{label} Orvik] there.").entities[0].kind is kind

"""Whom a noun, or a title before a name, means."""

import pytest
from hand_made import Detect, name, only, person

from schemas import EntityKind

BERG = person("Anna Berg", "Berg", titles=("mayor",))


def test_an_assistant_coach_is_not_the_coach(claims_in: Detect) -> None:
    text = "Dario Kern, the coach, met Pim Wolt, the assistant coach. The coach said the game was lost."
    assert only(claims_in(text, person("Dario Kern"), person("Pim Wolt"))).name == "Dario Kern"


def test_a_name_that_says_which_coach_is_not_the_coach(claims_in: Detect) -> None:
    """Also where the town was taken for a person."""
    text = "Carla Voss was first. The former Harlow coach said the game was lost."
    assert only(claims_in(text, person("Carla Voss"), person("Harlow"))).name == "Carla Voss"


@pytest.mark.parametrize(
    ("before", "who"),
    [
        ("Joe Ferris said the game was lost.", "Joe Ferris"),
        ("A midfielder was hurt. Joe Ferris said the game was lost.", None),
        ("Joe Ferris said the game was lost. Pim Wolt was hurt.", None),
        ("Joe Ferris said the game was lost.\n\nNobody was hurt.", None),
    ],
)
def test_a_new_noun_means_who_has_just_spoken(claims_in: Detect, before: str, who: str | None) -> None:
    """Unless it was used of somebody else, or another is named since, or the paragraph has ended."""
    ferris, wolt = person("Joe Ferris", titles=("captain",)), person("Pim Wolt", titles=("keeper",))
    said = claims_in(f"{before} “We were tired,” the midfielder said.", ferris, wolt)[-1].claimant
    assert said is not None
    assert (said.name if said.entity_id else None) == who


def test_a_land_is_named_behind_its_noun(claims_in: Detect) -> None:
    text = "The neighbouring republic of Oster urged both sides to show restraint."
    assert only(claims_in(text, name(EntityKind.PLACE, "Oster"))).name == "Oster"


def test_a_source_without_a_name_is_called_as_at_first(claims_in: Detect) -> None:
    text = "A Western diplomat said the harbour was closed. “They want a way out,” the diplomat said."
    said = [claim.claimant for claim in claims_in(text)]
    assert [one.name for one in said if one is not None] == ["A Western diplomat"] * 2


def test_whose_words_they_are_says_them(claims_in: Detect) -> None:
    text = "According to Berg's words, the harbour would close."
    assert only(claims_in(text, BERG)).name == "Anna Berg"


def test_a_spokeswoman_is_not_the_body_before_her(claims_in: Detect) -> None:
    """Also where that was taken for a person."""
    text = "An Orbis spokeswoman said the harbour would close."
    assert only(claims_in(text, person("Orbis"))).entity_id is None


def test_who_bears_the_title_before_the_name_is_named(claims_in: Detect) -> None:
    text = "The President of Velmia Vasil Korr stated that the harbour would close."
    korr, velmia = person("Vasil Korr", titles=("President of Velmia",)), name(EntityKind.PLACE, "Velmia")
    assert only(claims_in(text, korr, velmia)).name == "Vasil Korr"


def test_whose_spokesman_it_is_does_not_bear_his_title(claims_in: Detect) -> None:
    text = "The mayor Anna Berg’s spokesman said that the harbour would close."
    assert only(claims_in(text, BERG)).entity_id is None
